import { call } from '../ir/formula-build.ts';
import { elementwise, comparison } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const notEqual: PrimitiveOp<{}> = elementwise(2, {
  doc: 'a ≠ b; bool.',
  dtype: comparison,
  formula: (a, b) => call('ne', a, b),
});
