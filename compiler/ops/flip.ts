import { constant, outVar, plus, scale, variable } from '../ir/affine.ts';
import { isOpen } from '../ir/dim.ts';
import { load } from '../ir/formula-build.ts';
import { type PrimitiveOp, refuse } from './op.ts';

export const flip: PrimitiveOp<{ readonly axis: number }> = {
  doc: 'The elements along an axis in reverse order.',
  inputs: ['x'],
  shape([x], { axis }) {
    if (isOpen((x!.axes[axis] ?? refuse('flip', `no axis ${axis}`)).size)) refuse('flip', 'an open axis');
    return x!;
  },
  formula([x], { axis }) {
    const last = constant((x!.axes[axis]!.size as number) - 1);
    return load(
      0,
      x!.axes.map((_, i) => (i === axis ? plus(last, scale(variable(outVar(i)), -1)) : outVar(i))),
    );
  },
  derive: [({ c, g, attrs }) => c.flip(g, attrs)],
  samples: [
    { shapes: [[4]], attrs: { axis: 0 } },
    { shapes: [[2, 3, 2]], attrs: { axis: 1 } },
  ],
};
