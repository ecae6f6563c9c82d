import { call } from '../ir/formula-build.ts';
import { elementwise, floats } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const sin: PrimitiveOp<{}> = elementwise(1, {
  doc: 'Sine.',
  dtype: floats,
  formula: (x) => call('sin', x),
});
