import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const exact = '../../examples/burgers-pinn/exact.mjs';
const golden = JSON.parse(readFileSync(new URL('./golden/burgers.json', import.meta.url), 'utf8')) as {
  readonly t: readonly number[];
  readonly x: readonly number[];
  readonly u: readonly (readonly number[])[];
};

test('the exact solution by two quadratures is one solution', async () => {
  const { burgers } = (await import(exact)) as { burgers: (t: number, x: number) => number };
  const off = golden.t.map((t, i) => golden.x.map((x, j) => Math.abs(burgers(t, x) - golden.u[i]![j]!)));
  expect(Math.max(...off.flat())).toBeLessThan(1e-10);
});
