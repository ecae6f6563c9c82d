import type { ScalarFn } from './formula.ts';

/**
 * A scalar computed by the host in f64: schedules and bias corrections (`step`, `steps`), stopping rules
 * (quantities such as `loss` or `valid.accuracy`).
 */
export type HostExpr =
  | { readonly kind: 'number'; readonly value: number }
  /**
   * `step` (from 1), `steps`, `epoch`; `updates`: how often the block of the entry has run, this time included.
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
