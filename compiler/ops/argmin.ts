import { fold } from '../ir/formula-build.ts';
import type { PrimitiveOp } from './op.ts';
import { foldedElement, keptAxes, positionType } from './reduction.ts';

export const argmin: PrimitiveOp<{ readonly axes: readonly number[] }> = {
  doc: 'Where the smallest element is: its row-major position within the folded axes; the first of equals. No gradient.',
  inputs: ['x'],
  shape: ([x], attrs) => positionType(x!, keptAxes(x!, attrs), attrs),
  formula([x], attrs) {
    const { vars, element } = foldedElement(x!, attrs);
    return fold('argmin', vars, element, 'in-order');
  },
  samples: [
    { shapes: [[2, 3]], attrs: { axes: [1] } },
    { shapes: [[2, 3, 2]], attrs: { axes: [0, 2] } },
  ],
};
