import { outVar } from '../ir/affine.ts';
import { sameDim } from '../ir/dim.ts';
import { load } from '../ir/formula-build.ts';
import { type Axis, axis } from '../ir/tensor-type.ts';
import { type PrimitiveOp, refuse } from './op.ts';

export const broadcast: PrimitiveOp<{ readonly axes: readonly number[]; readonly to: readonly Axis[] }> = {
  doc: 'Repeats along new axes. `axes` says which output axis each input axis becomes (increasing); an input axis of size 1 may stretch.',
  inputs: ['x'],
  shape([x], { axes, to }) {
    const fits = x!.axes.every((a, i) => {
      const at = axes[i]!;
      const stretched = a.size === 1;
      return to[at] && (i === 0 || at > axes[i - 1]!) && (stretched || sameDim(a.size, to[at].size));
    });
    if (axes.length !== x!.axes.length || !fits) refuse('broadcast', `axes ${axes.join(', ')} do not fit`);
    const named = to.map(({ name, size }, i) => {
      const from = x!.axes[axes.indexOf(i)];
      return axis(size, name ?? (from && sameDim(from.size, size) ? from.name : null));
    });
    return { ...x!, axes: named };
  },
  formula: ([x], { axes, to }) =>
    load(
      0,
      x!.axes.map((a, i) => (sameDim(a.size, to[axes[i]!]!.size) ? outVar(axes[i]!) : 0)),
    ),
  derive: [
    ({ c, g, x: [x], attrs: { axes, to } }) => {
      const stretched = axes.filter((at, i) => !sameDim(x!.type.axes[i]!.size, to[at]!.size));
      const repeated = to.map((_, i) => i).filter((i) => !axes.includes(i) || stretched.includes(i));
      const sums = c.sum(g, { axes: repeated });
      return stretched.length === 0 ? sums : c.reshape(sums, { axes: x!.type.axes });
    },
  ],
  samples: [
    { shapes: [[]], attrs: { axes: [], to: [axis(2), axis(3)] } },
    { shapes: [[3]], attrs: { axes: [1], to: [axis(2), axis(3)] } },
    { shapes: [[2, 1]], attrs: { axes: [0, 2], to: [axis(2), axis(2), axis(3)] } },
    { shapes: [[12]], attrs: { axes: [0], to: [axis(12), axis(1)] } },
  ],
};
