import type { Dataset, Session } from './session.ts';

/** Arrays with a batch dim, and what their data buffers hold. */
export type Batch = Pick<Dataset, 'dim' | 'arrays' | 'filled' | 'filledFrom' | 'filledCount'>;

/**
 * Copies rows `rows[from … from + count − 1]` of every array into the program's data buffers and sets the
 * batch dim. Nothing is allocated; a batch that is already there (full-batch training) is not copied again.
 */
export function fillBatch(s: Session, d: Batch, rows: Int32Array, from: number, count: number): void {
  s.sizes[d.dim] = count;
  if (d.filled === rows && d.filledFrom === from && d.filledCount === count) return;
  d.filled = rows;
  d.filledFrom = from;
  d.filledCount = count;
  const { float, int, stride } = s;
  for (let a = 0; a < d.arrays.length; a++) {
    const { values, width, place } = d.arrays[a]!;
    const size = place.size;
    let to = place.at;
    for (let r = from; r < from + count; r++) {
      let at = rows[r]! * width;
      const end = at + size;
      if (place.int) while (at < end) int[to++ * stride] = values[at++]!;
      else while (at < end) float[to++] = values[at++]!;
    }
  }
}
