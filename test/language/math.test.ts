import { describe, expect, test } from 'vitest';
import { valueOf } from './harness.ts';

/** Functions of one number: points, what JavaScript gives, and where the slope is not what differences say. */
const functions: readonly (readonly [string, (x: number) => number, readonly number[]])[] = [
  ['square(a)', (x) => x * x, [-2, 0, 3]],
  ['reciprocal(a)', (x) => 1 / x, [-2, 0.5]],
  ['rsqrt(a)', (x) => 1 / Math.sqrt(x), [0.25, 9]],
  ['log2(a)', Math.log2, [0.5, 8]],
  ['log10(a)', Math.log10, [0.1, 1000]],
  ['tan(a)', Math.tan, [-1, 0, 1.5]],
  ['sinh(a)', Math.sinh, [-20, -1e-9, 0, 2]],
  ['cosh(a)', Math.cosh, [-20, 0, 2]],
  ['atan(a)', Math.atan, [-1e4, -2.5, -0.7, -0.1, 0, 1e-9, 0.66, 1, 2.4, 3, 1e300]],
  ['asin(a)', Math.asin, [-0.99, -0.3, 0, 0.7, 0.999]],
  ['acos(a)', Math.acos, [-0.99, -0.3, 0, 0.7, 0.999]],
  ['lerp(2, 4, a)', (x) => 2 + 2 * x, [-1, 0, 0.5]],
];

describe('values and slopes', () => {
  test.for(functions)('%s', async ([call, f, points]) => {
    const input = { a: [`[${points.length}]`, points] } as const;
    const { values } = await valueOf(call, input);
    values.forEach((v, i) => expect(v).toSatisfy(near(f(points[i]!), 1e-14)));
    const slopes = (await valueOf(`grad(sum(${call}), a)`, input)).values;
    slopes.forEach((v, i) => {
      const x = points[i]!;
      const h = 1e-5 * Math.max(1e-3, Math.abs(x));
      expect(v).toSatisfy(near((f(x + h) - f(x - h)) / (2 * h), 1e-4));
    });
  });
});

test('slopes stay finite where the true one is not', async () => {
  for (const call of ['asin(a)', 'acos(a)', 'atan2(a, 0)', 'atan2(0, a - 1)']) {
    const { values } = await valueOf(`grad(sum(${call}), a)`, { a: ['[3]', [-1, 0, 1]] });
    expect(values.every(Number.isFinite), `${call}: ${String(values)}`).toBe(true);
  }
});

test('atan2 knows the quadrant', async () => {
  const at = [-3, -1, -0.5, 0, 0.5, 1, 3];
  const y = at.flatMap((v) => at.map(() => v));
  const x = at.flatMap(() => at);
  const { values } = await valueOf('atan2(y, x)', { y: ['[49]', y], x: ['[49]', x] });
  values.forEach((v, i) => expect(v).toSatisfy(near(Math.atan2(y[i]!, x[i]!), 1e-14)));
});

test('isnan and isfinite', async () => {
  const a = { a: ['[3]', [1, 0, -1]] } as const;
  expect((await valueOf('f32(isnan(sqrt(a)))', a)).values).toEqual([0, 0, 1]);
  expect((await valueOf('f32(isfinite(1 / a))', a)).values).toEqual([1, 0, 1]);
});

function near(expected: number, tolerance: number) {
  return (actual: number) => Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected));
}
