import { loadHere } from '../ir/formula-build.ts';
import type { Formula } from '../ir/formula.ts';
import type { Attrs } from '../ir/graph.ts';
import { type Axis, type DType, sameShape, type TensorType, typeText } from '../ir/tensor-type.ts';
import { type PrimitiveOp, refuse, type Sample, type Slopes } from './op.ts';

/** The dtype of the result, or null where the op does not take these. */
export type DTypeRule = (dtypes: readonly DType[]) => DType | null;
export const floats: DTypeRule = (all) => (all.every((d) => d === 'float') ? 'float' : null);
/** Floats, or ints, not mixed. */
export const numbers: DTypeRule = (all) =>
  all[0] !== 'bool' && all.every((d) => d === all[0]) ? all[0]! : null;
/** Two of a kind → bool. */
export const comparison: DTypeRule = (all) => (all.every((d) => d === all[0]) ? 'bool' : null);
export const logical: DTypeRule = (all) => (all.every((d) => d === 'bool') ? 'bool' : null);

interface ElementwiseOptions<A extends Attrs> {
  readonly doc: string;
  /** Default `x`, or `a b`, by the formula's arity. */
  readonly inputs?: readonly string[];
  readonly dtype: DTypeRule;
  readonly formula: (...x: readonly Formula[]) => Formula;
  /** For ops with attributes: instead of the plain formula. */
  readonly formulaWith?: (attrs: A, x: readonly Formula[]) => Formula;
  readonly slopes?: Slopes<A>;
  readonly fromOutput?: boolean;
  readonly samples?: readonly Sample<A>[];
  readonly callable?: boolean;
}

/** An op without structure: all inputs of one shape, each element from the elements at its own position. */
export function elementwise<A extends Attrs = {}>(
  arity: number,
  { doc, inputs, dtype, formula, formulaWith, slopes, fromOutput, samples, callable }: ElementwiseOptions<A>,
): PrimitiveOp<A> {
  const sample = { shapes: Array.from({ length: arity }, () => [2, 3]) };
  return {
    doc,
    inputs: inputs ?? (arity === 1 ? ['x'] : ['a', 'b', 'c'].slice(0, arity)),
    shape(types) {
      if (types.length !== arity) refuse('elementwise', `${types.length} inputs instead of ${arity}`);
      const result = dtype(types.map((t) => t.dtype));
      if (result === null || types.some((t) => !sameShape(t, types[0]!)))
        refuse('elementwise', `cannot take ${types.map(typeText).join(', ')}`);
      return { dtype: result, axes: jointAxes(types) };
    },
    formula(types, attrs) {
      const x = types.map((t, i) => loadHere(i, t.axes.length));
      return formulaWith ? formulaWith(attrs, x) : formula(...x);
    },
    ...(slopes && { slopes }),
    ...(fromOutput && { fromOutput }),
    samples: samples ?? [sample],
    ...(callable && { callable }),
  };
}

/** Axes of equal shapes: a name wins over a bare size. */
export function jointAxes(types: readonly TensorType[]): readonly Axis[] {
  return types[0]!.axes.map((axis, i) => ({
    size: axis.size,
    name: types.map((t) => t.axes[i]!.name).find((name) => name !== null) ?? null,
  }));
}
