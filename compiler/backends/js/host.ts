import type { HostExpr } from '../../ir/host.ts';
import { comparisonText, callText, isMath } from './spell.ts';
import type { Needs } from './writer.ts';

/** A scalar the driver computes in f64 before the kernels run. */
export function hostText(expr: HostExpr, needs: Needs): string {
  switch (expr.kind) {
    case 'number':
      return expr.value < 0 || Object.is(expr.value, -0) ? `(-${-expr.value})` : String(expr.value);
    case 'symbol':
      return expr.name;
    case 'call':
      return hostCall(expr, needs);
    case 'plateau':
      throw new Error('plateau belongs to stopping rules');
  }
}

function hostCall({ fn, args }: Extract<HostExpr, { kind: 'call' }>, needs: Needs): string {
  const texts = args.map((arg) => hostText(arg, needs));
  const [a = '', b = '', c = ''] = texts;
  switch (fn) {
    case 'select':
      return `(${a} !== 0 ? ${b} : ${c})`;
    case 'lt': case 'le': case 'gt': case 'ge': case 'eq': case 'ne':
      return `(${comparisonText(fn, a, b)} ? 1 : 0)`;
    case 'and':
      return `(${a} !== 0 && ${b} !== 0 ? 1 : 0)`;
    case 'or':
      return `(${a} !== 0 || ${b} !== 0 ? 1 : 0)`;
    case 'not':
      return `(${a} === 0 ? 1 : 0)`;
    case 'mod':
      needs.helpers.add('floorMod');
      break;
    case 'round':
      needs.helpers.add('roundEven');
      break;
    default:
      if (isMath(fn)) needs.math.add(fn);
  }
  return callText(fn, 'float', 'f64', texts);
} // prettier-ignore
