import { call } from '../ir/formula-build.ts';
import { elementwise, floats } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const log1p: PrimitiveOp<{}> = elementwise(1, {
  doc: 'log(1 + x), exact near 0.',
  dtype: floats,
  formula: (x) => call('log1p', x),
  samples: [{ shapes: [[2, 3]], domain: [-0.7, 3] }],
});
