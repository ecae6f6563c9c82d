import type { Formula } from '../ir/formula.ts';
import type { Attrs } from '../ir/graph.ts';
import type { DType, TensorType } from '../ir/tensor-type.ts';

/** A value while a graph is being built: which node, and its type. */
export interface Value {
  readonly id: number;
  readonly type: TensorType;
}

/**
 * The calculus: builds nodes of catalog ops by name. It is handed to rules, so ops mention each other
 * without importing each other. (The concrete interface lists every catalog entry; see calculus.ts.)
 */
export interface RuleContext<C> {
  readonly c: C;
  /** ∂loss/∂y */
  readonly g: Value;
  readonly x: readonly Value[];
  readonly y: Value;
  readonly attrs: Attrs;
}

/** One test case: input shapes (all literal), attributes, and where the values may lie. */
export interface Sample {
  readonly shapes: readonly (readonly number[])[];
  readonly attrs?: Attrs;
  readonly dtypes?: readonly DType[];
  /** Interval the random inputs are drawn from, per input or for all; default [-2, 2]. */
  readonly domain?: readonly [number, number] | readonly (readonly [number, number])[];
}

export type FormulaOf = (types: readonly TensorType[], attrs: Attrs) => Formula;
