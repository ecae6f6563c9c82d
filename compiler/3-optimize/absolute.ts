import type { Formula } from '../ir/formula.ts';
import { loadsOf, mapLoads } from '../ir/formula-walk.ts';
import type { Graph, Node, NodeId } from '../ir/graph.ts';

/**
 * Formulas number their inputs by position; passes that move formulas between nodes name them by node id
 * instead, and number them again at the end.
 */
export function absolute(node: Node): Formula {
  return mapLoads(node.formula!, (load) => ({ ...load, input: node.inputs[load.input]! }));
}

/** The node with this formula over node ids; its inputs are what the formula reads, in order of appearance. */
export function withFormula(node: Node, formula: Formula): Node {
  const inputs = [...new Set(loadsOf(formula).map((load) => load.input))];
  const position = new Map(inputs.map((id, i) => [id, i]));
  return {
    ...node,
    inputs,
    formula: mapLoads(formula, (load) => ({ ...load, input: position.get(load.input)! })),
  };
}

/** Nodes to put in place of others of the same id, and values to read instead. What stays is shared. */
export function rewriteGraph(
  graph: Graph,
  changed: ReadonlyMap<NodeId, Node>,
  replaced: ReadonlyMap<NodeId, NodeId> = new Map(),
): Graph {
  if (changed.size === 0 && replaced.size === 0) return graph;
  const of = (id: NodeId): NodeId => replaced.get(id) ?? id;
  return {
    nodes: graph.nodes.map((original) => {
      const node = changed.get(original.id) ?? original;
      return node.inputs.some((id) => replaced.has(id)) ? { ...node, inputs: node.inputs.map(of) } : node;
    }),
    outputs: graph.outputs.map((output) =>
      replaced.has(output.node) ? { ...output, node: of(output.node) } : output,
    ),
  };
}
