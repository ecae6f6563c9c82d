import type { DataPlan, SourceRequest, SplitName } from '../compiler/plan.ts';
import { type ArrayBuilder, checkValues, rowSize, type Sources } from './data/arrays.ts';
import { arrayBuilders, sourceReaders } from './data/catalog.ts';
import { hostBuilder, hostParts, hostSources, type Provided } from './data/host.ts';
import type { ReadFile, Source } from './data/source.ts';
import { columnIndex } from './data/table.ts';
import { dealShuffled, dealWindows } from './deal.ts';
import { fail } from './fail.ts';
import { streamOf } from './random.ts';
import type { Dataset, Learned, LoadedArray, Place } from './session.ts';
import {
  contiguousRanges,
  readRowNumbers,
  rowRange,
  type SplitRows,
  splitRows,
  windowStarts,
} from './splits.ts';

export interface DataContext {
  readonly read: ReadFile;
  readonly seed: number;
  /** The program's data buffers by name. */
  readonly places: Readonly<Record<string, Place>>;
  readonly capacities: Readonly<Record<string, number>>;
  /** What a saved run learned, or empty; completed here. */
  readonly learned: Learned;
  readonly provided?: Provided | undefined;
}

/** Reads, cuts and checks one data set: a function of the files and the seed. */
export async function loadDataset(plan: DataPlan, ctx: DataContext): Promise<Dataset> {
  const { seed } = ctx;
  const parts = ctx.provided?.[plan.use] && hostParts(ctx.provided[plan.use]!);
  const builder = parts && hostBuilder(parts);
  const sources = parts ? hostSources(plan.arrays, parts) : await readSources(plan, ctx);
  const [source, own] = sources;
  const n = source?.rows ?? inlineRows(plan);
  const m = own?.rows ?? 0;
  const window = Number(plan.train.options['window'] ?? 0);
  const stream = streamOf(plan.use);
  const file = source?.file ?? plan.block;
  const splits = window
    ? windowSplits(plan, file, n, m, window)
    : withOwnTest(await rowSplits(plan, sources, n, ctx), n, m);
  const rows = splits.train.length;
  if (!rows) fail('empty-file', `${file} leaves no rows to train on.`, { file, span: plan.train.span });
  const batch = plan.batch === 'all' ? rows : Math.min(plan.batch, rows);
  const capacity = ctx.capacities[plan.batchDim]!;
  if (batch > capacity) {
    const text = `${file} gives ${rows} training rows, but the program was compiled for at most ${capacity}.`;
    fail('too-many-rows', text, { file });
  }
  const range = contiguousRanges(n, plan.splits).train;
  const trained = window ? rowRange(...range) : splits.train;
  const arrays = loadArrays(plan.arrays, sources, trained, ctx, builder);
  return {
    use: plan.use,
    dim: plan.batchDim,
    batch,
    arrays,
    splits,
    counts: { train: rows, valid: splits.valid.length, test: splits.test.length },
    order: batch < rows ? splits.train.slice() : splits.train,
    deal:
      batch >= rows
        ? null
        : plan.train.call === 'text'
          ? dealWindows(range, window, seed, stream)
          : dealShuffled(splits.train, seed, stream),
    dealt: -1,
    filled: null,
  };
}

const longestEpoch = 1e7;

/** For programs without data: an epoch is all of its steps, where they are not too many to be counted out. */
export function noDataset(steps: number): Dataset {
  const rows = new Int32Array(Math.min(steps, longestEpoch));
  const none = rows.subarray(0, 0);
  return {
    use: 'none',
    dim: '',
    batch: 1,
    arrays: [],
    splits: { train: none, valid: none, test: none },
    counts: { train: 0, valid: 0, test: 0 },
    order: rows,
    deal: null,
    dealt: -1,
    filled: null,
  };
}

