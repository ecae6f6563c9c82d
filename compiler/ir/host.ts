import type { ScalarFn } from './formula.ts';

/**
 * A scalar computed by the host in f64: schedules and bias corrections (`step`, `steps`), stopping rules
 * (quantities such as `loss` or `valid.accuracy`).
 */
export type HostExpr =
  | { readonly kind: 'number'; readonly value: number }
  /**
   * `step` (from 1), `steps`, `epoch`; `updates`: how often the block of the entry has run, this time included;
   * `kept0` …: numbers the runtime keeps from epoch to epoch, such as how far a plateau has brought a rate down.
   * In stopping rules also quantities: `loss`, `valid.loss`.
   */
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'call'; readonly fn: ScalarFn; readonly args: readonly HostExpr[] }
  /** Stateful: true when `quantity` has not improved for `patience` evaluations. Stopping rules only. */
  | {
      readonly kind: 'plateau';
      readonly quantity: string;
      readonly patience: number;
      readonly minDelta: number;
      readonly mode: 'lowest' | 'highest';
    };

/** The name of the number kept at that position. */
export function keptSymbol(position: number): string {
  return `kept${position}`;
}

/** −1: another symbol. */
export function keptPosition(symbol: string): number {
  return symbol.startsWith('kept') ? Number(symbol.slice('kept'.length)) : -1;
}

/** Symbols in the order of their first use. */
export function symbolsOf(expr: HostExpr): readonly string[] {
  if (expr.kind === 'symbol') return [expr.name];
  return expr.kind === 'call' ? expr.args.flatMap(symbolsOf) : [];
}
