import { call } from '../ir/formula-build.ts';
import { elementwise, numbers } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const mul: PrimitiveOp<{}> = elementwise(2, {
  doc: 'Product.',
  dtype: numbers,
  formula: (a, b) => call('mul', a, b),
});
