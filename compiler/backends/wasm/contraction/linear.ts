import type { Affine } from '../../../ir/affine.ts';
import { type Dim, sameDim, timesDim } from '../../../ir/dim.ts';
import type { Loop } from '../../../ir/kernel.ts';
import { coefOf } from '../address.ts';

/**
 * How far an index moves from one point of the loops to the next in row-major order; null unless it is the same
 * everywhere.
 */
export function stepOver(index: Affine, loops: readonly Loop[]): Dim | null {
  const last = loops.at(-1);
  if (!last) return 0;
  let step = coefOf(index, last.name);
  const first = step;
  let extent: Dim = last.extent;
  for (const loop of loops.slice(0, -1).toReversed()) {
    step = coefOf(index, loop.name);
    if (step === null || first === null || !sameDim(step, timesDim(first, extent))) return null;
    extent = timesDim(extent, loop.extent);
  }
  return first;
}

/** How many points the loops have. */
export function pointsOf(loops: readonly Loop[]): Dim {
  return timesDim(...loops.map((loop) => loop.extent));
}
