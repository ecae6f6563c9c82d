import { call, div, number, select } from '../ir/formula-build.ts';
import { elementwise, floats } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const sqrt: PrimitiveOp<{}> = elementwise(1, {
  doc: 'Square root; slope 0 at 0, where the true slope is not finite. Slope from the output: 1 / (2y).',
  dtype: floats,
  formula: (x) => call('sqrt', x),
  slopes: (_, y) => [select(call('gt', y, number(0)), div(number(0.5), y), number(0))],
  samples: [{ shapes: [[2, 3]], domain: [0.2, 4] }],
});
