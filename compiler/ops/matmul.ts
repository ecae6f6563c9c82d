import type { TensorType } from '../ir/tensor-type.ts';
import {
  contractionFormula,
  contractionGradient,
  contractionShape,
  type Labels,
  matmulLabels,
} from './labels.ts';
import type { PrimitiveOp } from './op.ts';

export const matmul: PrimitiveOp<{}> = {
  doc: 'Matrix product over the last two axes: [..., m, k] · [k, n], [..., m, k] · [..., k, n]; vectors as in NumPy.',
  inputs: ['a', 'b'],
  shape: (types) => contractionShape(types, labelsOf(types)),
  formula: (types) => contractionFormula(types, labelsOf(types)),
  derive: [
    // ∂loss/∂a = g bᵀ and ∂loss/∂b = aᵀ g, without transposing anything.
    ({ c, g, x }) => contractionGradient(c, g, x, labelsOf(x.map((v) => v.type)), 0),
    ({ c, g, x }) => contractionGradient(c, g, x, labelsOf(x.map((v) => v.type)), 1),
  ],
  samples: [
    {
      shapes: [
        [2, 3],
        [3, 4],
      ],
    },
    { shapes: [[3], [3, 2]] },
    { shapes: [[2, 3], [3]] },
    { shapes: [[3], [3]] },
    {
      shapes: [
        [2, 2, 3],
        [3, 2],
      ],
    },
    {
      shapes: [
        [2, 2, 3],
        [2, 3, 2],
      ],
    },
  ],
};
function labelsOf(types: readonly TensorType[]): Labels {
  return matmulLabels(types[0]!.axes.length, types[1]!.axes.length);
}
