import { type Affine, outVar, plus, scale, variable } from '../ir/affine.ts';
import { type Axis, strides, tensor } from '../ir/tensor-type.ts';

/** The row-major position of (vars) within axes: `3*i0 + i1`. */
export function linearIndex(axes: readonly Axis[], vars?: readonly string[]): Affine {
  const steps = strides(tensor(axes));
  return plus(...steps.map((step, i) => scale(variable(vars?.[i] ?? outVar(i)), step)));
}
