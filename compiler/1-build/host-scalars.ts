import type { ScalarFn } from '../ir/formula.ts';
import type { HostExpr } from '../ir/host.ts';
import { constantOf, type Val } from './value.ts';

/** Scalars of `step`, `steps` and numbers stay with the host, in f64 (`1 - beta^step` in f32 loses 1e-5). */
export function hostOf(val: Val): HostExpr | null {
  if (val.kind === 'host') return val.expr;
  if (val.kind === 'boolean') return { kind: 'number', value: Number(val.value) };
  const known = constantOf(val);
  return known === null ? null : { kind: 'number', value: known };
}

export function hostCall(fn: ScalarFn, ...args: readonly HostExpr[]): HostExpr {
  return { kind: 'call', fn, args };
}
export const symbol = (name: string): Val => ({ kind: 'host', expr: { kind: 'symbol', name } });
