import { outVar } from '../ir/affine.ts';
import { call, coordinate, eq, load, number, select } from '../ir/formula-build.ts';
import { type PrimitiveOp, refuse } from './op.ts';

export const diagonal: PrimitiveOp<{ readonly of: readonly number[] }> = {
  doc: 'Repeats axes and puts the elements where the repeats agree, zeros elsewhere: output axis i is input axis of[i].',
  inputs: ['x'],
  shape([x], { of }) {
    if (x!.axes.some((_, i) => !of.includes(i))) refuse('diagonal', 'an axis is lost');
    return { ...x!, axes: of.map((i) => x!.axes[i]!) };
  },
  formula([x], { of }) {
    const first = x!.axes.map((_, i) => outVar(of.indexOf(i)));
    const agree = of
      .map((i, at) => ({ first: first[i]!, here: outVar(at) }))
      .filter((pair) => pair.first !== pair.here)
      .map((pair) => eq(coordinate(pair.here), coordinate(pair.first)));
    if (agree.length === 0) return load(0, first);
    return select(agree.reduce((a, b) => call('and', a, b)), load(0, first), number(0)); // prettier-ignore
  },
  derive: [
    ({ c, g, x: [x], attrs: { of } }) =>
      c.einsum([g], { inputs: [of.map(String)], output: x!.type.axes.map((_, i) => String(i)) }),
  ],
  samples: [
    { shapes: [[3]], attrs: { of: [0, 0] } },
    { shapes: [[2, 3]], attrs: { of: [0, 1, 0] } },
  ],
};
