import { call } from '../ir/formula-build.ts';
import { elementwise, floats } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const erf: PrimitiveOp<{}> = elementwise(1, {
  doc: 'Error function; slope 2/√π · exp(−x²).',
  dtype: floats,
  formula: (x) => call('erf', x),
});
