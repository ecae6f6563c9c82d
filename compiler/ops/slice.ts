import { constant, outVar, plus, variable } from '../ir/affine.ts';
import { type Dim, isOpen, sameDim } from '../ir/dim.ts';
import { load } from '../ir/formula-build.ts';
import { axis as makeAxis } from '../ir/tensor-type.ts';
import { type PrimitiveOp, refuse } from './op.ts';

export const slice: PrimitiveOp<{
  readonly axis: number;
  readonly start: number;
  readonly size: Dim;
  /** The name of the new axis; default none, or the old one where nothing is cut. */
  readonly name?: string | null;
}> = {
  doc: 'Elements start … start + size − 1 along an axis.',
  inputs: ['x'],
  shape([x], { axis, start, size, name }) {
    const old = x!.axes[axis] ?? refuse('slice', `no axis ${axis}`);
    const numbers = !isOpen(old.size) && !isOpen(size);
    if (start < 0 || (numbers && start + size > old.size)) refuse('slice', 'out of range');
    const whole = start === 0 && sameDim(old.size, size);
    const cut = makeAxis(size, name ?? (whole ? old.name : null));
    return { ...x!, axes: x!.axes.map((a, i) => (i === axis ? cut : a)) };
  },
  formula: ([x], { axis, start }) =>
    load(
      0,
      x!.axes.map((_, i) => (i === axis ? plus(variable(outVar(i)), constant(start)) : outVar(i))),
    ),
  derive: [
    ({ c, g, x: [x], attrs: { axis, start } }) => c.pad(g, { axis, before: start, to: x!.type.axes[axis]! }),
  ],
  samples: [
    { shapes: [[5]], attrs: { axis: 0, start: 1, size: 3 } },
    { shapes: [[2, 4, 2]], attrs: { axis: 1, start: 2, size: 2 } },
  ],
};
