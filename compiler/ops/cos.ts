import { call } from '../ir/formula-build.ts';
import { elementwise, floats } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const cos: PrimitiveOp<{}> = elementwise(1, {
  doc: 'Cosine.',
  dtype: floats,
  formula: (x) => call('cos', x),
});
