import type { ScalarFn } from '../../ir/formula.ts';
import { type MathName, mathNames } from '../../ir/scalar-math.ts';
import type { HelperName } from './helpers.ts';

type Spelling = (a: string, b: string) => string;

export const comparisons = {
  lt: '<', le: '<=', gt: '>', ge: '>=', eq: '==', ne: '!=',
} as const; // prettier-ignore

type Spelled = Exclude<ScalarFn, keyof typeof comparisons | 'and' | 'or' | 'not' | 'select' | 'toFloat' | 'toInt' | MathName>; // prettier-ignore

/** Float functions by operator, builtin, or one of helpers.ts, which is named. A missing row does not compile. */
const floats: Readonly<Record<Spelled, Spelling | HelperName>> = {
  add: (a, b) => `(${a} + ${b})`,
  sub: (a, b) => `(${a} - ${b})`,
  mul: (a, b) => `(${a} * ${b})`,
  div: (a, b) => `(${a} / ${b})`,
  neg: (a) => `(-${a})`,
  abs: (a) => `abs(${a})`,
  sign: 'signOf',
  sqrt: 'root',
  max: 'maximum',
  min: 'minimum',
  mod: 'modulo',
  floor: (a) => `floor(${a})`,
  ceil: (a) => `ceil(${a})`,
  round: (a) => `round(${a})`,
};

/** i32 wraps, as ints of the kernel language do. */
const ints: Readonly<Partial<Record<ScalarFn, Spelling | HelperName>>> = {
  add: floats.add,
  sub: floats.sub,
  mul: floats.mul,
  div: 'floorDiv',
  mod: 'floorMod',
  neg: floats.neg,
  abs: floats.abs,
  sign: (a) => `sign(${a})`,
  max: (a, b) => `max(${a}, ${b})`,
  min: (a, b) => `min(${a}, ${b})`,
  floor: (a) => a,
  ceil: (a) => a,
  round: (a) => a,
};

/** A call of numbers of one type; `needs` is told of functions that have to be declared. */
export function callText(
  fn: ScalarFn,
  isInt: boolean,
  args: readonly string[],
  needs: (name: HelperName) => void,
): string {
  const [a = '', b = ''] = args;
  const math = (mathNames as readonly string[]).includes(fn);
  const spelling = isInt ? ints[fn] : math ? (`${fn as MathName}f` as const) : floats[fn as Spelled];
  if (spelling === undefined) throw new Error(`no ${fn} of ints in WGSL`);
  if (typeof spelling !== 'string') return spelling(a, b);
  needs(spelling);
  return `${spelling}(${args.join(', ')})`;
}
