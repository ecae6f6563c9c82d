import { type Dim } from './dim.ts';

/**
 * A quasi-affine integer expression: Σ coefficient · atom + offset, where an atom is a loop or fold
 * variable, or the floor-quotient or remainder of such an expression by a constant. Formulas use it
 * for element indices (coefficients are numbers), kernels for flat addresses (coefficients are strides,
 * which may hold open dims).
 */
export interface Affine {
  readonly offset: number;
  readonly terms: readonly Term[];
}
export interface Term {
  readonly coef: Dim;
  readonly atom: Atom;
}
export type Atom =
  | { readonly kind: 'var'; readonly name: string }
  | { readonly kind: 'div'; readonly of: Affine; readonly by: number }
  | { readonly kind: 'mod'; readonly of: Affine; readonly by: number }
  /** 1: an offset that holds open dims, as `3·B`. */
  | { readonly kind: 'one' };

/** The variable of output axis `i` of every formula. */
export function outVar(i: number): string {
  return `i${i}`;
}
