import { test } from 'vitest';
import { type ScalarFn, scalarFns } from '../../compiler/ir/formula.ts';
import { mathNames } from '../../compiler/ir/scalar-math.ts';
import { expectAgreement } from './agree.ts';
import { at, call, kernel, load, loop, program, store } from './build.ts';

/** Bits of floats of every size, special ones in between: what a formula meets at its branches. */
function bits(i: number): number {
  const words = new Uint32Array([Math.imul(i + 1, 0x9e3779b1), Math.imul(i + 7, 0x85ebca6b) ^ (i << 20)]);
  return new Float64Array(words.buffer)[0]!;
}
const special = [0, -0, Infinity, -Infinity, NaN, 1, -1, 0.5, 2, 1e6, -1e6, 22, 0.46875, 745, 1e-17, 5e-324];
const count = 6000;

/** A third of all sizes, a third near 0, a third of middling size. */
function number(i: number): number {
  if (i % 97 === 0) return special[(i / 97) % special.length]!;
  if (i % 3 === 0) return bits(i);
  const part = (Math.imul(i + 1, 0x9e3779b1) >>> 0) / 2 ** 32 - 0.5;
  return i % 3 === 1 ? part * 4 : part * 1600;
}

const functions: readonly ScalarFn[] = [...mathNames, 'mod', 'round', 'sign', 'floor'];

test.each(functions)('%s of thousands of numbers, one by one and side by side', (fn) => {
  for (const precision of ['f32', 'f64'] as const) {
    const args = [load(0, at({ i: 1 })), load(1, at({ i: 1 }))].slice(0, scalarFns[fn]);
    const k = kernel('k', [loop('i', count)], [store(2, at({ i: 1 }), call(fn, ...args))]);
    const arrays = ['x', 'y', 'z'].map((name) => ({ name, dims: [count] }));
    expectAgreement(program(precision, arrays, [k]), [], ({ id }, i) => number(i * (id + 1) + id), 'step', [1]); // prettier-ignore
  }
});
