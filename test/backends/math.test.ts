import { expect, test } from 'vitest';
import { mathNameIn, mathNames, scalarMath, type MathName } from '../../compiler/ir/scalar-math.ts';
import { exact, fixed, ulps } from './exact.ts';

/** Pseudo-random in [0, 1), the same in every run. */
function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Intervals to try, and how many units of the last place a result may be off. */
const ranges: Readonly<Record<MathName, { within: number; intervals: readonly (readonly [number, number])[] }>> = {
  exp: { within: 1, intervals: [[-1, 1], [-0.01, 0.01], [-700, 700], [-744, -709]] },
  log: { within: 1, intervals: [[0, 2], [0.99, 1.01], [0, 1e6], [0, 1e300], [0, 1e-300]] },
  log1p: { within: 1.5, intervals: [[-0.99, 1], [-1e-5, 1e-5], [0, 1e10]] },
  expm1: { within: 2, intervals: [[-1, 1], [-1e-5, 1e-5], [-40, 40], [0, 700]] },
  tanh: { within: 2.5, intervals: [[-1, 1], [-1e-5, 1e-5], [-22, 22]] },
  sin: { within: 2, intervals: [[-1, 1], [-100, 100], [-9e5, 9e5], [3.14, 3.15]] },
  cos: { within: 2, intervals: [[-1, 1], [-100, 100], [-9e5, 9e5], [1.57, 1.58]] },
  erf: { within: 2, intervals: [[-1, 1], [-1e-5, 1e-5], [-6, 6]] },
  pow: { within: 1, intervals: [[0.1, 10], [0.99, 1.01], [0, 1e4]] },
  sigmoid: { within: 2, intervals: [[-1, 1], [-40, 40], [-700, 700]] },
  softplus: { within: 2, intervals: [[-1, 1], [-40, 40], [-700, 700]] },
}; // prettier-ignore

const points = 150;

test.each(mathNames)('%s is as accurate as it says', (name) => {
  const random = randoms(name.length);
  const fn = scalarMath()[name];
  let worst = { error: 0, x: 0, y: 0 };
  for (const [low, high] of ranges[name].intervals) {
    for (let i = 0; i < points; i++) {
      const x = low + (high - low) * random();
      if (x === 0) continue;
      const y = name === 'pow' ? (random() - 0.5) * (80 / Math.max(Math.abs(Math.log(x)), 2)) : 0;
      const error = Math.abs(ulps(fn(x, y), exact[name](x, y)));
      if (error > worst.error) worst = { error, x, y };
    }
  }
  expect(worst.error, `at ${worst.x}, ${worst.y}`).toBeLessThan(ranges[name].within);
});

test('pow stays within a few units at the limits of the range', () => {
  const random = randoms(5);
  for (let i = 0; i < points; i++) {
    const x = 0.5 + random();
    const y = (600 / Math.log(x)) * (random() < 0.5 ? 1 : -1);
    expect(Math.abs(ulps(scalarMath().pow(x, y), exact.pow(x, y)))).toBeLessThan(16);
  }
});

test.each(mathNames)('%s of f32 programs is the nearest f32, or one time in twenty its neighbour', (name) => {
  const random = randoms(9 + name.length);
  const fn = scalarMath()[mathNameIn(name, 'float', 'f32')];
  let worst = { error: 0, x: 0, y: 0 };
  for (const [low, high] of ranges[name].intervals) {
    for (let i = 0; i < points; i++) {
      const x = Math.fround(low + (high - low) * random());
      if (x === 0) continue;
      const y =
        name === 'pow' ? Math.fround((random() - 0.5) * (80 / Math.max(Math.abs(Math.log(x)), 2))) : 0;
      const value = Math.fround(fn(x, y));
      if (Math.abs(value) < 1e-37 || Math.abs(value) > 3e38) continue; // coarser there, or beyond
      const error = Math.abs(ulps(value, exact[name](x, y))) / 2 ** 29;
      if (error > worst.error) worst = { error, x, y };
    }
  }
  expect(worst.error, `at ${worst.x}, ${worst.y}`).toBeLessThan(0.53);
});

test.each(mathNames)('%s of f32 programs at the edges is what it is in f64', (name) => {
  const edges = [0, -0, 1, -1, 2, -3, 0.5, 1e4, -1e4, Infinity, -Infinity, NaN, 1e-45, -1e-45, 3e38, -3e38, 1e6, 4e9].map(Math.fround); // prettier-ignore
  for (const x of edges) {
    for (const y of name === 'pow' ? edges : [0]) {
      const [single, double] = [mathNameIn(name, 'float', 'f32'), name].map((fn) => Math.fround(scalarMath()[fn](x, y))); // prettier-ignore
      const near = Math.abs(single! - double!) <= 1.2e-7 * Math.abs(double!);
      expect(Object.is(single, double) || near, `${name}(${x}, ${y}): ${single}, not ${double}`).toBe(true);
    }
  }
});

