import { variable } from '../ir/affine.ts';
import { add, fold, loadHere } from '../ir/formula-build.ts';
import type { Dim } from '../ir/dim.ts';
import type { Formula } from '../ir/formula.ts';
import type { Graph, Node, NodeId } from '../ir/graph.ts';
import { leavesOf, outputsOf } from '../ir/scan.ts';
import { isLoadHere } from './formula-facts.ts';
import { atStacks, changeLoops, type Lifted, type Loop, readersOf } from './loop.ts';
import { freshName, instantiate, takenNames } from './substitute.ts';

/**
 * A carry that only adds up, as the gradients of a recurrent layer's weights do, leaves the loop: what the turns
 * would add is computed for all of them at once from stacked values, `Σₜ hₜᵀ @ dzₜ` as one contraction over turns
 * and rows. The terms are the same, the order of the sum is another.
 */
export function sumAfterLoops(graph: Graph): Graph {
  return changeLoops(graph, (loop, outside) => {
    const { body, captures } = loop.scan;
    const readers = readersOf(body);
    const leaves = leavesOf(body, 'carry');
    for (const [i, next] of outputsOf(body, 'carry').entries()) {
      const leaf = leaves[i] ?? null;
      if (leaf === null || readers.get(leaf) !== 1 || readers.get(next) !== 1) continue;
      if (!isZero(outside(loop.node.inputs[captures + i]!))) continue;
      const node = loop.get(next);
      const term = addedTo(leaf, node);
      if (term === null) continue;
      const sums = addends(term, loop, readers).map((part) => sumOverTurns(loop, loop.get(part)));
      const [first, second] = [0, 1].map((input) => loadHere(input, node.type.axes.length)) as [
        Formula,
        Formula,
      ];
      loop.replace(i, sums.reduce((a, b) => loop.place({ ...node, op: 'add' }, add(first, second), [a, b]))); // prettier-ignore
    }
  });
}

function isZero({ formula }: Node): boolean {
  return formula?.kind === 'number' && formula.value === 0;
}

/** The other operand where a node adds one value to the carry; null for anything else. */
function addedTo(leaf: NodeId, { formula, inputs }: Node): NodeId | null {
  const operands = operandsOf(formula, inputs);
  if (!operands) return null;
  const others = operands.filter((id) => id !== leaf);
  return others.length === 1 ? others[0]! : null;
}
function operandsOf(formula: Formula | null, inputs: readonly NodeId[]): readonly NodeId[] | null {
  if (formula?.kind !== 'call' || formula.fn !== 'add') return null;
  const ids = formula.args.flatMap((arg) =>
    arg.kind === 'load' && isLoadHere(arg) ? [inputs[arg.input]!] : [],
  );
  return ids.length === 2 ? ids : null;
}
/** The terms of a sum that nobody else reads. */
function addends(id: NodeId, loop: Loop, readers: ReadonlyMap<NodeId, number>): readonly NodeId[] {
  const { formula, inputs } = loop.get(id);
  const operands = readers.get(id) === 1 ? operandsOf(formula, inputs) : null;
  return operands ? operands.flatMap((operand) => addends(operand, loop, readers)) : [id];
}

/** `Σₜ` of a node: of a sum, the turn is one more variable of the fold. */
function sumOverTurns(loop: Loop, node: Node): NodeId {
  const { turn, extent } = loop.scan;
  const { type } = node;
  // A leaf, and what a loop inside gives, is added as it is.
  const plain = node.formula === null;
  const formula = node.formula ?? loadHere(0, type.axes.length);
  const inputs: readonly Lifted[] = plain ? [loop.after(node.id)] : node.inputs.map(loop.after);
  const taken = takenNames(formula, type.axes.length);
  const name = freshName('k', taken);
  const extents = new Map<string, Dim>([
    ...type.axes.map((a, i) => [`i${i}`, a.size] as const),
    [name, extent],
  ]);
  const own = new Set(taken);
  const inner = formula.kind === 'fold' && formula.fn === 'sum' ? formula : null;
  const vars = [{ name, extent }, ...(inner?.vars ?? [])];
  for (const { name: known, extent: size } of inner?.vars ?? []) extents.set(known, size);
  const body = atStacks(
    instantiate(inner?.body ?? formula, new Map([[turn, variable(name)]]), extents, own),
    inputs,
    name,
  );
  return loop.place(
    plain ? { ...node, op: 'sum', attrs: {}, leaf: null } : node,
    fold('sum', vars, body, inner?.order ?? 'lanes'),
    inputs.map(({ id }) => id),
  );
}
