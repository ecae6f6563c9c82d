import { call } from '../ir/formula-build.ts';
import { elementwise, floats } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const ceil: PrimitiveOp<{}> = elementwise(1, {
  doc: 'The integer above; slope 0.',
  dtype: floats,
  formula: (x) => call('ceil', x),
  samples: [
    {
      shapes: [[2, 3]],
      domain: [-2, 2],
      smooth: ([x]) => x!.every((v) => Math.abs(v - Math.round(v)) > 1e-2),
    },
  ],
});
