import type { ScalarFn } from './formula.ts';
import type { Expr, Guard } from './kernel.ts';
import type { DType } from './tensor-type.ts';

/** Types of the lets and folds in scope. Loop variables are ints. */
export type Scope = ReadonlyMap<string, DType>;

/** null: a number, a coordinate or a size: an exact integer or literal, which takes the type of its surroundings. */
export function exprType(expr: Expr, scope: Scope): DType | null {
  switch (expr.kind) {
    case 'ref':
      return scope.get(expr.name) ?? 'int';
    case 'load':
    case 'call':
      return expr.dtype;
    case 'random':
      return 'float';
    case 'number':
    case 'coordinate':
    case 'size':
      return null;
  }
}

const comparisons: ReadonlySet<ScalarFn> = new Set<ScalarFn>(['lt', 'le', 'gt', 'ge', 'eq', 'ne']);

export function isComparison(fn: ScalarFn): boolean {
  return comparisons.has(fn);
}

/** The type in which each argument of a call is meant. */
export function argTypes(call: Extract<Expr, { kind: 'call' }>, scope: Scope): readonly DType[] {
  const { fn, args, dtype } = call;
  const own = args.map((arg) => exprType(arg, scope));
  const common = own.find((type) => type !== null) ?? (args.every(isWhole) ? 'int' : 'float');
  if (isComparison(fn)) return own.map((type) => type ?? common);
  if (fn === 'select') return ['bool', dtype, dtype];
  if (fn === 'and' || fn === 'or' || fn === 'not') return own.map(() => 'bool');
  if (fn === 'toInt') return own.map((type) => type ?? 'float');
  if (fn === 'toFloat') return own.map((type) => type ?? 'int');
  return own.map((type) => type ?? dtype);
}

function isWhole(expr: Expr): boolean {
  return expr.kind !== 'number' || Number.isInteger(expr.value);
}

/** A guard's index is affine, or the value it gathers by. */
export function isExpr(index: Guard['index']): index is Expr {
  return 'kind' in index;
}
