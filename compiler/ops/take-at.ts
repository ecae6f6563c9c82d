import { outVar } from '../ir/affine.ts';
import { coordinate, eq, load, number, select, sumInOrder } from '../ir/formula-build.ts';
import { linearIndex } from './linear-index.ts';
import { type PrimitiveOp, refuse } from './op.ts';
import { foldedElement, keptAxes } from './reduction.ts';

export const takeAt: PrimitiveOp<{ readonly axes: readonly number[] }> = {
  doc: 'The element at the given row-major position within the folded axes.',
  inputs: ['x', 'position'],
  shape([x, position], attrs) {
    const axes = keptAxes(x!, attrs);
    if (position!.dtype !== 'int' || position!.axes.length !== axes.length)
      refuse('take_at', 'needs a position for each element');
    return { ...x!, axes };
  },
  formula([x, position], attrs) {
    const { vars, element } = foldedElement(x!, attrs);
    const here = linearIndex(
      attrs.axes.map((a) => x!.axes[a]!),
      vars.map((v) => v.name),
    );
    const wanted = load(1, position!.axes.map((_, i) => outVar(i))); // prettier-ignore
    return sumInOrder(vars, select(eq(coordinate(here), wanted), element, number(0)));
  },
  derive: [
    ({ c, g, x: [x, position], attrs: { axes } }) =>
      c.putAt(g, position!, { axes, along: axes.map((a) => x!.type.axes[a]!) }),
    null,
  ],
  samples: [
    {
      shapes: [[2, 3], [2]],
      dtypes: ['float', 'int'],
      domain: [
        [-2, 2],
        [0, 2],
      ],
      attrs: { axes: [1] },
    },
    {
      shapes: [[2, 3, 2], [3]],
      dtypes: ['float', 'int'],
      domain: [
        [-2, 2],
        [0, 3],
      ],
      attrs: { axes: [0, 2] },
    },
  ],
};
