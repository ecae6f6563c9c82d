import { outVar, sameAffine, variable } from './affine.ts';
import type { Fold, Formula } from './formula.ts';
import { variablesIn, visit } from './formula-walk.ts';

/** `Σ over lead of (row == i0 ? value : 0)`: every element of `value` is added to one row of the output. */
export interface Scatter {
  readonly lead: Fold['vars'];
  /** An int of the lead variables; rows outside the output are left out. */
  readonly row: Formula;
  /** Of the lead variables and all output axes but the first. */
  readonly value: Formula;
}

/**
 * A formula that adds rows into a table. As a fold it looks at every element for every row; a backend is given a loop
 * over the elements instead, in the order of the fold, so that every sum has the same terms in the same order.
 */
export function scatterOf(formula: Formula | null): Scatter | null {
  if (formula?.kind !== 'fold' || formula.fn !== 'sum' || formula.order !== 'in-order') return null;
  const { body, vars } = formula;
  if (body.kind !== 'call' || body.fn !== 'select') return null;
  const [condition, value, otherwise] = body.args as readonly [Formula, Formula, Formula];
  if (otherwise.kind !== 'number' || !Object.is(otherwise.value, 0)) return null;
  if (condition.kind !== 'call' || condition.fn !== 'eq') return null;
  const [a, b] = condition.args as readonly [Formula, Formula];
  const row = isFirstAxis(b) ? a : isFirstAxis(a) ? b : null;
  if (!row || hasFold(row) || hasFold(value)) return null;
  const own = new Set(vars.map(({ name }) => name));
  if ([...variablesIn(row)].some((name) => !own.has(name) && !name.startsWith('turn'))) return null;
  return variablesIn(value).has(outVar(0)) ? null : { lead: vars, row, value };
}

function isFirstAxis(formula: Formula): boolean {
  return formula.kind === 'coordinate' && sameAffine(formula.index, variable(outVar(0)));
}

function hasFold(formula: Formula): boolean {
  let folds = false;
  visit(formula, ({ kind }) => void (folds ||= kind === 'fold'));
  return folds;
}
