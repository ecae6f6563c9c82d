import { type Dim, dimText, sameDim, timesDim } from './dim.ts';

/**
 * `float` is the program's precision (f32, or f64 as a compile option of the same graph);
 * `int` is i32 (labels, token ids); `bool` is stored as i32 0 or 1.
 */
export type DType = 'float' | 'int' | 'bool';

/** An axis and the name it goes by, if it has one. Names must agree where axes meet. */
export interface Axis {
  readonly name: string | null;
  readonly size: Dim;
}

export interface TensorType {
  readonly dtype: DType;
  readonly axes: readonly Axis[];
  /** For `int<K>`: values are 0 … K−1. */
  readonly classes?: Axis;
}

export function axis(size: Dim, name: string | null = null): Axis {
  return { name, size };
}
export function tensor(axes: readonly Axis[], dtype: DType = 'float'): TensorType {
  return { dtype, axes };
}
export const scalar: TensorType = { dtype: 'float', axes: [] };

export function sizes(type: TensorType): readonly Dim[] {
  return type.axes.map((a) => a.size);
}
export function elements(type: TensorType): Dim {
  return timesDim(...sizes(type));
}
export function sameShape(a: TensorType, b: TensorType): boolean {
  return a.axes.length === b.axes.length && a.axes.every((x, i) => sameDim(x.size, b.axes[i]!.size));
}
/** Row-major strides: the last axis is 1. */
export function strides({ axes }: TensorType): readonly Dim[] {
  const found: Dim[] = [];
  let step: Dim = 1;
  for (const { size } of axes.toReversed()) {
    found.push(step);
    step = timesDim(size, step);
  }
  return found.reverse();
}

export function axisText(a: Axis): string {
  return a.name ?? dimText(a.size);
}
/** `[B, 784]`, `int<K>[B]` */
export function typeText(type: TensorType): string {
  const shape = `[${type.axes.map(axisText).join(', ')}]`;
  if (type.dtype === 'float') return shape;
  if (type.dtype === 'bool') return `bool${shape}`;
  return type.classes ? `int<${axisText(type.classes)}>${shape}` : `i32${shape}`;
}
