import type { Graph } from '../ir/graph.ts';

/** A pass over a graph, then over the bodies of its scans. */
export function withBodies(run: (graph: Graph) => Graph): (graph: Graph) => Graph {
  const deep = (graph: Graph): Graph => {
    const after = run(graph);
    if (after.nodes.every(({ scan }) => scan === undefined)) return after;
    const nodes = after.nodes.map((node) => {
      if (!node.scan) return node;
      const body = deep(node.scan.body);
      return body === node.scan.body ? node : { ...node, scan: { ...node.scan, body } };
    });
    return { ...after, nodes };
  };
  return deep;
}
