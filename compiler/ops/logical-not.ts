import { call } from '../ir/formula-build.ts';
import { elementwise, logical } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const logicalNot: PrimitiveOp<{}> = elementwise(1, {
  doc: 'Not.',
  dtype: logical,
  formula: (x) => call('not', x),
  samples: [{ shapes: [[2, 3]], dtypes: ['bool'] }],
});
