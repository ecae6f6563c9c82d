import type { Graph, Node, NodeId } from './graph.ts';

export function nodeTable(graph: Graph): ReadonlyMap<NodeId, Node> {
  return new Map(graph.nodes.map((node) => [node.id, node]));
}

/** The roots and all they depend on, inputs before users. */
export function topological(get: (id: NodeId) => Node, roots: readonly NodeId[]): readonly Node[] {
  const order: Node[] = [];
  const seen = new Set<NodeId>();
  // A stack of our own: graphs are deeper than call stacks.
  const stack: { readonly node: Node; next: number }[] = [];
  const enter = (id: NodeId): void => {
    if (seen.has(id)) return;
    seen.add(id);
    stack.push({ node: get(id), next: 0 });
  };
  for (const root of roots) {
    enter(root);
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const input = top.node.inputs[top.next++];
      if (input !== undefined) enter(input);
      else order.push(stack.pop()!.node);
    }
  }
  return order;
}

export function ancestorsOf(graph: Graph, roots: readonly NodeId[]): ReadonlySet<NodeId> {
  const table = nodeTable(graph);
  return new Set(topological((id) => table.get(id)!, roots).map((node) => node.id));
}

/** The highest id, those inside loops too; −1 of an empty graph. */
export function highestId({ nodes }: Graph): number {
  return nodes.reduce((most, { id, scan }) => Math.max(most, id, scan ? highestId(scan.body) : -1), -1);
}
