import { call } from '../ir/formula-build.ts';
import { elementwise, comparison } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const less: PrimitiveOp<{}> = elementwise(2, {
  doc: 'a < b; bool.',
  dtype: comparison,
  formula: (a, b) => call('lt', a, b),
});
