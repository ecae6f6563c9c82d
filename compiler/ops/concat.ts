import { constant, outVar, plus, variable } from '../ir/affine.ts';
import { type Dim, isOpen } from '../ir/dim.ts';
import { call, coordinate, load, number, select } from '../ir/formula-build.ts';
import type { Formula } from '../ir/formula.ts';
import { axis as makeAxis, type TensorType } from '../ir/tensor-type.ts';
import { type PrimitiveOp, refuse } from './op.ts';

export const concat: PrimitiveOp<{ readonly axis: number; readonly name?: string | null }> = {
  doc: 'One after the other along an axis, which is not open.',
  inputs: ['...x'],
  shape(types, { axis, name }) {
    const size = offsets(types, axis).at(-1)!;
    const joined = types.length === 1 ? types[0]!.axes[axis]! : makeAxis(size, name ?? null);
    const axes = types[0]!.axes.map((a, i) => {
      const named = types.map((t) => t.axes[i]?.name).find((n) => n != null);
      return i === axis ? joined : makeAxis(a.size, named ?? null);
    });
    return { ...types[0]!, axes };
  },
  formula(types, { axis }) {
    const starts = offsets(types, axis);
    // Each part reads 0 outside of itself: both sides of a select may be computed.
    const part = (i: number): Formula => {
      const index = types[i]!.axes.map((_, k) =>
        k === axis ? plus(variable(outVar(k)), constant(-starts[i]!)) : outVar(k),
      );
      return load(i, index, types.length > 1);
    };
    const from = (i: number): Formula =>
      i === types.length - 1
        ? part(i)
        : select(call('lt', coordinate(outVar(axis)), number(starts[i + 1]!)), part(i), from(i + 1));
    return from(0);
  },
  derive: [
    ({ c, g, x, input, attrs: { axis } }) => {
      const start = offsets(x.map((v) => v.type), axis)[input]!; // prettier-ignore
      const { size, name } = x[input]!.type.axes[axis]!;
      return c.slice(g, { axis, start, size, name });
    },
  ],
  samples: [
    { shapes: [[2], [3]], attrs: { axis: 0 } },
    {
      shapes: [
        [2, 1],
        [2, 2],
        [2, 3],
      ],
      attrs: { axis: 1 },
    },
  ],
};

/** Where each part starts, and the end. */
function offsets(types: readonly TensorType[], axis: number): readonly number[] {
  const starts = [0];
  for (const type of types) {
    const size: Dim = type.axes[axis]?.size ?? refuse('concat', `no axis ${axis}`);
    if (isOpen(size)) return types.length === 1 ? [0, 0] : refuse('concat', 'an open axis');
    starts.push(starts.at(-1)! + size);
  }
  return starts;
}
