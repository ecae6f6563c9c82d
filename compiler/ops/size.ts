import type { Dim } from '../ir/dim.ts';
import { sizeOfDim } from '../ir/formula-build.ts';
import { scalar } from '../ir/tensor-type.ts';
import type { PrimitiveOp } from './op.ts';

export const size: PrimitiveOp<{ readonly dim: Dim }> = {
  doc: 'A dim as a float: the divisor of a mean over an open batch.',
  inputs: [],
  shape: () => scalar,
  formula: (_, { dim }) => sizeOfDim(dim),
  samples: [{ shapes: [], attrs: { dim: 7 } }],
};
