import type { Value } from '../ir/builder.ts';
import type { Formula } from '../ir/formula.ts';
import type { Attrs } from '../ir/graph.ts';
import type { DType, TensorType } from '../ir/tensor-type.ts';
import type { Calculus } from './calculus.ts';

export type { Value } from '../ir/builder.ts';

/** What a derivative rule sees. Rules are written in ops, so every op trains to any order. */
export interface RuleContext<A extends Attrs = Attrs> {
  /** Builds nodes. It is handed in, so ops mention each other without importing each other. */
  readonly c: Calculus;
  /** ∂loss/∂y */
  readonly g: Value;
  readonly x: readonly Value[];
  readonly y: Value;
  /** Which input is asked for; needed by ops with any number of inputs only. */
  readonly input: number;
  readonly attrs: A;
}
/**
 * ∂loss/∂(one input), of that input's type. Declared as a method, so that a catalog can hold rules of ops
 * with different attributes.
 */
export type Rule<A extends Attrs = Attrs> = { rule(context: RuleContext<A>): Value }['rule'];

/**
 * What the derivative of an elementwise op is, per input, where the formula's own derivative is not the
 * one wanted; null where a path ends.
 */
export type Slopes<A extends Attrs = Attrs> = {
  slopes(x: readonly Formula[], attrs: A): readonly (Formula | null)[];
}['slopes'];

/** A catalog entry: one element of the output, and how shapes and derivatives follow. */
export interface PrimitiveOp<A extends Attrs = Attrs> {
  readonly doc: string;
  /** Names of the inputs, as rules are called in `inspect`: `matmul.b`. The last may be `...x`: any number. */
  readonly inputs: readonly string[];
  /** Throws on what 1-build should have refused. */
  shape(types: readonly TensorType[], attrs: A): TensorType;
  formula(types: readonly TensorType[], attrs: A): Formula;
  /** Elementwise ops: see `Slopes`; without it the formula is differentiated. */
  readonly slopes?: Slopes<A>;
  /** The slope of the outermost function is taken from the output, so that the input need not be kept. */
  readonly fromOutput?: boolean;
  /** Structural ops: one rule per input, null where no gradient flows (ids, positions). */
  readonly derive?: readonly (Rule<A> | null)[];
  readonly samples: readonly Sample<A>[];
  /** Elementwise ops: a function of the language under the catalog name. */
  readonly callable?: boolean;
}

/** One test case: input shapes (all literal), attributes, and where the values may lie. */
export interface Sample<A extends Attrs = Attrs> {
  readonly shapes: readonly (readonly number[])[];
  readonly attrs?: A;
  /** Default float. */
  readonly dtypes?: readonly DType[];
  /** Interval the random inputs are drawn from, per input or for all; default [-2, 2]. */
  readonly domain?: readonly [number, number] | readonly (readonly [number, number])[];
  /** False near a kink or a jump: finite differences say nothing there. Gets the inputs, row-major. */
  readonly smooth?: (inputs: readonly (readonly number[])[]) => boolean;
}

/** The name of input `i`, for rules: `matmul.b`, `concat.x2`. */
export function inputName(op: Pick<PrimitiveOp, 'inputs'>, i: number): string {
  const last = op.inputs.at(-1) ?? '';
  if (!last.startsWith('...') || i < op.inputs.length - 1) return op.inputs[i] ?? `${i}`;
  return `${last.slice(3)}${i - op.inputs.length + 1}`;
}

/** Our own mistake, not the user's: 1-build checks before. */
export function refuse(op: string, why: string): never {
  throw new Error(`${op}: ${why}`);
}
