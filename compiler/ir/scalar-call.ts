import type { ScalarFn } from './formula.ts';
import type { Precision } from './program.ts';
import { mathNameIn, scalarMath } from './scalar-math.ts';
import type { DType } from './tensor-type.ts';

/**
 * What every scalar function means, on numbers: the yardstick for backends, and what folding constants and
 * computing host scalars uses. Float results are rounded to the precision, ints wrap to 32 bits, bools are
 * 0 or 1. Where machines differ:
 * - `max`/`min` give NaN if either is NaN, and order −0 before 0, as IEEE 754-2019 maximum;
 * - `round` takes halves to even; `div` and `mod` of ints are floored, by zero 0; float `mod` has the sign of the divisor;
 * - `toInt` truncates and saturates, NaN gives 0; `sqrt` of a negative is NaN.
 */
export function evaluateCall(
  fn: ScalarFn,
  args: readonly number[],
  dtype: DType,
  precision: Precision,
): number {
  const value = evaluate(fn, args[0] ?? 0, args[1] ?? 0, args[2] ?? 0, dtype, precision);
  return roundTo(value, dtype, precision);
}

/** A number as it is held in a value of this type. */
export function roundTo(value: number, dtype: DType, precision: Precision): number {
  if (dtype !== 'float') return value | 0;
  return precision === 'f32' ? Math.fround(value) : value;
}

const maxInt = 0x7fffffff;

function evaluate(fn: ScalarFn, a: number, b: number, c: number, dtype: DType, precision: Precision): number {
  switch (fn) {
    case 'add': return a + b;
    case 'sub': return a - b;
    case 'mul': return dtype === 'int' ? Math.imul(a, b) : a * b;
    case 'div': return dtype === 'int' ? Math.floor(a / b) : a / b;
    case 'mod': return floorMod(a, b);
    case 'neg': return -a;
    case 'abs': return Math.abs(a);
    case 'sign': return Math.sign(a);
    case 'sqrt': return Math.sqrt(a);
    case 'max': return Math.max(a, b);
    case 'min': return Math.min(a, b);
    case 'floor': return Math.floor(a);
    case 'ceil': return Math.ceil(a);
    case 'round': return roundToEven(a);
    case 'lt': return Number(a < b);
    case 'le': return Number(a <= b);
    case 'gt': return Number(a > b);
    case 'ge': return Number(a >= b);
    case 'eq': return Number(a === b);
    case 'ne': return Number(a !== b);
    case 'and': return Number(a !== 0 && b !== 0);
    case 'or': return Number(a !== 0 || b !== 0);
    case 'not': return Number(a === 0);
    case 'select': return a !== 0 ? b : c;
    case 'toFloat': return a;
    case 'toInt': return Math.min(Math.max(Math.trunc(a), -maxInt - 1), maxInt);
    default: return scalarMath()[mathNameIn(fn, dtype, precision)](a, b);
  }
} // prettier-ignore

export function floorMod(a: number, b: number): number {
  const rest = a % b; // exact, with the sign of a
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

/** Adding 1.5·2⁵² leaves no room for a fraction; the addition rounds to even. */
export function roundToEven(x: number): number {
  return Math.abs(x) < 2 ** 51 ? x + 6755399441055744 - 6755399441055744 : x;
}
