import { call } from '../ir/formula-build.ts';
import { elementwise, floats } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const softplus: PrimitiveOp<{}> = elementwise(1, {
  doc: 'log(1 + eˣ), finite everywhere; slope sigmoid(x).',
  dtype: floats,
  formula: (x) => call('softplus', x),
});
