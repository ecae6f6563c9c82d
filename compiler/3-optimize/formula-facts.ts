import type { Affine } from '../ir/affine.ts';
import type { Formula, ScalarFn } from '../ir/formula.ts';
import { scatterOf } from '../ir/scatter.ts';
import { isOwnPosition, isValueIndex, type Load, visit } from '../ir/formula-walk.ts';

/** Functions worth computing once: tens of operations each. */
const heavyFns: ReadonlySet<ScalarFn> = new Set<ScalarFn>([
  'sqrt', 'div', 'pow', 'mod', 'exp', 'log', 'log1p', 'expm1', 'sin', 'cos', 'tanh', 'sigmoid', 'softplus', 'erf',
]); // prettier-ignore

export interface FormulaFacts {
  readonly parts: number;
  /** Conversions of ints not counted. */
  readonly calls: number;
  readonly loads: number;
  readonly folds: number;
  /** Has a sum in order: the recogniser may make a contraction of it. */
  readonly contraction: boolean;
  /** Adds rows into a table. */
  readonly scatter: boolean;
  /** Transcendentals, divisions, random numbers. */
  readonly heavy: boolean;
}

export function factsOf(formula: Formula): FormulaFacts {
  let [parts, calls, loads, folds] = [0, 0, 0, 0];
  let contraction = false;
  let heavy = false;
  visit(formula, (part) => {
    parts++;
    if (part.kind === 'call' && part.fn !== 'toInt') calls++;
    if (part.kind === 'load') loads++;
    if (part.kind === 'fold') folds++;
    contraction ||= isInOrderSum(part);
    heavy ||= part.kind === 'random' || (part.kind === 'call' && heavyFns.has(part.fn));
  });
  return { parts, calls, loads, folds, contraction, scatter: scatterOf(formula) !== null, heavy };
}

function isInOrderSum(formula: Formula): boolean {
  return formula.kind === 'fold' && formula.fn === 'sum' && formula.order === 'in-order';
}

/** A sum in order over a product of two loads: its operands stay plain loads. */
export function isContractionFold(formula: Formula): boolean {
  if (formula.kind !== 'fold' || !isInOrderSum(formula)) return false;
  const { body } = formula;
  return body.kind === 'call' && body.fn === 'mul' && body.args.every((arg) => arg.kind === 'load');
}

/** Only says where an element is read: broadcast, reshape, transpose, slice, padding. */
export function isView(formula: Formula | null): formula is Load {
  return formula?.kind === 'load' && !formula.index.some(isValueIndex);
}

/** Every axis at the output's own position. */
export function isLoadHere(load: Load): boolean {
  return !load.guarded && load.index.every(isOwnPosition);
}

/** Sums of variables with constant factors; no quotients or remainders. */
export function isPlainIndex(index: Affine): boolean {
  return index.terms.every(({ atom }) => atom.kind === 'var' || atom.kind === 'one');
}
