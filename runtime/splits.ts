import type { SplitName, SplitPlan } from '../compiler/plan.ts';
import { fail } from './fail.ts';
import type { ReadFile } from './data/source.ts';
import { shuffleRows, streamOf } from './random.ts';

export type SplitRows = Readonly<Record<SplitName, Int32Array>>;
/** From the first row to before the last. */
export type RowRange = readonly [from: number, to: number];

export function rowRange(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to - from }, (_, i) => from + i);
}

/**
 * Cuts rows 0 … n−1: a function of (seed, n) alone, or of each stratum's rows where proportions are kept.
 * Within a split, rows stay in file order. `given`: the test rows, decided elsewhere.
 */
export function splitRows(
  n: number,
  { valid, test }: Pick<SplitPlan, 'valid' | 'test'>,
  seed: number,
  given: ReadonlySet<number> = new Set(),
  stratum: (row: number) => unknown = () => 0,
): SplitRows {
  const strata = new Map<unknown, number[]>();
  for (let row = 0; row < n; row++) {
    if (given.has(row)) continue;
    const key = stratum(row);
    const rows = strata.get(key);
    if (rows) rows.push(row);
    else strata.set(key, [row]);
  }
  const splits: Record<SplitName, number[]> = { train: [], valid: [], test: [...given] };
  for (const rows of strata.values()) {
    const shuffled = Int32Array.from(rows);
    shuffleRows(shuffled, seed, streamOf('split'), strata.size > 1 ? rows[0]! + 1 : 0);
    const tests = Math.round(test * rows.length);
    const held = tests + Math.round(valid * rows.length);
    shuffled.forEach((row, i) => splits[i < tests ? 'test' : i < held ? 'valid' : 'train'].push(row));
  }
  const sorted = (name: SplitName) => Int32Array.from(splits[name]).sort();
  return { train: sorted('train'), valid: sorted('valid'), test: sorted('test') };
}

/** `rows("file")`: row numbers from 0, separated by white space or commas (a JSON list will do). */
export async function readRowNumbers(path: string, read: ReadFile, n: number): Promise<ReadonlySet<number>> {
  const words = new TextDecoder().decode(await read(path)).match(/[^\s,[\]]+/g) ?? [];
  const rows = new Set(words.map(Number));
  for (const row of rows) {
    if (!(row >= 0 && row < n && row % 1 === 0)) {
      fail('bad-row-number', `${path}: ${row} is no row number; the data has rows 0 … ${n - 1}.`, {
        file: path,
      });
    }
  }
  return rows;
}

/** The stretch of each split of n tokens or times in order: training first, then valid, then test. */
export function contiguousRanges(
  n: number,
  { valid, test }: Pick<SplitPlan, 'valid' | 'test'>,
): Readonly<Record<SplitName, RowRange>> {
  const tests = n - Math.round(test * n);
  const valids = tests - Math.round(valid * n);
  return { train: [0, valids], valid: [valids, tests], test: [tests, n] };
}

/** Where windows of `length` begin in a stretch, one every `stride` rows. */
export function windowStarts([from, to]: RowRange, length: number, stride: number): Int32Array {
  const count = Math.max(0, Math.floor((to - from - length) / stride) + 1);
  return Int32Array.from({ length: count }, (_, i) => from + i * stride);
}
