import { describe, expect, test } from 'vitest';
import { add, call, load, loadHere, mul, number, select } from '../../compiler/ir/formula-build.ts';
import { derivative, scalarSlopes } from '../../compiler/ir/formula-derivative.ts';
import { evaluateFormula } from '../formula-evaluate.ts';
import { formulaText } from '../../compiler/ir/formula-print.ts';
import { simplify, simplifyDerivative } from '../../compiler/ir/formula-simplify.ts';
import { type Formula, type ScalarFn, scalarFns } from '../../compiler/ir/formula.ts';

const x = loadHere(0, 0);
const y = loadHere(1, 0);
const text = (f: Formula | null): string | null => f && formulaText(f, (i) => 'xyz'[i]!);
const valueAt = (f: Formula, values: readonly number[]): number =>
  evaluateFormula(f, {
    at: [],
    inputs: values.map((value) => ({ dtype: 'float', shape: [], read: () => value })),
  });

test('the chain rule, simplified', () => {
  expect(text(derivative(mul(x, x), 0))).toBe('(x[] + x[])');
  expect(text(derivative(call('sin', mul(number(3), x)), 0))).toBe('(3 * cos((3 * x[])))');
  expect(text(derivative(call('log', x), 0))).toBe('(1 / x[])');
  expect(text(derivative(add(x, y), 1))).toBe('1');
  expect(derivative(call('floor', x), 0)).toBe(null);
  expect(derivative(mul(x, x), 1)).toBe(null);
});

test('the outermost slope can be taken from the output', () => {
  expect(text(derivative(call('tanh', x), 0, y))).toBe('(1 - (y[] * y[]))');
  expect(text(derivative(call('exp', x), 0, y))).toBe('y[]');
});

test('a select chooses between derivatives instead of multiplying them', () => {
  const guarded = select(call('gt', x, number(0)), call('log', x), number(0));
  const slope = derivative(guarded, 0)!;
  expect(text(slope)).toBe('select((x[] > 0), (1 / x[]), 0)');
  expect(valueAt(slope, [0])).toBe(0);
});

test('only elementwise formulas have one', () => {
  expect(() => derivative(load(0, [3]), 0)).toThrow('elementwise');
});

describe('finite wherever the value is', () => {
  const points = [-1e4, -90, -1, -0.5, -1e-30, 0, 1e-30, 0.5, 1, 2, 90, 700, 1e4];
  test.each(Object.keys(scalarSlopes) as Exclude<ScalarFn, 'select'>[])('%s', (fn) => {
    const arity = scalarFns[fn];
    const args = [x, y].slice(0, arity);
    const value = call(fn, ...args);
    for (const a of points)
      for (const b of arity === 2 ? points : [0]) {
        // A quotient by 1e-30 has a finite value and a slope beyond f64's reach only past 1e300.
        if (!Number.isFinite(valueAt(value, [a, b]))) continue;
        args.forEach((_, i) => {
          const slope = derivative(value, i);
          const at = slope ? valueAt(slope, [a, b]) : 0;
          if (!Number.isFinite(at)) throw new Error(`${fn}'(${a}, ${b}) in ${i} is ${at}`);
        });
      }
  });
});

describe('simplify', () => {
  test('keeps every bit', () => {
    expect(text(simplify(mul(number(1), call('neg', call('neg', x)))))).toBe('x[]');
    expect(text(simplify(call('sub', x, number(0))))).toBe('x[]');
    expect(text(simplify(add(x, number(0))))).toBe('(x[] + 0)'); // −0 + 0 is 0
    expect(text(simplify(mul(number(0), x)))).toBe('(0 * x[])'); // 0 · ∞ is NaN
    expect(text(simplify(select(number(0), x, y)))).toBe('y[]');
    expect(text(simplify(add(number(0.1), number(0.2))))).toBe('(0.1 + 0.2)'); // rounds otherwise in f32
  });
  test('derivative formulas also lose their zeros', () => {
    expect(text(simplifyDerivative(add(mul(number(0), x), mul(number(2), number(3)))))).toBe('6');
    expect(text(simplifyDerivative(mul(x, call('neg', y))))).toBe('neg((x[] * y[]))');
    expect(text(simplifyDerivative(mul(x, call('div', number(1), y))))).toBe('(x[] / y[])');
  });
});
