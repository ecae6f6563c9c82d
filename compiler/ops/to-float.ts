import { call } from '../ir/formula-build.ts';
import { elementwise } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const toFloat: PrimitiveOp<{}> = elementwise(1, {
  doc: 'An int or bool as a float: true is 1. No gradient.',
  dtype: () => 'float',
  formula: (x) => call('toFloat', x),
  samples: [
    { shapes: [[2, 3]], dtypes: ['int'] },
    { shapes: [[2, 3]], dtypes: ['bool'] },
  ],
});
