import { isComparison } from './expr-type.ts';
import type { Formula, ScalarFn } from './formula.ts';
import type { DType } from './tensor-type.ts';

const alwaysFloat: ReadonlySet<ScalarFn> = new Set<ScalarFn>([
  'sqrt', 'pow', 'exp', 'log', 'log1p', 'expm1', 'sin', 'cos', 'tanh', 'sigmoid', 'softplus', 'erf', 'toFloat',
]); // prettier-ignore

/** The type of a formula's value; null for a literal, which takes the type of its surroundings. */
export function formulaDType(formula: Formula, dtypeOf: (input: number) => DType | null): DType | null {
  switch (formula.kind) {
    case 'load':
      return dtypeOf(formula.input);
    case 'random':
      return 'float';
    case 'fold':
      return formula.fn.startsWith('arg') ? 'int' : formulaDType(formula.body, dtypeOf);
    case 'call': {
      const { fn, args } = formula;
      if (isComparison(fn) || fn === 'and' || fn === 'or' || fn === 'not') return 'bool';
      if (fn === 'toInt') return 'int';
      if (alwaysFloat.has(fn)) return 'float';
      for (let i = fn === 'select' ? 1 : 0; i < args.length; i++) {
        const dtype = formulaDType(args[i]!, dtypeOf);
        if (dtype !== null) return dtype;
      }
      return null;
    }
    default:
      return null;
  }
}

/**
 * The type in which argument `i` of a call is meant when it has none of its own: `met` is the first type
 * among its arguments, `result` that of the call.
 */
export function argumentDType(fn: ScalarFn, i: number, met: DType | null, result: DType): DType {
  if (fn === 'select') return i === 0 ? 'bool' : result;
  if (fn === 'and' || fn === 'or' || fn === 'not') return 'bool';
  if (fn === 'toFloat') return met ?? 'int';
  if (fn === 'toInt' || isComparison(fn)) return met ?? 'float';
  return met ?? result;
}