async function readSources(plan: DataPlan, ctx: DataContext): Promise<Source[]> {
  const sources = [];
  for (const request of [plan.train, plan.test]) {
    const source = request && (await readSource(request, ctx.read, ctx.seed));
    if (source) sources.push(source);
  }
  return sources;
}
/** null: there is nothing to read, the plan itself has the numbers. */
export async function readSource(
  request: SourceRequest,
  read: ReadFile,
  seed: number,
): Promise<Source | null> {
  return (await sourceReaders[request.call]?.(request, read, seed)) ?? null;
}

function inlineRows(plan: DataPlan): number {
  const [array] = plan.arrays;
  if (array?.from.kind !== 'inline') {
    return fail('missing-array', `No arrays were handed in for "${plan.use}".`, { span: plan.train.span });
  }
  return array.from.values.length / rowSize(array);
}

async function rowSplits(plan: DataPlan, sources: Sources, n: number, ctx: DataContext): Promise<SplitRows> {
  const { rows, stratify, valid, test } = plan.splits;
  if (!rows && !valid && !test) {
    return { train: rowRange(0, n), valid: new Int32Array(), test: new Int32Array() };
  }
  const given = rows ? await readRowNumbers(rows, ctx.read, n) : undefined;
  const stratum = stratify ? strataOf(plan, stratify, sources) : undefined;
  return splitRows(n, plan.splits, ctx.seed, given, stratum);
}
/** Rows of one's own test source follow those of the training source. */
function withOwnTest(splits: SplitRows, n: number, m: number): SplitRows {
  return m ? { ...splits, test: rowRange(n, n + m) } : splits;
}
/** What rows must have in common to be in one stratum: the cell, or the value, of the named array. */
function strataOf(plan: DataPlan, name: string, sources: Sources): (row: number) => unknown {
  const array = plan.arrays.find((array) => array.name === name)!;
  const { from } = array;
  const [source] = sources;
  if (source?.kind === 'table' && 'column' in from) {
    const at = columnIndex(source, from.column);
    return (row) => source.cells[row * source.columns + at]!.trim();
  }
  const { values } = arrayBuilders[from.kind](array, sources, new Int32Array(), undefined);
  return (row) => values[row];
}

function windowSplits(plan: DataPlan, file: string, n: number, m: number, window: number): SplitRows {
  const ranges = { ...contiguousRanges(n, plan.splits), ...(m && { test: [n, n + m] as const }) };
  const starts = (name: SplitName) => {
    const [from, to] = ranges[name];
    if (to > from && to - from < window) {
      const part = to - from < n ? `the ${name} part of ${file}` : file;
      const what = plan.train.call === 'text' ? 'tokens' : 'rows';
      const text = `${part} has ${to - from} ${what}, fewer than a window of ${window}.`;
      fail('window-too-long', text, { file, span: plan.train.span });
    }
    return windowStarts(ranges[name], window, strideOf(plan, window));
  };
  return { train: starts('train'), valid: starts('valid'), test: starts('test') };
}
/**
 * Where windows are read once: rows of a table each begin one; those of a text overlap by one, the last element of a
 * window, only predicted there, being the first of the next, only read there.
 */
function strideOf({ train: { call, options } }: DataPlan, window: number): number {
  return Number(options['stride'] ?? (call === 'text' ? Math.max(1, window - 1) : 1));
}

/** The program's raw arrays, from sources that are read. For prediction: `train` empty, all learned before. */
export function loadArrays(
  plans: DataPlan['arrays'],
  sources: Sources,
  train: Int32Array,
  ctx: Pick<DataContext, 'places' | 'learned'>,
  builder?: ArrayBuilder,
): LoadedArray[] {
  return plans.flatMap((array) => {
    const text = sources[0]?.kind === 'text';
    const build = (text ? null : builder) ?? arrayBuilders[array.from.kind];
    const built = build(array, sources, train, ctx.learned[array.name]);
    if (built.learned) ctx.learned[array.name] = built.learned;
    // What the program turned out not to need (`0 * d.x`, a text of which it reads the words) has no place in it.
    const place = ctx.places[array.name];
    if (!place) return [];
    checkValues(array, built, sources);
    return [{ name: array.name, values: built.values, width: built.width, place }];
  });
}
