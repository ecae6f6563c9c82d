import { constant, outVar, plus, remainder, variable } from '../ir/affine.ts';
import { isOpen } from '../ir/dim.ts';
import { load } from '../ir/formula-build.ts';
import { type PrimitiveOp, refuse } from './op.ts';

export const roll: PrimitiveOp<{ readonly axis: number; readonly shift: number }> = {
  doc: 'The elements along an axis moved on by `shift` places; what leaves at one end comes in at the other.',
  inputs: ['x'],
  shape([x], { axis }) {
    if (isOpen((x!.axes[axis] ?? refuse('roll', `no axis ${axis}`)).size)) refuse('roll', 'an open axis');
    return x!;
  },
  formula([x], { axis, shift }) {
    const size = x!.axes[axis]!.size as number;
    const from = (i: number) => remainder(plus(variable(outVar(i)), constant(-shift)), size);
    return load(
      0,
      x!.axes.map((_, i) => (i === axis ? from(i) : outVar(i))),
    );
  },
  derive: [({ c, g, attrs: { axis, shift } }) => c.roll(g, { axis, shift: -shift })],
  samples: [
    { shapes: [[5]], attrs: { axis: 0, shift: 2 } },
    { shapes: [[2, 3, 2]], attrs: { axis: 1, shift: -4 } },
  ],
};
