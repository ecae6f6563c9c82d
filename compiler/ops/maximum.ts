import { call } from '../ir/formula-build.ts';
import { elementwise, numbers } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const maximum: PrimitiveOp<{}> = elementwise(2, {
  doc: 'The larger; of equals the first, which also takes the gradient.',
  dtype: numbers,
  formula: (a, b) => call('max', a, b),
  samples: [
    {
      shapes: [
        [2, 3],
        [2, 3],
      ],
      smooth: ([a, b]) => a!.every((v, i) => Math.abs(v - b![i]!) > 1e-2),
    },
  ],
});
