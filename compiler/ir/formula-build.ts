import { type Affine, constant, outVar, variable } from './affine.ts';
import type { Dim } from './dim.ts';
import type { FoldFn, FoldOrder, FoldVar, Formula, LoadIndex, ScalarFn } from './formula.ts';

/** Short spellings, so that an op's file reads as mathematics. */
export function number(value: number): Formula {
  return { kind: 'number', value };
}
export function coordinate(index: Affine | string): Formula {
  return { kind: 'coordinate', index: typeof index === 'string' ? variable(index) : index };
}
export function sizeOfDim(dim: Dim): Formula {
  return typeof dim === 'number' ? number(dim) : { kind: 'size', dim };
}

/** A variable name, a constant, an index expression, or the value of an int formula. */
export type IndexLike = LoadIndex | string | number;
export function load(input: number, index: readonly IndexLike[], guarded = false): Formula {
  return { kind: 'load', input, index: index.map(toIndex), guarded };
}
function toIndex(index: IndexLike): LoadIndex {
  if (typeof index === 'string') return variable(index);
  return typeof index === 'number' ? constant(index) : index;
}
/** The element of `input` at the output's own position: what elementwise ops read. */
export function loadHere(input: number, rank: number): Formula {
  return load(input, outVars(rank));
}
/** `['i0', 'i1']` */
export function outVars(rank: number): readonly string[] {
  return Array.from({ length: rank }, (_, i) => outVar(i));
}
export function valueIndex(value: Formula): LoadIndex {
  return { kind: 'value', value };
}

export function call(fn: ScalarFn, ...args: readonly Formula[]): Formula {
  return { kind: 'call', fn, args };
}
export const add = (a: Formula, b: Formula): Formula => call('add', a, b);
export const sub = (a: Formula, b: Formula): Formula => call('sub', a, b);
export const mul = (a: Formula, b: Formula): Formula => call('mul', a, b);
export const div = (a: Formula, b: Formula): Formula => call('div', a, b);
export const neg = (x: Formula): Formula => call('neg', x);
export const eq = (a: Formula, b: Formula): Formula => call('eq', a, b);
export const select = (condition: Formula, a: Formula, b: Formula): Formula =>
  call('select', condition, a, b);

/** `x^n` by repeated multiplication, squares first; negative powers by one division. */
export function integerPower(x: Formula, n: number): Formula {
  if (!Number.isInteger(n)) throw new Error(`integer power ${n}`);
  if (n < 0) return div(number(1), integerPower(x, -n));
  if (n === 0) return number(1);
  if (n === 1) return x;
  const half = integerPower(x, Math.floor(n / 2));
  const square = mul(half, half);
  return n % 2 === 0 ? square : mul(square, x);
}

export function fold(fn: FoldFn, vars: readonly FoldVar[], body: Formula, order: FoldOrder): Formula {
  return { kind: 'fold', fn, vars, body, order };
}
/** Contractions: k by k. */
export function sumInOrder(vars: readonly FoldVar[], body: Formula): Formula {
  return vars.length === 0 ? body : fold('sum', vars, body, 'in-order');
}
/** Eight lanes, chunks of 1,024, pairwise partial sums. */
export function sumOver(vars: readonly FoldVar[], body: Formula): Formula {
  return vars.length === 0 ? body : fold('sum', vars, body, 'lanes');
}
