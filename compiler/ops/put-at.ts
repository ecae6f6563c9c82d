import { outVar } from '../ir/affine.ts';
import { coordinate, eq, load, number, select } from '../ir/formula-build.ts';
import { type Axis, axis } from '../ir/tensor-type.ts';
import { linearIndex } from './linear-index.ts';
import { type PrimitiveOp, refuse } from './op.ts';
import { kept } from './reduction.ts';

/** `axes`: where in the output the new axes `along` stand. */
export const putAt: PrimitiveOp<{ readonly axes: readonly number[]; readonly along: readonly Axis[] }> = {
  doc: 'Zeros along new axes but for one element, at the given row-major position: the gradient of a maximum.',
  inputs: ['x', 'position'],
  shape([x, position], { axes, along }) {
    if (position!.dtype !== 'int' || x!.axes.length !== position!.axes.length)
      refuse('put_at', 'needs a position for each element');
    const stays = kept(x!.axes.length + axes.length, { axes });
    const all: Axis[] = [];
    axes.forEach((at, i) => (all[at] = along[i]!));
    stays.forEach((at, i) => (all[at] = x!.axes[i]!));
    return { ...x!, axes: all };
  },
  formula([x], { axes, along }) {
    const index = kept(x!.axes.length + axes.length, { axes }).map(outVar);
    const here = linearIndex(along, axes.map(outVar));
    return select(eq(coordinate(here), load(1, index)), load(0, index), number(0));
  },
  derive: [({ c, g, x: [, position], attrs: { axes } }) => c.takeAt(g, position!, { axes }), null],
  samples: [
    {
      shapes: [[2], [2]],
      dtypes: ['float', 'int'],
      domain: [
        [-2, 2],
        [0, 2],
      ],
      attrs: { axes: [1], along: [axis(3)] },
    },
    {
      shapes: [[3], [3]],
      dtypes: ['float', 'int'],
      domain: [
        [-2, 2],
        [0, 3],
      ],
      attrs: { axes: [0, 2], along: [axis(2), axis(2)] },
    },
  ],
};
