import type { Graph, Node, NodeId } from '../../compiler/ir/graph.ts';

/**
 * Where a value belongs, for reading: `forward` is what the quantities need (a derivative inside the loss
 * is part of it); `backward` comes from a derivative rule; `update` is the optimizer's.
 */
export type Part = 'input' | 'forward' | 'backward' | 'update';

export function partsOf(graph: Graph): ReadonlyMap<NodeId, Part> {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const values = graph.outputs.filter((output) => output.kind === 'value').map((output) => output.node);
  const needed = ancestors(byId, values);
  const parts = new Map<NodeId, Part>();
  for (const node of graph.nodes) {
    if (node.leaf !== null) parts.set(node.id, 'input');
    else if (needed.has(node.id)) parts.set(node.id, 'forward');
    else parts.set(node.id, node.origin === null ? 'update' : 'backward');
  }
  // What an optimizer computes of gradients, clipping included, has no origin; what feeds backward alone
  // (a transposed weight) has one. So nothing else is to be decided here.
  return parts;
}

function ancestors(byId: ReadonlyMap<NodeId, Node>, from: readonly NodeId[]): ReadonlySet<NodeId> {
  const seen = new Set<NodeId>();
  const stack = [...from];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    stack.push(...(byId.get(id)?.inputs ?? []));
  }
  return seen;
}

/** Forward values that backward or update read: they are kept until then. By value, who reads it first. */
export function savedFor(graph: Graph, parts: ReadonlyMap<NodeId, Part>): ReadonlyMap<NodeId, Node> {
  const saved = new Map<NodeId, Node>();
  for (const node of graph.nodes) {
    const part = parts.get(node.id);
    if (part !== 'backward' && part !== 'update') continue;
    for (const input of node.inputs) {
      if (parts.get(input) === 'forward' && !saved.has(input)) saved.set(input, node);
    }
  }
  return saved;
}
