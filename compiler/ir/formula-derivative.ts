import { add, call, div, eq, mul, neg, number, select, sub } from './formula-build.ts';
import { plus, simplifyDerivative, times } from './formula-simplify.ts';
import type { Formula, ScalarFn } from './formula.ts';
import { isElementwise } from './formula-walk.ts';

/**
 * ∂/∂(each argument) of a scalar function, from its arguments and its value `y`; null where it is zero
 * everywhere.
 */
type SlopesOf = (x: readonly Formula[], y: Formula) => readonly (Formula | null)[];

const zero = number(0);
const one = number(1);

/**
 * The derivative of every scalar function: finite wherever its value is. At kinks: abs'(0) = 0, sqrt'(0) = 0,
 * of equals `max` and `min` follow the first; `pow` is 0 in `a` at a = 0 with b < 1, and in `b` at a ≤ 0.
 * null: zero everywhere (steps, comparisons, conversions). `select` is not here: it chooses between derivatives.
 */
export const scalarSlopes: Readonly<Record<Exclude<ScalarFn, 'select'>, SlopesOf | null>> = {
  add: () => [one, one],
  sub: () => [one, number(-1)],
  mul: ([a, b]) => [b!, a!],
  div: ([, b], y) => [div(one, b!), neg(div(y, b!))],
  neg: () => [number(-1)],
  abs: ([x]) => [call('sign', x!)],
  sign: null,
  sqrt: (_, y) => [select(call('gt', y, zero), div(number(0.5), y), zero)],
  max: ([a, b]) => [select(call('ge', a!, b!), one, zero), select(call('ge', a!, b!), zero, one)],
  min: ([a, b]) => [select(call('le', a!, b!), one, zero), select(call('le', a!, b!), zero, one)],
  pow: ([a, b], y) => [
    select(
      call('or', eq(b!, zero), call('and', eq(a!, zero), call('lt', b!, one))),
      zero,
      mul(b!, call('pow', a!, sub(b!, one))),
    ),
    select(call('gt', a!, zero), mul(y, call('log', a!)), zero),
  ],
  mod: ([a, b]) => [one, neg(call('floor', div(a!, b!)))],
  exp: (_, y) => [y],
  log: ([x]) => [div(one, x!)],
  log1p: ([x]) => [div(one, add(one, x!))],
  expm1: (_, y) => [add(y, one)],
  sin: ([x]) => [call('cos', x!)],
  cos: ([x]) => [neg(call('sin', x!))],
  tanh: (_, y) => [sub(one, mul(y, y))],
  sigmoid: (_, y) => [mul(y, sub(one, y))],
  softplus: ([x]) => [call('sigmoid', x!)],
  erf: ([x]) => [mul(number(2 / Math.sqrt(Math.PI)), call('exp', neg(mul(x!, x!))))],
  floor: null,
  ceil: null,
  round: null,
  lt: null,
  le: null,
  gt: null,
  ge: null,
  eq: null,
  ne: null,
  and: null,
  or: null,
  not: null,
  toFloat: null,
  toInt: null,
};

/**
 * ∂formula/∂(the element of `input` at the output's own position), for an elementwise formula; null when
 * it is zero everywhere. With `output` given (a load of the formula's own value) the outermost function's
 * slope is taken from it instead of computing the value again.
 */
export function derivative(formula: Formula, input: number, output: Formula | null = null): Formula | null {
  if (!isElementwise(formula)) throw new Error('only elementwise formulas are differentiated');
  const slope = along(formula, input, output);
  return slope && slopeOrNone(slope);
}

/** Simplified; null when that is zero. */
export function slopeOrNone(slope: Formula): Formula | null {
  const simple = simplifyDerivative(slope);
  return simple.kind === 'number' && simple.value === 0 ? null : simple;
}

function along(formula: Formula, input: number, output: Formula | null): Formula | null {
  if (formula.kind === 'load') return formula.input === input ? one : null;
  if (formula.kind !== 'call') return null;
  const inner = formula.args.map((arg) => along(arg, input, null));
  if (inner.every((d) => d === null)) return null;
  if (formula.fn === 'select') {
    // Chosen, not multiplied: what is not finite on the other side stays unread.
    const [, a, b] = inner;
    return a || b ? select(formula.args[0]!, a ?? zero, b ?? zero) : null;
  }
  const slopes = scalarSlopes[formula.fn]?.(formula.args, output ?? formula);
  if (!slopes) return null;
  return inner.reduce<Formula | null>((sum, d, i) => {
    const slope = slopes[i];
    if (!d || !slope) return sum;
    const part = times(d, slope);
    return sum ? plus(sum, part) : part;
  }, null);
}
