import { call } from '../ir/formula-build.ts';
import { elementwise } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const toInt: PrimitiveOp<{}> = elementwise(1, {
  doc: 'A float truncated towards 0, or a bool, as an int. No gradient.',
  dtype: () => 'int',
  formula: (x) => call('toInt', x),
});
