import { call } from '../ir/formula-build.ts';
import { elementwise, floats } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const sigmoid: PrimitiveOp<{}> = elementwise(1, {
  doc: '1 / (1 + e⁻ˣ), finite everywhere. Slope from the output: y (1 − y).',
  dtype: floats,
  formula: (x) => call('sigmoid', x),
  fromOutput: true,
});
