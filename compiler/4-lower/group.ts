import { visit } from '../ir/formula-walk.ts';
import type { NodeId } from '../ir/graph.ts';
import { scatterOf } from '../ir/scatter.ts';
import type { Work } from './places.ts';
import { sameSpace, spaceOf } from './space.ts';

/** Nodes computed by one kernel, inputs before users. */
export type Group = readonly NodeId[];

/** Beyond this many formula parts a kernel's function grows past what JavaScript engines optimise. */
const maxParts = 600;
/** Arrays a kernel touches; GPUs bind few, and vector units like few streams. */
const maxArrays = 16;

/**
 * Puts nodes of the same iteration space into one kernel: first users with the producers they read at
 * their own position (Adam's m', v' and w' behind the gradient), then neighbours that read the same array.
 * A contraction shares its kernel with elementwise work only. A loop is a group of its own, and so is a
 * scatter.
 */
export function groupNodes(work: Work): readonly Group[] {
  const isAlone = (id: NodeId): boolean => {
    const { scan, formula } = work.nodes.get(id)!;
    return scan !== undefined || scatterOf(formula) !== null;
  };
  const kernels = work.computed.filter((id) => !isAlone(id));
  const facts = new Map(kernels.map((id) => [id, factsOf(id, work)]));
  const groupOf = new Map<NodeId, NodeId[]>(work.computed.map((id) => [id, [id]]));
  const order = new Map(work.computed.map((id, i) => [id, i]));
  const after = new Map<NodeId, NodeId[]>(work.computed.map((id) => [id, []]));
  for (const [id, before] of work.before) for (const other of before) after.get(other)!.push(id);

  const tryMerge = (a: NodeId, b: NodeId): void => {
    const left = groupOf.get(a)!;
    const right = groupOf.get(b)!;
    if (left === right || !sameSpace(facts.get(a)!.space, facts.get(b)!.space)) return;
    const union = [...left, ...right].sort((x, y) => order.get(x)! - order.get(y)!);
    if (!fits(union) || closesCycle(left, right)) return;
    for (const id of union) groupOf.set(id, union);
  };

  function fits(union: Group): boolean {
    const all = union.map((id) => facts.get(id)!);
    if (all.some(({ contraction }) => contraction) && all.reduce((n, { folds }) => n + folds, 0) > 1)
      return false;
    if (all.reduce((n, { parts }) => n + parts, 0) > maxParts) return false;
    const members = new Set(union);
    // Buffers of leaves this kernel overwrites: read at the same point only.
    const written = new Set(union.flatMap((id) => work.fixed.get(id) ?? []));
    const arrays = new Set<NodeId>();
    for (const id of union) {
      const node = work.nodes.get(id)!;
      for (const [i, input] of node.inputs.entries()) {
        const root = work.root(input);
        const own = members.has(root) || written.has(work.fixed.get(root) ?? -1);
        if (own && !work.readsHere(id, i)) return false;
        if (!members.has(root)) arrays.add(root);
      }
      if (work.fixed.has(id) || work.emits.has(id) || after.get(id)!.some((user) => !members.has(user)))
        arrays.add(id);
    }
    return arrays.size <= maxArrays;
  }

  /** A third group between the two, by data or by overwriting, would wait for itself. */
  function closesCycle(left: NodeId[], right: NodeId[]): boolean {
    const seen = new Set<NodeId[]>();
    const queue: NodeId[][] = [];
    const push = (group: NodeId[]): void => {
      for (const id of group) {
        for (const user of after.get(id)!) {
          const next = groupOf.get(user)!;
          if (seen.has(next)) continue;
          seen.add(next);
          queue.push(next);
        }
      }
    };
    for (const start of [left, right]) {
      for (const id of start) {
        for (const user of after.get(id)!) {
          const next = groupOf.get(user)!;
          if (next === left || next === right || seen.has(next)) continue;
          seen.add(next);
          queue.push(next);
        }
      }
    }
    for (let group = queue.pop(); group; group = queue.pop()) {
      if (group === left || group === right) return true;
      push(group);
    }
    return false;
  }

  for (const id of kernels) {
    for (const input of work.nodes.get(id)!.inputs.toReversed()) {
      const producer = work.root(input);
      if (facts.has(producer)) tryMerge(producer, id);
    }
  }
  for (const [first, second] of sharingPairs(work)) {
    if (!facts.has(first) || !facts.has(second)) continue;
    const plain = [first, second].every((id) =>
      groupOf.get(id)!.every((member) => facts.get(member)!.folds === 0),
    );
    if (plain) tryMerge(first, second);
  }
  return [...new Set(groupOf.values())];
}

/** Neighbouring users of one array, each reading it at its own position. */
function sharingPairs(work: Work): readonly (readonly [NodeId, NodeId])[] {
  const users = new Map<NodeId, NodeId[]>();
  for (const id of work.computed) {
    work.nodes.get(id)!.inputs.forEach((input, i) => {
      if (!work.readsHere(id, i)) return;
      const root = work.root(input);
      const known = users.get(root) ?? [];
      users.set(root, known);
      if (!known.includes(id)) known.push(id);
    });
  }
  return [...users.values()].flatMap((ids) => ids.slice(1).map((id, i) => [ids[i]!, id] as const));
}

function factsOf(id: NodeId, work: Work) {
  const { formula, type } = work.nodes.get(id)!;
  let folds = 0;
  let contraction = false;
  let parts = 0;
  visit(formula!, (part) => {
    parts++;
    if (part.kind !== 'fold') return;
    folds++;
    contraction ||= part.fn === 'sum' && part.order === 'in-order';
  });
  return { space: spaceOf(type), folds, contraction, parts };
}
