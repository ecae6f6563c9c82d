import { call } from '../ir/formula-build.ts';
import { elementwise, floats } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const round: PrimitiveOp<{}> = elementwise(1, {
  doc: 'The nearest integer, halves to the even one; slope 0.',
  dtype: floats,
  formula: (x) => call('round', x),
  samples: [
    {
      shapes: [[2, 3]],
      domain: [-2, 2],
      smooth: ([x]) => x!.every((v) => Math.abs(v - Math.floor(v) - 0.5) > 1e-2),
    },
  ],
});
