import type { Formula } from '../ir/formula.ts';
import { loadsOf, mapLoads } from '../ir/formula-walk.ts';
import type { Graph, Node, NodeId } from '../ir/graph.ts';

/**
 * Formulas number their inputs by position; passes that move formulas between nodes name them by node id
 * instead, and number them again at the end.
 */
export function absolute(node: Node): Formula {
  return overIds(node.formula!, node.inputs);
}
/** A formula over the inputs of a node, over node ids. */
export function overIds(formula: Formula, inputs: readonly NodeId[]): Formula {
  return mapLoads(formula, (load) => {
    const input = inputs[load.input]!;
    return input === load.input ? load : { ...load, input };
  });
}

/** The node with this formula over node ids; its inputs are what the formula reads, in order of appearance. */
export function withFormula(node: Node, formula: Formula): Node {
  const inputs = [...new Set(loadsOf(formula).map((load) => load.input))];
  const position = new Map(inputs.map((id, i) => [id, i]));
  return {
    ...node,
    inputs,
    formula: mapLoads(formula, (load) => {
      const input = position.get(load.input)!;
      return input === load.input ? load : { ...load, input };
    }),
  };
}

/** Reads other nodes; the same object when they are the same. */
export function withInputs(node: Node, of: (id: NodeId) => NodeId): Node {
  return node.inputs.every((id) => of(id) === id) ? node : { ...node, inputs: node.inputs.map(of) };
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
      return withInputs(node, of);
    }),
    outputs: graph.outputs.map((output) =>
      replaced.has(output.node) ? { ...output, node: of(output.node) } : output,
    ),
  };
}
