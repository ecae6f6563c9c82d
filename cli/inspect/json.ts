import type { Graph } from '../../compiler/ir/graph.ts';
import { typeText } from '../../compiler/ir/tensor-type.ts';
import { notationOf } from './notation.ts';
import { partsOf } from './parts.ts';

/** The graph as it is, each node with its part and the text people read. */
export function graphJson(graph: Graph): unknown {
  const notation = notationOf(graph);
  const parts = partsOf(graph);
  return {
    nodes: graph.nodes.map((node) => ({
      ...node,
      name: notation.name(node.id),
      part: parts.get(node.id),
      shape: typeText(node.type),
    })),
    outputs: graph.outputs,
  };
}
