import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Affine,
  affineText,
  constant,
  evaluateAffine,
  floorDiv,
  minus,
  plus,
  type Ranges,
  rangeOf,
  remainder,
  sameAffine,
  scale,
  simplifyAffine,
  substitute,
  variable,
} from '../../compiler/ir/affine.ts';
import { openDim, timesDim } from '../../compiler/ir/dim.ts';

const [x, y] = [variable('x'), variable('y')];
const ranges: Ranges = (name) => (name === 'x' ? [0, 7] : name === 'y' ? [0, 4] : null);

test('terms of one atom are added up, zeros vanish', () => {
  expect(affineText(plus(x, scale(x, 2), y, constant(3)))).toBe('3*x + y + 3');
  expect(affineText(minus(x, x))).toBe('0');
  expect(affineText(minus(scale(y, 2), constant(1)))).toBe('2*y - 1');
});

test('open coefficients and offsets', () => {
  const B = openDim('B');
  expect(affineText(scale(plus(x, constant(3)), B))).toBe('B*x + 3·B');
  expect(affineText(plus(scale(x, B), scale(x, timesDim(2, B)), scale(x, 5)))).toBe('3·B*x + 5*x');
  expect(evaluateAffine(scale(plus(x, constant(3)), B), () => 2, { B: 10 })).toBe(50);
});

test('quotients and remainders that the ranges prove trivial are gone', () => {
  const position = plus(scale(y, 8), x);
  expect(affineText(floorDiv(position, 8, ranges))).toBe('y');
  expect(affineText(remainder(position, 8, ranges))).toBe('x');
  expect(affineText(floorDiv(position, 8))).toBe('y + (x div 8)');
  expect(affineText(remainder(plus(x, constant(-1)), 8, ranges))).toBe('((x + 7) mod 8)');
});

test('nested and common factors', () => {
  expect(affineText(floorDiv(floorDiv(x, 2), 3))).toBe('(x div 6)');
  expect(affineText(floorDiv(scale(x, 4), 6))).toBe('((2*x) div 3)');
  expect(affineText(remainder(scale(x, 4), 6))).toBe('2*((2*x) mod 3)');
  expect(affineText(remainder(remainder(x, 12), 4))).toBe('(x mod 4)');
});

test('an axis split and merged again is the axis', () => {
  expect(affineText(plus(scale(floorDiv(x, 3), 3), remainder(x, 3)))).toBe('x');
  const B = openDim('B');
  expect(affineText(scale(plus(scale(floorDiv(x, 3), 3), remainder(x, 3)), B))).toBe('B*x');
});

/** Expressions over x and y, built with the functions above. */
const expression: fc.Arbitrary<Affine> = fc.letrec<{ e: Affine }>((tie) => ({
  e: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(x, y),
    fc.integer({ min: -9, max: 9 }).map(constant),
    fc.tuple(tie('e'), tie('e')).map(([a, b]) => plus(a, b)),
    fc.tuple(tie('e'), fc.integer({ min: -4, max: 12 })).map(([a, k]) => scale(a, k)),
    fc.tuple(tie('e'), fc.integer({ min: 1, max: 12 })).map(([a, k]) => floorDiv(a, k)),
    fc.tuple(tie('e'), fc.integer({ min: 1, max: 12 })).map(([a, k]) => remainder(a, k)),
  ),
})).e;

test('simplifying, substituting and ranges keep the value', () => {
  const points = fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 4 }));
  fc.assert(
    fc.property(expression, expression, fc.integer({ min: 1, max: 12 }), points, (a, b, k, [vx, vy]) => {
      const at = (e: Affine): number => evaluateAffine(e, (name) => (name === 'x' ? vx : vy), {});
      expect(at(simplifyAffine(a, ranges))).toBe(at(a));
      expect(at(floorDiv(a, k, ranges))).toBe(Math.floor(at(a) / k));
      expect(at(remainder(a, k, ranges))).toBe(at(a) - k * Math.floor(at(a) / k));
      const inner = evaluateAffine(a, (name) => (name === 'x' ? at(b) : vy), {});
      expect(at(substitute(a, (name) => (name === 'x' ? b : null)))).toBe(inner);
      const range = rangeOf(a, ranges)!;
      expect(range[0] <= at(a) && at(a) <= range[1]).toBe(true);
      expect(sameAffine(a, plus(a))).toBe(true);
    }),
    { numRuns: 500, seed: 1 },
  );
});
