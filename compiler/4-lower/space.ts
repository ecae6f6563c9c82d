import {
  type Affine,
  constant,
  outVar,
  plus,
  type Ranges,
  scale,
  substitute,
  variable,
} from '../ir/affine.ts';
import { type Dim, type DimSizes, sameDim, sizeOf, timesDim } from '../ir/dim.ts';
import type { Loop } from '../ir/kernel.ts';
import { type TensorType, sizes, strides } from '../ir/tensor-type.ts';

/**
 * The iteration space of a kernel: one loop per axis longer than 1, named `i0 i1 …` by position among
 * those, so `[B, 1, H]` and `[B, H]` are the same space.
 */
export interface Space {
  readonly loops: readonly Loop[];
  /** The row-major position of a point: where its element is stored. */
  readonly linear: Affine;
}

const spaces = new WeakMap<TensorType, Space>();
export function spaceOf(type: TensorType): Space {
  const known = spaces.get(type);
  if (known) return known;
  const space = makeSpace(type);
  spaces.set(type, space);
  return space;
}
function makeSpace(type: TensorType): Space {
  const extents = sizes(type).filter((size) => size !== 1);
  const loops = extents.map((extent, i) => ({ name: outVar(i), extent }));
  const linear = plus(
    constant(0),
    ...loops.map(({ name }, i) => scale(variable(name), timesDim(...extents.slice(i + 1)))),
  );
  return { loops, linear };
}

export function sameSpace(a: Space, b: Space): boolean {
  return a.loops.length === b.loops.length && a.loops.every((x, i) => sameDim(x.extent, b.loops[i]!.extent));
}

/** Output axis variables of a formula of this type → loop variables of its space; a unit axis is 0. */
export function axisVars(type: TensorType): ReadonlyMap<string, Affine> {
  let next = 0;
  return new Map(
    sizes(type).map((size, i) => [outVar(i), size === 1 ? constant(0) : variable(outVar(next++))]),
  );
}

/** Ranges of variables by their extents. Sizes are at most their capacities, so bounds at capacity hold. */
export function rangesOf(extents: ReadonlyMap<string, Dim>, capacities: DimSizes): Ranges {
  return (name) => {
    const extent = extents.get(name);
    return extent === undefined ? null : [0, sizeOf(extent, capacities) - 1];
  };
}

/** The flat position of an element, from its index. */
export function flatten(type: TensorType, index: readonly Affine[]): Affine {
  const steps = strides(type);
  return plus(constant(0), ...index.map((part, i) => scale(part, steps[i]!)));
}

export function inLoops(affine: Affine, vars: ReadonlyMap<string, Affine>, ranges: Ranges): Affine {
  return substitute(affine, (name) => vars.get(name) ?? null, ranges);
}

/** Where in a stacked value the element of a turn's slice lies, from the loops of the slice's kernel. */
export function sliceAddress(
  slice: TensorType,
  { type, axis, turn }: { readonly type: TensorType; readonly axis: number; readonly turn: string },
): Affine {
  const vars = axisVars(slice);
  const index = slice.axes.map((_, i) => vars.get(outVar(i))!);
  return flatten(type, index.toSpliced(axis, 0, variable(turn)));
}
