import { outVar } from '../ir/affine.ts';
import { load } from '../ir/formula-build.ts';
import type { FoldVar, Formula } from '../ir/formula.ts';
import type { Axis, TensorType } from '../ir/tensor-type.ts';
import { refuse } from './op.ts';

export interface Folded {
  /** Folds `axes` away. Increasing. */
  readonly axes: readonly number[];
}

/** Axes that stay. */
export function keptAxes(x: TensorType, { axes }: Folded): readonly Axis[] {
  if (axes.length === 0 || axes.some((a, i) => !x.axes[a] || (i > 0 && a <= axes[i - 1]!)))
    refuse('fold', `axes [${axes.join(', ')}] of ${x.axes.length}`);
  return x.axes.filter((_, i) => !axes.includes(i));
}
/** Positions of the axes that stay. */
export function kept(rank: number, { axes }: Folded): readonly number[] {
  return Array.from({ length: rank }, (_, i) => i).filter((i) => !axes.includes(i));
}
/** One fold variable per folded axis, `k0 k1 …`, and the element they visit. */
export function foldedElement(
  x: TensorType,
  { axes }: Folded,
  input = 0,
): { readonly vars: readonly FoldVar[]; readonly element: Formula } {
  const vars = axes.map((a, i) => ({ name: `k${i}`, extent: x.axes[a]!.size }));
  const stays = kept(x.axes.length, { axes });
  const index = x.axes.map((_, i) => (axes.includes(i) ? `k${axes.indexOf(i)}` : outVar(stays.indexOf(i))));
  return { vars, element: load(input, index) };
}

/** Ints; over one axis, classes of that axis: `argmax[K](z) == y` compares like with like. */
export function positionType(x: TensorType, axes: readonly Axis[], folded: Folded): TensorType {
  const classes = folded.axes.length === 1 ? x.axes[folded.axes[0]!] : undefined;
  return { dtype: 'int', axes, ...(classes && { classes }) };
}

/** Samples of maxima: no two elements close to each other. */
export function distinct(inputs: readonly (readonly number[])[]): boolean {
  const sorted = inputs[0]!.toSorted((a, b) => a - b);
  return sorted.every((v, i) => i === 0 || v - sorted[i - 1]! > 1e-2);
}
