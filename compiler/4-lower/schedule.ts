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

  const position = new Map(groups.map((group, i) => [group, i]));
  const neededBy = new Map<Group, Group[]>(groups.map((group) => [group, []]));
  for (const [group, needed] of needs) for (const other of needed) neededBy.get(other)!.push(group);
  /** In the graph's order. */
  const ready = groups.filter((group) => needs.get(group)!.size === 0);
  const order: Group[] = [];
  while (ready.length > 0) {
    const next = leastBy(ready, growth);
    ready.splice(ready.indexOf(next), 1);
    order.push(next);
    for (const id of readsOf.get(next)!) readersLeft.set(id, readersLeft.get(id)! - 1);
    for (const user of neededBy.get(next)!) {
      const left = needs.get(user)!;
      left.delete(next);
      if (left.size > 0) continue;
      const at = ready.findIndex((other) => position.get(other)! > position.get(user)!);
      ready.splice(at < 0 ? ready.length : at, 0, user);
    }
  }
  if (order.length < groups.length) throw new Error('kernels wait for each other');
  return order;
}

/** The first of those with the least value. */
function leastBy<T>(list: readonly T[], of: (element: T) => number): T {
  let [best] = list as [T];
  let least = Infinity;
  for (const element of list) {
    const value = of(element);
    if (value >= least) continue;
    best = element;
    least = value;
  }
  return best;
}
