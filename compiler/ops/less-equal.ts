import { call } from '../ir/formula-build.ts';
import { elementwise, comparison } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const lessEqual: PrimitiveOp<{}> = elementwise(2, {
  doc: 'a ≤ b; bool.',
  dtype: comparison,
  formula: (a, b) => call('le', a, b),
});
