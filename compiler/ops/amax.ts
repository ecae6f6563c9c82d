import { fold } from '../ir/formula-build.ts';
import type { PrimitiveOp } from './op.ts';
import { distinct, foldedElement, keptAxes } from './reduction.ts';

export const amax: PrimitiveOp<{ readonly axes: readonly number[] }> = {
  doc: 'The largest element along axes. Of equals the first (row-major) takes the gradient.',
  inputs: ['x'],
  shape: ([x], attrs) => ({ ...x!, axes: keptAxes(x!, attrs) }),
  formula([x], attrs) {
    const { vars, element } = foldedElement(x!, attrs);
    return fold('max', vars, element, 'in-order');
  },
  derive: [
    ({ c, g, x: [x], attrs: { axes } }) =>
      c.putAt(g, c.argmax(x!, { axes }), { axes, along: axes.map((a) => x!.type.axes[a]!) }),
  ],
  samples: [
    { shapes: [[4]], attrs: { axes: [0] }, smooth: distinct },
    { shapes: [[2, 3]], attrs: { axes: [1] }, smooth: distinct },
    { shapes: [[2, 3, 2]], attrs: { axes: [0, 2] }, smooth: distinct },
  ],
};
