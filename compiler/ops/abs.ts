import { call } from '../ir/formula-build.ts';
import { elementwise, numbers } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const abs: PrimitiveOp<{}> = elementwise(1, {
  doc: 'Absolute value; slope 0 at 0.',
  dtype: numbers,
  formula: (x) => call('abs', x),
  samples: [{ shapes: [[2, 3]], domain: [-2, 2], smooth: ([x]) => x!.every((v) => Math.abs(v) > 1e-2) }],
});
