import { call } from '../ir/formula-build.ts';
import { elementwise, numbers } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const sub: PrimitiveOp<{}> = elementwise(2, {
  doc: 'Difference.',
  dtype: numbers,
  formula: (a, b) => call('sub', a, b),
});
