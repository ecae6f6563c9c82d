import { castDraft, produce } from 'immer';
import type { Graph, NodeId } from '../ir/graph.ts';

/** Removes the nodes no output depends on. */
export function dropDead(graph: Graph): Graph {
  const live = new Set<NodeId>(graph.outputs.map((output) => output.node));
  for (const node of graph.nodes.toReversed()) {
    if (live.has(node.id)) for (const input of node.inputs) live.add(input);
  }
  if (live.size === graph.nodes.length) return graph;
  return produce(graph, (draft) => {
    draft.nodes = castDraft(graph.nodes.filter((node) => live.has(node.id)));
  });
}
