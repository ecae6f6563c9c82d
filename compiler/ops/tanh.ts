import { call } from '../ir/formula-build.ts';
import { elementwise, floats } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const tanh: PrimitiveOp<{}> = elementwise(1, {
  doc: 'Hyperbolic tangent. Slope from the output: 1 − y².',
  dtype: floats,
  formula: (x) => call('tanh', x),
  fromOutput: true,
});
