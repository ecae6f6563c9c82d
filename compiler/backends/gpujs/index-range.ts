import type { Affine, Atom } from '../../ir/affine.ts';
import { type DimSizes, sizeOf } from '../../ir/dim.ts';

/** Extents of loop variables at capacity. */
export type Extents = ReadonlyMap<string, number>;

/** The least and the greatest value at capacity; sizes below it only bring them closer together. */
export function rangeAt(
  { offset, terms }: Affine,
  extents: Extents,
  capacities: DimSizes,
): readonly [number, number] {
  let low = offset;
  let high = offset;
  for (const { coef, atom } of terms) {
    const range = atomRange(atom, extents, capacities);
    const by = sizeOf(coef, capacities);
    low += Math.min(range[0] * by, range[1] * by);
    high += Math.max(range[0] * by, range[1] * by);
  }
  return [low, high];
}

function atomRange(atom: Atom, extents: Extents, capacities: DimSizes): readonly [number, number] {
  if (atom.kind === 'one') return [1, 1];
  if (atom.kind === 'mod') return [0, atom.by - 1];
  if (atom.kind === 'div') {
    const [low, high] = rangeAt(atom.of, extents, capacities);
    return [Math.floor(low / atom.by), Math.floor(high / atom.by)];
  }
  const extent = extents.get(atom.name);
  if (extent === undefined) throw new Error(`unknown loop variable ${atom.name}`);
  return [0, Math.max(extent - 1, 0)];
}
