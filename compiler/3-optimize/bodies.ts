import { castDraft, produce } from 'immer';
import type { Graph } from '../ir/graph.ts';

/** A pass over a graph, then over the bodies of its scans. */
export function withBodies(run: (graph: Graph) => Graph): (graph: Graph) => Graph {
  const deep = (graph: Graph): Graph => {
    const after = run(graph);
    if (after.nodes.every(({ scan }) => scan === undefined)) return after;
    return produce(after, (draft) => {
      after.nodes.forEach(({ scan }, i) => {
        if (scan) draft.nodes[i]!.scan!.body = castDraft(deep(scan.body));
      });
    });
  };
  return deep;
}
