import { type Batch, fillBatch } from './batches.ts';
import { breathe, callEntry, type LoadedArray, readSlot, type Session } from './session.ts';

export interface Prediction {
  readonly rows: number;
  /** Of one row. */
  readonly shape: readonly number[];
  /** Row after row. */
  readonly values: Float32Array | Float64Array;
  /** Where the last axis scores classes: the best one of each, numbered. */
  readonly classes: Int32Array | null;
  /** What the numbers in `classes` stand for, when the labels had names. */
  readonly names: readonly string[] | null;
}

/** The model's output for each row, in order, in batches of what the program has room for. */
export async function predictRows(
  s: Session,
  arrays: readonly LoadedArray[],
  rows: number,
): Promise<Prediction> {
  const { entry, output, classes } = s.plan.predict!;
  const { dims, outputs } = s.entries[entry]!;
  const place = outputs[output]!;
  const { size, shape } = place;
  const Values = s.float.constructor as Float32ArrayConstructor;
  const values = new Values(rows * size);
  const d: Batch = { dim: dims[0]!, arrays, filled: null };
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  const chunk = s.capacities[d.dim]!;
  for (let from = 0; from < rows; from += chunk) {
    const count = Math.min(chunk, rows - from);
    fillBatch(s, d, order, from, count);
    callEntry(s, entry, 1 + from / chunk);
    if (s.remote) await s.remote.pull([{ at: place.at, size: count * size }]);
    for (let i = 0; i < count * size; i++) values[from * size + i] = readSlot(s, place, i);
    if (performance.now() > s.pause) await breathe(s);
  }
  for (const d of s.datasets) d.filled = null;
  return {
    rows,
    shape,
    values,
    classes: classes && bestOf(values, classes.count),
    names: (classes?.array && s.learned[classes.array]?.vocabulary) || null,
  };
}

/** Of each `count` scores the highest; the first of equals. */
function bestOf(values: ArrayLike<number>, count: number): Int32Array {
  const best = new Int32Array(values.length / count);
  for (let i = 0; i < best.length; i++) {
    for (let k = 1; k < count; k++) {
      if (values[i * count + k]! > values[i * count + best[i]!]!) best[i] = k;
    }
  }
  return best;
}
