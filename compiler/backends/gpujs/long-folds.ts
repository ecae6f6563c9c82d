import { plus, scale, substitute, variable } from '../../ir/affine.ts';
import { type Dim, isOpen, sizeOf } from '../../ir/dim.ts';
import type { Expr, Loop, Stmt } from '../../ir/kernel.ts';
import { mapIndices } from '../../ir/kernel-walk.ts';
import type { Cells, Making } from './cells.ts';
import { apart } from './parts.ts';

type Fold = Extract<Stmt, { kind: 'fold' }>;

/** Longer folds are cut, unless there are so many of them that the device is busy anyway. */
const longest = 512;
const enoughCells = 8192;

/**
 * A long fold for few cells leaves most of a device idle, and adds thousands of terms to one f32. It is made of parts, one
 * cell each, folded in a second pass. What compares positions is left whole.
 */
export function cutLongFolds(cells: Cells, making: Making): readonly (readonly Cells[])[] {
  const { capacities } = making;
  const sizeAt = (loops: readonly Loop[]) => loops.reduce((all, { extent }) => all * sizeOf(extent, capacities), 1);
  const count = sizeAt(cells.loops);
  const before: Cells[][] = [];
  const body = cells.body.map((stmt, i): Stmt => {
    if (stmt.kind !== 'fold' || stmt.fn.startsWith('arg')) return stmt;
    const terms = sizeAt(stmt.loops);
    if (terms <= longest || count >= enoughCells) return stmt;
    const cut = cutLoop(stmt, Math.ceil(Math.sqrt(terms)), making);
    if (!cut) return stmt;
    const { high, fold } = cut;
    const loops = [...cells.loops, high];
    const value: Expr = { kind: 'ref', name: stmt.name };
    const part = { loops, body: [...cells.body.slice(0, i), fold], value };
    const { cells: partial, load } = apart(cells, part, stmt.dtype, `${stmt.name}_parts`, making);
    before.push(...cutLongFolds(partial, making).map((all) => [...all]));
    return { ...stmt, loops: [high], body: [], value: load };
  });
  return [...before, [{ ...cells, body }]];
} // prettier-ignore

/** The longest loop in parts: `high` counts them, the fold keeps what is within one. */
function cutLoop(fold: Fold, parts: number, { capacities }: Making): { high: Loop; fold: Fold } | null {
  const longest = fold.loops.toSorted((a, b) => sizeOf(b.extent, capacities) - sizeOf(a.extent, capacities))[0]!;
  const { name, extent } = longest;
  const size = sizeOf(extent, capacities);
  const within = Math.ceil(size / Math.min(parts, size));
  if (within === size) return null;
  const high = { name: `${name}_part`, extent: Math.ceil(size / within) };
  const whole = plus(scale(variable(high.name), within), variable(name));
  const [value, ...body] = mapIndices(
    [{ kind: 'let', name: '', dtype: fold.dtype, value: fold.value }, ...fold.body],
    (index) => substitute(index, (each) => (each === name ? whole : null)),
  );
  const exact = !isOpen(extent) && size % within === 0;
  const guarded: Expr = exact ? value!.value : inside(whole, extent, value!.value, fold);
  const loops = fold.loops.map((loop) => (loop.name === name ? { name, extent: within } : loop));
  return { high, fold: { ...fold, loops, body, value: guarded } };
} // prettier-ignore

/** Beyond the end a term changes nothing. */
function inside(index: ReturnType<typeof plus>, extent: Dim, value: Expr, { fn, dtype }: Fold): Expr {
  const before: Expr = { kind: 'call', fn: 'lt', dtype: 'bool', args: [{ kind: 'coordinate', index }, { kind: 'size', dim: extent }] };
  const far = dtype === 'float' ? 3.4028234663852886e38 : 2 ** 24;
  const nothing: Expr = { kind: 'number', value: fn === 'sum' ? 0 : fn === 'max' ? -far : far };
  return { kind: 'call', fn: 'select', dtype, args: [before, value, nothing] };
} // prettier-ignore
