import { castDraft, produce } from 'immer';
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

/** One `produce` for a whole pass: nodes to put in place of others of the same id, and values to read instead. */
export function rewriteGraph(
  graph: Graph,
  changed: ReadonlyMap<NodeId, Node>,
  replaced: ReadonlyMap<NodeId, NodeId> = new Map(),
): Graph {
  if (changed.size === 0 && replaced.size === 0) return graph;
  const of = (id: NodeId): NodeId => replaced.get(id) ?? id;
  return produce(graph, (draft) => {
    graph.nodes.forEach((original, i) => {
      const node = changed.get(original.id) ?? original;
      const moved = node.inputs.some((id) => replaced.has(id));
      if (moved) draft.nodes[i] = castDraft({ ...node, inputs: node.inputs.map(of) });
      else if (node !== original) draft.nodes[i] = castDraft(node);
    });
    graph.outputs.forEach((output, i) => {
      if (replaced.has(output.node)) draft.outputs[i]!.node = of(output.node);
    });
  });
}
