import { expect, test } from 'vitest';
import { counterRandom } from '../../compiler/ir/random.ts';

/** Known answers of the Random123 distribution: counter, key, result. */
test.each([
  [0, 0, 0, 0, 0x6b200159, 0x99ba4efe],
  [-1, -1, -1, -1, 0x1cb996fc, 0xbb002be7],
  [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xc4923a9c, 0x483df7a0],
])('threefry2x32 gives the published words for counter %i %i', (x, y, k, l, first, second) => {
  const [a, b] = counterRandom().threefry(k, l, x, y);
  expect([a >>> 0, b >>> 0]).toEqual([first, second]);
});

const count = 40_000;

/** Numbers of a stream at a step and turn of seed 42. */
function draw(dist: 'uniform' | 'normal', stream: number, step = 1, turn = 0): number[] {
  const { randomKey } = counterRandom();
  const k = randomKey(0, 42, 0, stream, step, turn);
  const l = randomKey(1, 42, 0, stream, step, turn);
  return Array.from({ length: count }, (_, i) => counterRandom()[dist](k, l, i));
}
function mean(x: readonly number[]): number {
  return x.reduce((sum, v) => sum + v, 0) / x.length;
}

test('uniform numbers fill [0, 1) evenly, in steps of 2⁻²⁴', () => {
  const x = draw('uniform', 1);
  expect(x.every((v) => v >= 0 && v < 1 && Number.isInteger(v * 2 ** 24))).toBe(true);
  expect(mean(x)).toBeCloseTo(0.5, 2);
  for (let tenth = 0; tenth < 10; tenth++) {
    const share = x.filter((v) => Math.floor(v * 10) === tenth).length / count;
    expect(Math.abs(share - 0.1)).toBeLessThan(0.006); // four deviations
  }
});

test('normal numbers have the moments of a standard normal', () => {
  const x = draw('normal', 1);
  expect(Math.abs(mean(x))).toBeLessThan(0.02);
  expect(Math.abs(mean(x.map((v) => v ** 2)) - 1)).toBeLessThan(0.03);
  expect(Math.abs(mean(x.map((v) => v ** 3)))).toBeLessThan(0.1);
  expect(Math.abs(mean(x.map((v) => v ** 4)) - 3)).toBeLessThan(0.2);
  expect(Math.abs(x.filter((v) => Math.abs(v) > 1.959964).length / count - 0.05)).toBeLessThan(0.005);
});

test.each([
  ['another stream', [2, 1, 0]],
  ['the next step', [1, 2, 0]],
  ['the next turn', [1, 1, 1]],
  ['stream and step exchanged', [1, 3, 0]],
] as const)('%s is uncorrelated', (_, [stream, step, turn]) => {
  const x = draw('normal', 1);
  const y = draw('normal', stream, step, turn);
  for (const lag of [0, 1, 2]) {
    const product = x.map((v, i) => v * y[(i + lag) % count]!);
    expect(Math.abs(mean(product))).toBeLessThan(0.02); // four deviations
  }
});

test('neighbours within a stream are uncorrelated', () => {
  const x = draw('normal', 1);
  for (const lag of [1, 2, 3, 7]) {
    expect(Math.abs(mean(x.map((v, i) => v * x[(i + lag) % count]!)))).toBeLessThan(0.02);
  }
});

test('the seed matters, high word included', () => {
  const { randomKey } = counterRandom();
  const keys = [[1, 0], [2, 0], [1, 1], [1, -1]].map(([low, high]) => randomKey(0, low!, high!, 1, 1, 0)); // prettier-ignore
  expect(new Set(keys).size).toBe(4);
});
