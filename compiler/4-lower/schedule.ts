import type { NodeId } from '../ir/graph.ts';
import type { Group } from './group.ts';

/**
 * An order of the groups in which everything comes after what it needs. Among those that are ready, the
 * one that leaves the least memory occupied goes first; ties keep the graph's order.
 */
export function schedule(
  groups: readonly Group[],
  before: ReadonlyMap<NodeId, ReadonlySet<NodeId>>,
  /** Scratch a group allocates, by node: size in slots. */
  scratch: (id: NodeId) => number,
  /** Scratch nodes each group reads. */
  reads: (group: Group) => ReadonlySet<NodeId>,
): readonly Group[] {
  const groupOf = new Map(groups.flatMap((group) => group.map((id) => [id, group] as const)));
  const needs = new Map<Group, Set<Group>>(groups.map((group) => [group, new Set()]));
  for (const group of groups) {
    for (const id of group) {
      for (const other of before.get(id)!) {
        const needed = groupOf.get(other)!;
        if (needed !== group) needs.get(group)!.add(needed);
      }
    }
  }
  const readsOf = new Map(groups.map((group) => [group, reads(group)]));
  const readersLeft = new Map<NodeId, number>();
  for (const read of readsOf.values())
    for (const id of read) readersLeft.set(id, (readersLeft.get(id) ?? 0) + 1);

  const growth = (group: Group): number => {
    let bytes = 0;
    for (const id of group) bytes += scratch(id);
    for (const id of readsOf.get(group)!) if (readersLeft.get(id) === 1) bytes -= scratch(id);
    return bytes;
  };

  const waiting = [...groups];
  const done = new Set<Group>();
  const order: Group[] = [];
  while (waiting.length > 0) {
    const ready = waiting.filter((group) => [...needs.get(group)!].every((needed) => done.has(needed)));
    if (ready.length === 0) throw new Error('kernels wait for each other');
    const next = ready.reduce((best, group) => (growth(group) < growth(best) ? group : best));
    waiting.splice(waiting.indexOf(next), 1);
    done.add(next);
    order.push(next);
    for (const id of readsOf.get(next)!) readersLeft.set(id, readersLeft.get(id)! - 1);
  }
  return order;
}
