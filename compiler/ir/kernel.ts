import type { Affine } from './affine.ts';
import type { Dim } from './dim.ts';
import type { FoldFn, FoldOrder, ScalarFn } from './formula.ts';
import type { NodeId } from './graph.ts';
import type { DType } from './tensor-type.ts';

export type BufferId = number;

/** One pass over an iteration space. A backend spells this and nothing else. */
export interface Kernel {
  /** `k3_matmul_tanh` */
  readonly name: string;
  /** Graph nodes it computes, for `inspect` and error messages. */
  readonly nodes: readonly NodeId[];
  /** Parallel loops, outermost first; may be empty (a scalar). */
  readonly loops: readonly Loop[];
  /** Runs once per point of the loops. */
  readonly body: readonly Stmt[];
  /** Set when the first statement is a recognised contraction (see 4-lower/contraction.ts). */
  readonly contraction: Contraction | null;
}
export interface Loop {
  readonly name: string;
  readonly extent: Dim;
}
export type Stmt =
  | { readonly kind: 'let'; readonly name: string; readonly dtype: DType; readonly value: Expr }
  | {
      readonly kind: 'fold';
      readonly name: string;
      readonly dtype: DType;
      readonly fn: FoldFn;
      readonly order: FoldOrder;
      /** Outermost first; the fold visits them in row-major order. */
      readonly loops: readonly Loop[];
      /** Lets used by `value`, evaluated at each point of the fold. */
      readonly body: readonly Stmt[];
      readonly value: Expr;
    }
  | { readonly kind: 'store'; readonly buffer: BufferId; readonly address: Address; readonly value: Expr };

export type Expr =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'ref'; readonly name: string }
  | {
      readonly kind: 'load';
      readonly buffer: BufferId;
      readonly dtype: DType;
      readonly address: Address;
      /** Reads 0 unless every guard holds. */
      readonly guards: readonly Guard[];
    }
  | { readonly kind: 'coordinate'; readonly index: Affine }
  | { readonly kind: 'size'; readonly dim: Dim }
  /** `dtype` is that of the result; float results are rounded to the program's precision after every call. */
  | { readonly kind: 'call'; readonly fn: ScalarFn; readonly dtype: DType; readonly args: readonly Expr[] }
  /** Reads its key from the program's `rng` buffer: int[4] = seed low, seed high, step, turn. */
  | {
      readonly kind: 'random';
      readonly dist: 'uniform' | 'normal';
      readonly stream: number;
      readonly index: Affine;
    };

/** A flat element address in a buffer: affine part, plus stride · value parts (gather). */
export interface Address {
  readonly base: Affine;
  readonly gathers: readonly { readonly stride: Dim; readonly value: Expr }[];
}
/** `0 <= index < below`; for a gathered index, `index` is the value. */
export interface Guard {
  readonly index: Affine | Expr;
  readonly below: Dim;
}

/**
 * A sum, in order over `k`, of a product of two affine loads. `m` loops index only `a`, `n` only `b`,
 * `batch` both. Matmul, batched matmul, einsum, convolution and its gradients alike.
 * The statement is `body[0]`; the rest of the body is the epilogue.
 */
export interface Contraction {
  readonly batch: readonly string[];
  readonly m: readonly string[];
  readonly n: readonly string[];
  readonly k: readonly string[];
  readonly a: Extract<Expr, { kind: 'load' }>;
  readonly b: Extract<Expr, { kind: 'load' }>;
}
