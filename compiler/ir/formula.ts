import type { Affine } from './affine.ts';
import type { Dim } from './dim.ts';

/**
 * What one element of a node's output is, as a tree. Output axes are the index variables `i0 i1 …`;
 * a fold brings its own variables. Every backend's kernels, and the derivative of every elementwise
 * op, come from this.
 */
export type Formula =
  | { readonly kind: 'number'; readonly value: number }
  /** An element of input number `input`. With `guarded`, an index outside the input reads 0 (padding). */
  | {
      readonly kind: 'load';
      readonly input: number;
      readonly index: readonly LoadIndex[];
      readonly guarded: boolean;
    }
  /** The value of an index expression: `iota`, one-hot, causal masks. */
  | { readonly kind: 'coordinate'; readonly index: Affine }
  /** The size of an open dim as a number: the divisor of a mean over the batch. */
  | { readonly kind: 'size'; readonly dim: Dim }
  | { readonly kind: 'call'; readonly fn: ScalarFn; readonly args: readonly Formula[] }
  | Fold
  /**
   * Counter-based: a pure function of (seed, stream, step, linear element index). Never of the order of
   * execution. `normal` is standard, `uniform` is in [0, 1).
   */
  | {
      readonly kind: 'random';
      readonly dist: 'uniform' | 'normal';
      readonly stream: number;
      readonly index: Affine;
    };

/** An index is affine, or the value of an int formula (gather). */
export type LoadIndex = Affine | { readonly kind: 'value'; readonly value: Formula };

export interface Fold {
  readonly kind: 'fold';
  readonly fn: FoldFn;
  readonly vars: readonly FoldVar[];
  readonly body: Formula;
  /**
   * The order is part of the meaning, decided when the op is built and kept by every pass.
   * `in-order`: k by k (contractions, vectorised along outputs). `lanes`: eight lanes, chunks of 1,024,
   * pairwise partial sums: a function of the extent alone. max, min and arg folds are always `in-order`.
   */
  readonly order: FoldOrder;
}
export interface FoldVar {
  readonly name: string;
  readonly extent: Dim;
}
export type FoldOrder = 'in-order' | 'lanes';
/** `argmax`/`argmin` give the row-major position within the folded axes; the first of equals wins. */
export type FoldFn = 'sum' | 'max' | 'min' | 'argmax' | 'argmin';

/**
 * The scalar functions, closed: a backend that lacks one does not compile. Each is finite wherever
 * documented (`sigmoid softplus log1p expm1 erf` are primitive because composing them from `exp` is not).
 * Comparisons give bool; `select(c, a, b)`; `max`/`min` give the first of equals; `mod` is floored;
 * `toFloat`/`toInt` convert (toInt truncates).
 */
export const scalarFns = {
  add: 2, sub: 2, mul: 2, div: 2, neg: 1, abs: 1, sign: 1, sqrt: 1, max: 2, min: 2, pow: 2, mod: 2,
  exp: 1, log: 1, log1p: 1, expm1: 1, sin: 1, cos: 1, tanh: 1, sigmoid: 1, softplus: 1, erf: 1,
  floor: 1, ceil: 1, round: 1,
  lt: 2, le: 2, gt: 2, ge: 2, eq: 2, ne: 2, and: 2, or: 2, not: 1, select: 3,
  toFloat: 1, toInt: 1,
} as const; // prettier-ignore
export type ScalarFn = keyof typeof scalarFns;
