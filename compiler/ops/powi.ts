import { integerPower, mul, number } from '../ir/formula-build.ts';
import { elementwise, floats } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

export const powi: PrimitiveOp<{ readonly exponent: number }> = elementwise(1, {
  doc: 'An integer power as repeated multiplication; a negative one divides once. Slope n·xⁿ⁻¹.',
  dtype: floats,
  formula: (x) => x,
  formulaWith: ({ exponent }, [x]) => integerPower(x!, exponent),
  slopes: ([x], { exponent: n }) => [n === 0 ? null : mul(number(n), integerPower(x!, n - 1))],
  samples: [
    { shapes: [[2, 3]], attrs: { exponent: 2 } },
    { shapes: [[2, 3]], attrs: { exponent: 5 } },
    { shapes: [[3]], attrs: { exponent: 1 } },
    { shapes: [[3]], attrs: { exponent: 0 } },
    { shapes: [[3]], attrs: { exponent: -3 }, domain: [0.5, 2] },
  ],
});
