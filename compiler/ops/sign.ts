import { call } from '../ir/formula-build.ts';
import { elementwise, numbers } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const sign: PrimitiveOp<{}> = elementwise(1, {
  doc: '−1, 0 or 1; slope 0.',
  dtype: numbers,
  formula: (x) => call('sign', x),
  samples: [{ shapes: [[2, 3]], domain: [-2, 2], smooth: ([x]) => x!.every((v) => Math.abs(v) > 1e-2) }],
});
