import { outVar } from '../ir/affine.ts';
import { load } from '../ir/formula-build.ts';
import { type PrimitiveOp, refuse } from './op.ts';

export const transpose: PrimitiveOp<{ readonly perm: readonly number[] }> = {
  doc: 'Axes in another order: output axis i is input axis perm[i].',
  inputs: ['x'],
  shape([x], { perm }) {
    if (perm.length !== x!.axes.length || new Set(perm).size !== perm.length)
      refuse('transpose', `[${perm.join(', ')}] is not an order of ${x!.axes.length} axes`);
    return { ...x!, axes: perm.map((p) => x!.axes[p] ?? refuse('transpose', `no axis ${p}`)) };
  },
  formula: ([x], { perm }) =>
    load(
      0,
      x!.axes.map((_, i) => outVar(perm.indexOf(i))),
    ),
  derive: [({ c, g, attrs: { perm } }) => c.transpose(g, { perm: perm.map((_, i) => perm.indexOf(i)) })],
  samples: [
    { shapes: [[2, 3]], attrs: { perm: [1, 0] } },
    { shapes: [[2, 3, 4]], attrs: { perm: [2, 0, 1] } },
  ],
};
