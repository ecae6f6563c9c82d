import { call } from '../ir/formula-build.ts';
import { elementwise, floats } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const div: PrimitiveOp<{}> = elementwise(2, {
  doc: 'Quotient. Its derivative in b is −y / b, so a need not be kept.',
  dtype: floats,
  formula: (a, b) => call('div', a, b),
  fromOutput: true,
  samples: [
    {
      shapes: [
        [2, 3],
        [2, 3],
      ],
      domain: [
        [-2, 2],
        [0.5, 2],
      ],
    },
  ],
});
