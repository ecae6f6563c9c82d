import { expect, test } from 'vitest';
import { differencesOf } from '../../cli/differences.ts';

/** Of a function at a point, with its derivative as somebody claims it. */
function slope(f: (x: number) => number, value: number, expected: number) {
  const found = differencesOf({
    at: (x) => ({ x, loss: f(x) }),
    value,
    isWide: true,
    expected,
    agrees: (numeric, noise) =>
      Math.abs(numeric - expected) - noise <= 1e-6 * Math.max(Math.abs(numeric), Math.abs(expected)),
  });
  return { ...found, agrees: Math.abs(found.numeric - expected) - found.noise <= 1e-6 * Math.abs(expected) };
}
const relu = (x: number) => Math.max(0, x);

test.for([
  ['a power', (x: number) => x ** 5, 1.3, 5 * 1.3 ** 4],
  ['a small slope on a large value', (x: number) => 1e3 + 1e-6 * Math.sin(x), 0.4, 1e-6 * Math.cos(0.4)],
  ['strong bends', (x: number) => Math.sin(300 * x), 0.2, 300 * Math.cos(60)],
  ['a kink so near that a step crosses it', (x: number) => relu(x) + x, 3e-7, 2],
] as const)('the right slope is found: %s', ([, f, at, expected]) => {
  expect(slope(f, at, expected)).toMatchObject({ agrees: true, kink: false });
});

test.for([
  ['off by a hundred-thousandth', (x: number) => x ** 3, 0.7, 3 * 0.49 * (1 + 1e-5)],
  ['another sign', Math.cos, 0.7, Math.sin(0.7)],
  ['none where there is one', (x: number) => Math.floor(1e13 * x) / 1e13, 0.7, 0],
  ['near a kink', (x: number) => relu(x) + x, 3e-7, 1.5],
  ['at a kink, and not between the slopes of both sides', relu, 0, 1.2],
] as const)('a wrong slope is wrong: %s', ([, f, at, expected]) => {
  expect(slope(f, at, expected)).toMatchObject({ agrees: false, kink: false });
});

test.for([
  ['relu', relu, 0],
  ['max of two, the first of equals', (x: number) => Math.max(x, 2 * x), 1],
  ['on top of something bent', (x: number) => relu(x) + Math.exp(x), 1],
] as const)('at a kink there is none: %s', ([, f, expected]) => {
  expect(slope(f, 0, expected)).toMatchObject({ kink: true });
});
