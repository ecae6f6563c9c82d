import { elementwise } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const detach: PrimitiveOp<{}> = elementwise(1, {
  doc: 'The same value, as a constant for derivatives.',
  dtype: ([x]) => x!,
  formula: (x) => x,
  slopes: () => [null],
});
