import { outVar } from '../ir/affine.ts';
import { coordinate, eq, load, number, outVars, select, sumInOrder } from '../ir/formula-build.ts';
import { type Axis, axis as makeAxis } from '../ir/tensor-type.ts';
import type { PrimitiveOp } from './op.ts';
import { checkAlong } from './take-along.ts';

/** `to`: the axis of the result, which the positions are positions on. */
export const addAlong: PrimitiveOp<{ readonly axis: number; readonly to: Axis }> = {
  doc: 'Along an axis, adds each element at its position into zeros: with the ranks as positions, a sorted row.',
  inputs: ['x', 'positions'],
  shape([x, positions], { axis, to }) {
    checkAlong('add_along', x!, positions!, axis);
    return { ...x!, axes: x!.axes.map((a, i) => (i === axis ? to : a)) };
  },
  formula([x], { axis }) {
    const from = outVars(x!.axes.length).map((name, i) => (i === axis ? 'k0' : name));
    const here = eq(load(1, from), coordinate(outVar(axis)));
    return sumInOrder([{ name: 'k0', extent: x!.axes[axis]!.size }], select(here, load(0, from), number(0)));
  },
  derive: [({ c, g, x: [, positions], attrs: { axis } }) => c.takeAlong(g, positions!, { axis }), null],
  samples: [
    {
      shapes: [[3], [3]],
      dtypes: ['float', 'int'],
      domain: [
        [-2, 2],
        [0, 4],
      ],
      attrs: { axis: 0, to: makeAxis(4) },
    },
    {
      shapes: [
        [2, 3, 2],
        [2, 3, 2],
      ],
      dtypes: ['float', 'int'],
      domain: [
        [-2, 2],
        [0, 1],
      ],
      attrs: { axis: 1, to: makeAxis(2) },
    },
  ],
};
