import { coordinate } from '../ir/formula-build.ts';
import { type Axis, tensor } from '../ir/tensor-type.ts';
import type { PrimitiveOp } from './op.ts';

export const iota: PrimitiveOp<{ readonly axis: Axis }> = {
  doc: '0, 1, 2 … along an axis, as ints.',
  inputs: [],
  shape: (_, { axis }) => tensor([axis], 'int'),
  formula: () => coordinate('i0'),
  samples: [{ shapes: [], attrs: { axis: { name: null, size: 4 } } }],
};
