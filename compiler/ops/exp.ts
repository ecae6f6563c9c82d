import { call } from '../ir/formula-build.ts';
import { elementwise, floats } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const exp: PrimitiveOp<{}> = elementwise(1, {
  doc: 'eˣ. Slope from the output: y.',
  dtype: floats,
  formula: (x) => call('exp', x),
  fromOutput: true,
});
