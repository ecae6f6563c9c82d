import { number } from '../ir/formula-build.ts';
import type { DType } from '../ir/tensor-type.ts';
import type { PrimitiveOp } from './op.ts';

export const constant: PrimitiveOp<{ readonly value: number; readonly dtype: DType }> = {
  doc: 'A number, as a scalar.',
  inputs: [],
  shape: (_, { dtype }) => ({ dtype, axes: [] }),
  formula: (_, { value }) => number(value),
  samples: [{ shapes: [], attrs: { value: 1.5, dtype: 'float' } }],
};
