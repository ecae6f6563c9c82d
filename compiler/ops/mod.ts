import { call } from '../ir/formula-build.ts';
import { elementwise, numbers } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const mod: PrimitiveOp<{}> = elementwise(2, {
  doc: 'Floored remainder: has the sign of b.',
  dtype: numbers,
  formula: (a, b) => call('mod', a, b),
  samples: [
    {
      shapes: [
        [2, 3],
        [2, 3],
      ],
      domain: [
        [-3, 3],
        [0.7, 2],
      ],
      smooth: ([a, b]) => a!.every((v, i) => Math.abs(v / b![i]! - Math.round(v / b![i]!)) > 1e-2),
    },
  ],
});
