import { call } from '../ir/formula-build.ts';
import { elementwise, floats } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const log: PrimitiveOp<{}> = elementwise(1, {
  doc: 'Natural logarithm.',
  dtype: floats,
  formula: (x) => call('log', x),
  samples: [{ shapes: [[2, 3]], domain: [0.2, 4] }],
});
