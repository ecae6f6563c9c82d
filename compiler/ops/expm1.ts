import { call } from '../ir/formula-build.ts';
import { elementwise, floats } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const expm1: PrimitiveOp<{}> = elementwise(1, {
  doc: 'eˣ − 1, exact near 0. Slope from the output: y + 1.',
  dtype: floats,
  formula: (x) => call('expm1', x),
  fromOutput: true,
});
