import { call } from '../ir/formula-build.ts';
import { elementwise, floats } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const sqrt: PrimitiveOp<{}> = elementwise(1, {
  doc: 'Square root; slope 0 at 0, where the true slope is not finite. Slope from the output: 1 / (2y).',
  dtype: floats,
  formula: (x) => call('sqrt', x),
  fromOutput: true,
  samples: [{ shapes: [[2, 3]], domain: [0.2, 4] }],
});
