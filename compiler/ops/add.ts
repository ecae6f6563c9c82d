import { call } from '../ir/formula-build.ts';
import { elementwise, numbers } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const add: PrimitiveOp<{}> = elementwise(2, {
  doc: 'Sum.',
  dtype: numbers,
  formula: (a, b) => call('add', a, b),
});
