import { call } from '../ir/formula-build.ts';
import { elementwise, logical } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const logicalAnd: PrimitiveOp<{}> = elementwise(2, {
  doc: 'Both.',
  dtype: logical,
  formula: (a, b) => call('and', a, b),
  samples: [
    {
      shapes: [
        [2, 3],
        [2, 3],
      ],
      dtypes: ['bool', 'bool'],
    },
  ],
});
