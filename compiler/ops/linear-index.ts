import { type Affine, outVar, plus, scale, variable } from '../ir/affine.ts';
import { timesDim, type Dim } from '../ir/dim.ts';
import { type Axis, elements, strides, tensor } from '../ir/tensor-type.ts';

/** The row-major position of (vars) within axes: `3*i0 + i1`. */
export function linearIndex(axes: readonly Axis[], vars?: readonly string[]): Affine {
  const steps = strides(tensor(axes));
  return plus(...steps.map((step, i) => scale(variable(vars?.[i] ?? outVar(i)), step)));
}

/** Scans around a draw of random numbers, outermost first. */
export type Turns = readonly { readonly turn: string; readonly extent: Dim }[];

/** The position of a random number: each turn of the scans around it draws numbers of its own. */
export function drawIndex(axes: readonly Axis[], turns: Turns = []): Affine {
  const parts = [linearIndex(axes)];
  let stride = elements(tensor(axes));
  for (const { turn, extent } of turns.toReversed()) {
    parts.push(scale(variable(turn), stride));
    stride = timesDim(stride, extent);
  }
  return plus(...parts);
}
