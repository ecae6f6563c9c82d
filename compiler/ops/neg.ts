import { call } from '../ir/formula-build.ts';
import { elementwise, numbers } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const neg: PrimitiveOp<{}> = elementwise(1, {
  doc: 'Negation.',
  dtype: numbers,
  formula: (x) => call('neg', x),
});