test('the yardstick itself: known digits', () => {
  expect(Number(exact.exp(1, 0) - fixed(Math.E))).toBeCloseTo(1.4456468917292502e-16 * 2 ** 1200, -1100);
  expect(Math.abs(ulps(Math.LN2, exact.log(2, 0)))).toBeLessThan(0.5);
  expect(Math.abs(ulps(0.8427007929497149, exact.erf(1, 0)))).toBeLessThan(0.5);
  expect(Math.abs(ulps(Math.SQRT1_2, exact.sin(Math.PI / 4, 0)))).toBeLessThan(1);
});

const inputs = [0, -0, 1e4, -1e4, Infinity, -Infinity, NaN, 5e-324, -5e-324];
const edges: Readonly<Record<Exclude<MathName, 'pow'>, readonly number[]>> = {
  exp: [1, 1, Infinity, 0, Infinity, 0, NaN, 1, 1],
  log: [-Infinity, -Infinity, 9.210340371976184, NaN, Infinity, NaN, NaN, -744.4400719213812, NaN],
  log1p: [0, -0, 9.210440366976517, NaN, Infinity, NaN, NaN, 5e-324, -5e-324],
  expm1: [0, -0, Infinity, -1, Infinity, -1, NaN, 5e-324, -5e-324],
  tanh: [0, -0, 1, -1, 1, -1, NaN, 5e-324, -5e-324],
  sin: [0, -0, -0.30561438888825215, 0.30561438888825215, NaN, NaN, NaN, 5e-324, -5e-324],
  cos: [1, 1, -0.9521553682590149, -0.9521553682590149, NaN, NaN, NaN, 1, 1],
  erf: [0, -0, 1, -1, 1, -1, NaN, 5e-324, -5e-324],
  sigmoid: [0.5, 0.5, 1, 0, 1, 0, NaN, 0.5, 0.5],
  softplus: [Math.LN2, Math.LN2, 1e4, 0, Infinity, 0, NaN, Math.LN2, Math.LN2],
}; // prettier-ignore

test.each(Object.keys(edges) as (keyof typeof edges)[])('%s at the edges', (name) => {
  expect(inputs.map((x) => scalarMath()[name](x))).toEqual(edges[name]);
});

test('pow at the edges', () => {
  const cases = [
    [0, 0, 1], [NaN, 0, 1], [NaN, 1, NaN], [2, NaN, NaN],
    [0, -1, Infinity], [-0, -1, -Infinity], [-0, 3, -0], [-0, 2, 0], [0, 2.5, 0],
    [-2, 3, -8], [-2, 2, 4], [-2, 0.5, NaN], [-2, -3, -0.125], [-1, Infinity, 1],
    [Infinity, 2, Infinity], [Infinity, -2, 0], [-Infinity, 3, -Infinity], [-Infinity, -3, -0], [-Infinity, 0.5, Infinity],
    [1, Infinity, 1], [0.5, Infinity, 0], [2, -Infinity, 0], [2, 1024, Infinity], [2, -1074, 5e-324], [2, -1075, 0],
    [10, 5, 1e5], [7, 7, 823543], [1e4, 0.5, 100], [3, -1, 1 / 3], [2, 1e300, Infinity],
  ] as const; // prettier-ignore
  expect(cases.map(([x, y]) => scalarMath().pow(x, y))).toEqual(cases.map(([, , z]) => z));
});

test('odd functions are odd to the bit', () => {
  const random = randoms(3);
  for (let i = 0; i < 1000; i++) {
    const x = (random() - 0.5) * 20;
    for (const name of ['tanh', 'sin', 'erf', 'tanhf', 'sinf', 'erff'] as const) {
      expect(scalarMath()[name](-x)).toBe(-scalarMath()[name](x));
    }
  }
});

test('rounded to f32, rising functions never fall', () => {
  const rising = ['exp', 'tanh', 'sigmoid', 'softplus', 'erf', 'expm1'] as const;
  for (const name of [...rising, ...rising.map((each) => `${each}f` as const)]) {
    for (let x = -6, before = -Infinity; x < 6; x += 0.013) {
      const y = Math.fround(scalarMath()[name](x));
      expect(y).toBeGreaterThanOrEqual(before);
      before = y;
    }
  }
});
