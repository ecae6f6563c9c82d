import { sumOver } from '../ir/formula-build.ts';
import { type PrimitiveOp, refuse } from './op.ts';
import { foldedElement, kept, keptAxes } from './reduction.ts';

export const sum: PrimitiveOp<{ readonly axes: readonly number[] }> = {
  doc: 'Sum over axes, in lanes.',
  inputs: ['x'],
  shape([x], attrs) {
    if (x!.dtype === 'bool') refuse('sum', 'bools: use to_float first');
    return { dtype: x!.dtype, axes: keptAxes(x!, attrs) };
  },
  formula([x], attrs) {
    const { vars, element } = foldedElement(x!, attrs);
    return sumOver(vars, element);
  },
  derive: [
    ({ c, g, x: [x], attrs }) => c.broadcast(g, { axes: kept(x!.type.axes.length, attrs), to: x!.type.axes }),
  ],
  samples: [
    { shapes: [[3]], attrs: { axes: [0] } },
    { shapes: [[2, 3]], attrs: { axes: [0] } },
    { shapes: [[2, 3, 4]], attrs: { axes: [0, 2] } },
    { shapes: [[3, 5]], attrs: { axes: [0, 1] } },
  ],
};
