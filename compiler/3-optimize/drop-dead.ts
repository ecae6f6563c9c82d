import { castDraft, produce } from 'immer';
import type { Graph } from '../ir/graph.ts';
import { ancestorsOf } from '../ir/walk.ts';

/** Removes the nodes no output depends on. */
export function dropDead(graph: Graph): Graph {
  const live = ancestorsOf(
    graph,
    graph.outputs.map((output) => output.node),
  );
  if (live.size === graph.nodes.length) return graph;
  return produce(graph, (draft) => {
    draft.nodes = castDraft(graph.nodes.filter((node) => live.has(node.id)));
  });
}
