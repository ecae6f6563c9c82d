import type { ScalarFn } from '../../ir/formula.ts';
import type { Precision } from '../../ir/program.ts';
import { mathNameIn, mathNames, type MathName } from '../../ir/scalar-math.ts';
import type { DType } from '../../ir/tensor-type.ts';

export function isMath(fn: ScalarFn): fn is MathName {
  return (mathNames as readonly ScalarFn[]).includes(fn);
}

/** These give a number of the program's precision when given such numbers. */
const exact: ReadonlySet<ScalarFn> = new Set<ScalarFn>([
  'neg', 'abs', 'sign', 'max', 'min', 'floor', 'ceil', 'round', 'select',
]); // prettier-ignore

export function isRounded(fn: ScalarFn): boolean {
  return !exact.has(fn);
}

type Spelling = (a: string, b: string) => string;

const comparisons = {
  lt: '<', le: '<=', gt: '>', ge: '>=', eq: '===', ne: '!==',
} as const; // prettier-ignore

export function comparisonText(fn: ScalarFn, a: string, b: string): string {
  return `${a} ${comparisons[fn as keyof typeof comparisons]} ${b}`;
}

type Spelled = Exclude<ScalarFn, keyof typeof comparisons | 'and' | 'or' | 'not' | 'select' | MathName>;

/** A missing row does not compile. */
const spell: Readonly<Record<Spelled, Spelling>> = {
  add: (a, b) => `(${a} + ${b})`,
  sub: (a, b) => `(${a} - ${b})`,
  mul: (a, b) => `(${a} * ${b})`,
  div: (a, b) => `(${a} / ${b})`,
  neg: (a) => `(-${a})`,
  abs: (a) => `Math.abs(${a})`,
  sign: (a) => `Math.sign(${a})`,
  sqrt: (a) => `Math.sqrt(${a})`,
  max: (a, b) => `Math.max(${a}, ${b})`,
  min: (a, b) => `Math.min(${a}, ${b})`,
  mod: (a, b) => `floorMod(${a}, ${b})`,
  floor: (a) => `Math.floor(${a})`,
  ceil: (a) => `Math.ceil(${a})`,
  round: (a) => `roundEven(${a})`,
  toFloat: (a) => a,
  toInt: (a) => `(Math.min(Math.max(${a}, -2147483648), 2147483647) | 0)`,
};

/** Ints wrap to 32 bits and are divided with floor, as scalar-call.ts says. */
const spellInt: Partial<Record<ScalarFn, Spelling>> = {
  add: (a, b) => `(${a} + ${b} | 0)`,
  sub: (a, b) => `(${a} - ${b} | 0)`,
  mul: (a, b) => `Math.imul(${a}, ${b})`,
  div: (a, b) => `(Math.floor(${a} / ${b}) | 0)`,
  mod: (a, b) => `(floorMod(${a}, ${b}) | 0)`,
  neg: (a) => `(-${a} | 0)`,
  abs: (a) => `(Math.abs(${a}) | 0)`,
};

/** A call without the final rounding. Conditions and select are spelled by expr.ts. */
export function callText(fn: ScalarFn, dtype: DType, precision: Precision, args: readonly string[]): string {
  const [a = '', b = ''] = args;
  if (isMath(fn)) {
    const text = `${mathNameIn(fn, dtype, precision)}(${args.join(', ')})`;
    return dtype === 'int' ? `(${text} | 0)` : text;
  }
  const spelling = (dtype === 'int' ? spellInt[fn] : undefined) ?? spell[fn as Spelled];
  return spelling(a, b);
}
