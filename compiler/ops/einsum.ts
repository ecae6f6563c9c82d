import { contractionFormula, contractionGradient, contractionShape } from './labels.ts';
import type { PrimitiveOp } from './op.ts';

export const einsum: PrimitiveOp<{
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
}> = {
  doc: 'Index statement of one or two factors: a label per axis, summed in order where the output lacks it; a label twice in one input is its diagonal.',
  inputs: ['a', 'b'],
  shape: (types, labels) => contractionShape(types, labels),
  formula: (types, labels) => contractionFormula(types, labels),
  derive: [
    ({ c, g, x, attrs }) => contractionGradient(c, g, x, attrs, 0),
    ({ c, g, x, attrs }) => contractionGradient(c, g, x, attrs, 1),
  ],
  samples: [
    {
      shapes: [
        [2, 3],
        [4, 3],
      ],
      attrs: {
        inputs: [
          ['i', 'k'],
          ['j', 'k'],
        ],
        output: ['j', 'i'],
      },
    },
    {
      shapes: [
        [2, 3],
        [2, 3],
      ],
      attrs: {
        inputs: [
          ['b', 'i'],
          ['b', 'i'],
        ],
        output: ['b'],
      },
    },
    { shapes: [[2], [3]], attrs: { inputs: [['i'], ['j']], output: ['i', 'j'] } },
    { shapes: [[2, 3], [2]], attrs: { inputs: [['i', 'k'], ['i']], output: ['i'] } },
    { shapes: [[3, 3]], attrs: { inputs: [['i', 'i']], output: ['i'] } },
    {
      shapes: [
        [3, 3],
        [3, 2],
      ],
      attrs: {
        inputs: [
          ['i', 'i'],
          ['i', 'j'],
        ],
        output: ['j'],
      },
    },
    { shapes: [[2, 3]], attrs: { inputs: [['i', 'j']], output: ['j'] } },
    { shapes: [[2, 3]], attrs: { inputs: [['i', 'j']], output: ['j', 'i'] } },
  ],
};
