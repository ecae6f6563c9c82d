import type { Dataset, Session } from './session.ts';

/** Arrays with a batch dim, and the split their data buffers hold, if it is in there whole. */
export type Batch = Pick<Dataset, 'dim' | 'arrays' | 'filled'>;

/**
 * Copies rows `rows[from … from + count − 1]` of every array into the program's data buffers and sets the
 * batch dim. Nothing is allocated; a whole split that is already there (full-batch training) is not copied again.
 */
export function fillBatch(s: Session, d: Batch, rows: Int32Array, from: number, count: number): void {
  s.sizes[d.dim] = count;
  if (d.filled === rows) return;
  d.filled = count === rows.length ? rows : null;
  for (const { values, width, place } of d.arrays) {
    let to = place.at;
    for (let r = from; r < from + count; r++) {
      let at = rows[r]! * width;
      const end = at + place.size;
      if (place.int) while (at < end) s.int[to++ * s.stride] = values[at++]!;
      else while (at < end) s.float[to++] = values[at++]!;
    }
    if (s.remote) s.remote.push(place.at, to - place.at);
  }
}
