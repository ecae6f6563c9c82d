import type { Graph, NodeId, Scan } from './graph.ts';
import type { TensorType } from './tensor-type.ts';

/** Leaves of one kind in the body of a scan, by number; null where the body does not read it. */
export function leavesOf({ nodes }: Graph, kind: 'capture' | 'carry'): readonly (NodeId | null)[] {
  const leaves: NodeId[] = [];
  for (const { id, leaf } of nodes) if (leaf?.kind === kind) leaves[Number(leaf.name)] = id;
  return Array.from(leaves, (id) => id ?? null);
}

/** What the body leaves of one kind, by number. */
export function outputsOf({ outputs }: Graph, kind: 'carry' | 'emit'): readonly NodeId[] {
  return outputs.filter((output) => output.kind === kind).map(({ node }) => node);
}

/** What a scan gives: its carries, then its stacked values. */
export function scanTypes({ body, emits }: Scan): readonly TensorType[] {
  const types = new Map(body.nodes.map(({ id, type }) => [id, type]));
  return [...outputsOf(body, 'carry').map((id) => types.get(id)!), ...emits.map(({ type }) => type)];
}
