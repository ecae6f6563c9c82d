import { call } from '../ir/formula-build.ts';
import { elementwise, logical } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const logicalOr: PrimitiveOp<{}> = elementwise(2, {
  doc: 'One or both.',
  dtype: logical,
  formula: (a, b) => call('or', a, b),
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
