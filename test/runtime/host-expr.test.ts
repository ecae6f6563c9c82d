import { expect, test } from 'vitest';
import { type ScalarFn, scalarFns } from '../../compiler/ir/formula.ts';
import type { HostExpr } from '../../compiler/ir/host.ts';
import { evaluateCall } from '../../compiler/ir/scalar-call.ts';
import { hasPlateau, hostFns, hostValue } from '../../runtime/host-expr.ts';

const number = (value: number): HostExpr => ({ kind: 'number', value });
const call = (fn: ScalarFn, ...args: (HostExpr | number)[]): HostExpr => ({
  kind: 'call',
  fn,
  args: args.map((arg) => (typeof arg === 'number' ? number(arg) : arg)),
});
const value = (expr: HostExpr) =>
  hostValue(
    expr,
    (name) => (name === 'loss' ? 0.25 : NaN),
    () => true,
  );

test.for<[ScalarFn, number[], number]>([
  ['add', [1, 2], 3],
  ['sub', [1, 2], -1],
  ['mul', [3, 2], 6],
  ['div', [1, 4], 0.25],
  ['neg', [2], -2],
  ['abs', [-2], 2],
  ['sign', [-2], -1],
  ['sqrt', [9], 3],
  ['max', [1, 2], 2],
  ['min', [1, 2], 1],
  ['pow', [2, 10], 1024],
  ['mod', [-1, 3], 2],
  ['exp', [0], 1],
  ['log', [1], 0],
  ['log1p', [0], 0],
  ['expm1', [0], 0],
  ['sin', [0], 0],
  ['cos', [0], 1],
  ['tanh', [0], 0],
  ['sigmoid', [0], 0.5],
  ['softplus', [0], Math.LN2],
  ['erf', [0], 0],
  ['floor', [1.5], 1],
  ['ceil', [1.5], 2],
  ['round', [1.4], 1],
  ['lt', [1, 2], 1],
  ['le', [2, 2], 1],
  ['gt', [1, 2], 0],
  ['ge', [1, 2], 0],
  ['eq', [2, 2], 1],
  ['ne', [2, 2], 0],
  ['and', [1, 2], 1],
  ['or', [0, 0], 0],
  ['not', [0], 1],
  ['select', [0, 1, 2], 2],
  ['toFloat', [1], 1],
  ['toInt', [-1.7], -1],
])('%s %j = %d', ([fn, args, expected]) => {
  expect(scalarFns[fn]).toBe(args.length);
  expect(value(call(fn, ...args))).toBeCloseTo(expected, 12);
});

test.for(Object.entries(scalarFns) as [ScalarFn, number][])(
  '%s is what the compiler says it is',
  ([fn, arity]) => {
    const numbers = [0, -0, 0.5, 1.5, 2.5, -2.5, 3, -7, 1e12, -1e12, Infinity, -Infinity, NaN];
    for (const a of numbers) {
      for (const b of arity > 1 ? numbers : [0]) {
        const args = [a, b, 4].slice(0, arity);
        expect([fn, args, hostFns[fn](...args)]).toEqual([fn, args, evaluateCall(fn, args, 'float', 'f64')]);
      }
    }
  },
);

test('symbols are read, an unknown one holds for nothing', () => {
  expect(value(call('lt', { kind: 'symbol', name: 'loss' }, 0.3))).toBe(1);
  expect(value(call('lt', { kind: 'symbol', name: 'valid.loss' }, 0.3))).toBe(0);
});

test('a plateau is asked even where the other side decides', () => {
  let asked = 0;
  const plateau: HostExpr = { kind: 'plateau', quantity: 'loss', patience: 1, minDelta: 0, mode: 'lowest' };
  const expr = call('or', 1, call('not', plateau));
  expect(
    hostValue(
      expr,
      () => 0,
      () => (asked++, false),
    ),
  ).toBe(1);
  expect(asked).toBe(1);
  expect(hasPlateau(expr)).toBe(true);
  expect(hasPlateau(call('lt', 1, 2))).toBe(false);
});
