import { isOpen, sameDim } from '../ir/dim.ts';
import { load, outVars, valueIndex } from '../ir/formula-build.ts';
import type { TensorType } from '../ir/tensor-type.ts';
import { type PrimitiveOp, refuse } from './op.ts';

export const takeAlong: PrimitiveOp<{ readonly axis: number }> = {
  doc: 'Along an axis, the elements at the given positions: one row of positions for each row. A position outside reads 0.',
  inputs: ['x', 'positions'],
  shape([x, positions], { axis }) {
    checkAlong('take_along', x!, positions!, axis);
    const along = positions!.axes[axis]!;
    return { ...x!, axes: x!.axes.map((a, i) => (i === axis ? along : a)) };
  },
  formula([x], { axis }) {
    const here = outVars(x!.axes.length);
    return load(
      0,
      here.map((name, i) => (i === axis ? valueIndex(load(1, here)) : name)),
      true,
    );
  },
  derive: [
    ({ c, g, x: [x, positions], attrs: { axis } }) =>
      c.addAlong(g, positions!, { axis, to: x!.type.axes[axis]! }),
    null,
  ],
  samples: [
    {
      shapes: [[4], [3]],
      dtypes: ['float', 'int'],
      domain: [
        [-2, 2],
        [0, 3],
      ],
      attrs: { axis: 0 },
    },
    {
      shapes: [
        [2, 3, 2],
        [2, 2, 2],
      ],
      dtypes: ['float', 'int'],
      domain: [
        [-2, 2],
        [0, 2],
      ],
      attrs: { axis: 1 },
    },
  ],
};

/** Positions stand in rows like those of x. */
export function checkAlong(op: string, x: TensorType, positions: TensorType, axis: number): void {
  const rows =
    x.axes.length === positions.axes.length &&
    x.axes.every((a, i) => i === axis || sameDim(a.size, positions.axes[i]!.size));
  if (positions.dtype !== 'int' || !rows || !x.axes[axis]) refuse(op, 'needs int positions, row by row');
  if (isOpen(x.axes[axis].size)) refuse(op, 'an open axis');
}
