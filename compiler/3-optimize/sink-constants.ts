import { drawsNumbers } from '../ir/formula-walk.ts';
import type { Graph, Node, NodeId } from '../ir/graph.ts';

/** What a loop reads from outside and is computed from nothing (literals, positions) is computed inside, where it fuses. */
export function sinkConstants(graph: Graph): Graph {
  if (graph.nodes.every(({ scan }) => scan === undefined)) return graph;
  const table = new Map<NodeId, Node>(graph.nodes.map((node) => [node.id, node]));
  const nodes = graph.nodes.map((node) => {
    const { scan } = node;
    if (!scan) return node;
    const body = scan.body.nodes.map((inner) => {
      if (inner.leaf?.kind !== 'capture') return inner;
      const of = table.get(node.inputs[Number(inner.leaf.name)]!)!;
      const constant = of.formula !== null && of.inputs.length === 0 && !drawsNumbers(of.formula);
      return constant ? { ...of, id: inner.id } : inner;
    });
    const same = body.every((inner, i) => inner === scan.body.nodes[i]);
    return same ? node : { ...node, scan: { ...scan, body: { ...scan.body, nodes: body } } };
  });
  return { ...graph, nodes };
}
