import { call } from '../ir/formula-build.ts';
import { elementwise, floats } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const pow: PrimitiveOp<{}> = elementwise(2, {
  doc: 'a to the power b. Slopes are 0 where they would not be finite: in a at a = 0 with b < 1, in b at a ≤ 0.',
  dtype: floats,
  formula: (a, b) => call('pow', a, b),
  fromOutput: true,
  samples: [
    {
      shapes: [
        [2, 3],
        [2, 3],
      ],
      domain: [
        [0.3, 2],
        [-2, 3],
      ],
    },
  ],
});
