import { select } from '../ir/formula-build.ts';
import { elementwise } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const where: PrimitiveOp<{}> = elementwise(3, {
  doc: 'a where the condition holds, b elsewhere. Both are computed; the gradient goes to the one taken.',
  inputs: ['condition', 'a', 'b'],
  dtype: ([condition, a, b]) => (condition === 'bool' && a === b ? a! : null),
  formula: (condition, a, b) => select(condition, a, b),
  samples: [
    {
      shapes: [
        [2, 3],
        [2, 3],
        [2, 3],
      ],
      dtypes: ['bool', 'float', 'float'],
    },
  ],
});
