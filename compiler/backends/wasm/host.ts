import type { HostExpr } from '../../ir/host.ts';
import { isComparison } from '../../ir/expr-type.ts';
import { type Code, f64, get, type Local, op, select } from './code/code.ts';
import { type Arithmetic, doubleCall } from './spell.ts';
import type { ProgramWriter } from './writer.ts';

/** A scalar computed in f64 before the kernels run. */
export function hostCode(p: ProgramWriter, expr: HostExpr, symbols: ReadonlyMap<string, Local>): Code {
  switch (expr.kind) {
    case 'number':
      return f64(expr.value);
    case 'symbol': {
      const local = symbols.get(expr.name);
      if (!local) throw new Error(`the host knows no ${expr.name}`);
      return get(local);
    }
    case 'call':
      return hostCall(p, expr, symbols);
    case 'plateau':
      throw new Error('plateau belongs to stopping rules');
  }
}

function hostCall(
  p: ProgramWriter,
  { fn, args }: Extract<HostExpr, { kind: 'call' }>,
  symbols: ReadonlyMap<string, Local>,
): Code {
  const values = args.map((arg) => hostCode(p, arg, symbols));
  const [a, b, c] = values as [Code, Code, Code];
  const isTrue = (x: Code): Code => op('f64.ne', x, f64(0));
  const asNumber = (x: Code): Code => op('f64.convert_i32_s', x);
  if (isComparison(fn)) return asNumber(op(`f64.${fn}`, a, b));
  switch (fn) {
    case 'select':
      return select(isTrue(a), b, c);
    case 'and':
    case 'or':
      return asNumber(op(`i32.${fn}`, isTrue(a), isTrue(b)));
    case 'not':
      return asNumber(op('f64.eq', a, f64(0)));
    case 'toFloat':
      return a;
    case 'toInt':
      return op('f64.convert_i32_s', op('i32.trunc_sat_f64_s', a));
    default:
      return doubleCall(p, fn as Arithmetic, values);
  }
}
