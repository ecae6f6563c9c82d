import type { Graph, Node, NodeId } from './graph.ts';

export function nodeTable(graph: Graph): ReadonlyMap<NodeId, Node> {
  return new Map(graph.nodes.map((node) => [node.id, node]));
}

/** Who reads each node; a node that reads another twice stands once. Outputs are not users. */
export function usersOf(graph: Graph): ReadonlyMap<NodeId, readonly Node[]> {
  const users = new Map<NodeId, Node[]>(graph.nodes.map((node) => [node.id, []]));
  for (const node of graph.nodes) for (const input of new Set(node.inputs)) users.get(input)?.push(node);
  return users;
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

/** Readers of a key read its value instead; the order of nodes must allow it. */
export function replaceReads(graph: Graph, replacement: ReadonlyMap<NodeId, NodeId>): Graph {
  const of = (id: NodeId): NodeId => replacement.get(id) ?? id;
  return {
    nodes: graph.nodes.map((node) =>
      node.inputs.some((id) => replacement.has(id)) ? { ...node, inputs: node.inputs.map(of) } : node,
    ),
    outputs: graph.outputs.map((output) => ({ ...output, node: of(output.node) })),
  };
}
