import { add, call, div, mul, neg, number, select, sub } from '../ir/formula-build.ts';
import type { Formula } from '../ir/formula.ts';
import { elementwise, floats } from './elementwise.ts';
import type { PrimitiveOp } from './op.ts';

/** Cephes: arguments above tan(3π/8) and tan(π/8) are turned back, then z·P(z²)/Q(z²). */
const P = [
  -0.8750608600031904, -16.157537187333652, -75.00855792314705, -122.88666844901361, -64.85021904942025,
];
const Q = [
  1, 24.858464901423062, 165.02700983169885, 432.88106049129027, 485.3903996359137, 194.5506571482614,
];

function polynomial(coefficients: readonly number[], x: Formula): Formula {
  return coefficients.slice(1).reduce((sum, c) => add(mul(sum, x), number(c)), number(coefficients[0]!));
}

export const atan: PrimitiveOp<{}> = elementwise(1, {
  doc: 'Arcus tangent, in (−π/2, π/2). Slope 1 / (1 + x²).',
  dtype: floats,
  formula(x) {
    const size = call('abs', x);
    const far = call('gt', size, number(2.414213562373095));
    const middle = call('gt', size, number(0.66));
    const one = number(1);
    const near = select(middle, div(sub(size, one), add(size, one)), size);
    const z = select(far, neg(div(one, size)), near);
    const base = select(far, number(Math.PI / 2), select(middle, number(Math.PI / 4), number(0)));
    const square = mul(z, z);
    const curve = div(mul(square, polynomial(P, square)), polynomial(Q, square));
    const angle = add(base, add(mul(z, curve), z));
    return select(call('lt', x, number(0)), neg(angle), angle);
  },
  slopes: ([x]) => [div(number(1), add(number(1), mul(x!, x!)))],
  samples: [{ shapes: [[2, 3]], domain: [-4, 4] }],
});
