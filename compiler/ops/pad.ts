import { constant, outVar, plus, variable } from '../ir/affine.ts';
import { isOpen } from '../ir/dim.ts';
import { load } from '../ir/formula-build.ts';
import { type Axis, axis as makeAxis } from '../ir/tensor-type.ts';
import { type PrimitiveOp, refuse } from './op.ts';

export const pad: PrimitiveOp<{
  readonly axis: number;
  readonly before: number;
  /** How many zeros after; or `to`, the axis as it shall be. */
  readonly after?: number;
  readonly to?: Axis;
}> = {
  doc: 'Zeros before and after along an axis.',
  inputs: ['x'],
  shape([x], { axis, before, after, to }) {
    const old = x!.axes[axis] ?? refuse('pad', `no axis ${axis}`);
    const padded =
      to ?? (isOpen(old.size) ? refuse('pad', 'an open axis') : makeAxis(before + old.size + (after ?? 0)));
    return { ...x!, axes: x!.axes.map((a, i) => (i === axis ? padded : a)) };
  },
  formula: ([x], { axis, before }) =>
    load(
      0,
      x!.axes.map((_, i) => (i === axis ? plus(variable(outVar(i)), constant(-before)) : outVar(i))),
      true,
    ),
  derive: [
    ({ c, g, x: [x], attrs: { axis, before } }) => {
      const { size, name } = x!.type.axes[axis]!;
      return c.slice(g, { axis, start: before, size, name });
    },
  ],
  samples: [
    { shapes: [[3]], attrs: { axis: 0, before: 1, after: 2 } },
    { shapes: [[2, 3]], attrs: { axis: 1, before: 0, to: makeAxis(5) } },
  ],
};
