import type { SplitName, Sweep, SweepStage } from '../compiler/plan.ts';
import { fillBatch } from './batches.ts';
import type { Quantities } from './events.ts';
import { fail } from './fail.ts';
import {
  breathe,
  callEntry,
  type Dataset,
  type EntryPlace,
  type Place,
  readSlot,
  type Session,
  writeSlot,
} from './session.ts';

type TotalFn = Exclude<SweepStage['totals'][number]['fn'], 'collect'>;
/** How totals of batches combine; `first` is what an empty split gives. */
export const totalFolds: Readonly<
  Record<TotalFn, { first: number; fold: (a: number, b: number) => number }>
> = {
  sum: { first: 0, fold: (a, b) => a + b },
  max: { first: -Infinity, fold: Math.max },
  min: { first: Infinity, fold: Math.min },
};

/**
 * Folds a computation over a whole split: sums over batches are kept in f64 here, whatever the program's
 * precision. A data set without that split (collocation points) gives its training rows.
 * Returns the outputs of the `finish` entry.
 */
export async function runSweep(
  s: Session,
  { stages, finish }: Sweep,
  split: SplitName,
): Promise<EntryPlace['outputs']> {
  const rowsOf = (d: Dataset) => (d.splits[split].length ? d.splits[split] : d.splits.train);
  for (const d of s.datasets) {
    const place = s.totals[`rows:${d.dim}`];
    if (place) writeSlot(s, place, 0, rowsOf(d).length);
  }
  let turn = 0;
  for (const { entry, dataset, totals, whole } of stages) {
    const d = s.datasets.find(({ use }) => use === dataset)!;
    const rows = rowsOf(d);
    const folded = totals.filter((total): total is FoldedTotal => total.fn !== 'collect');
    const collected = totals.filter(({ fn }) => fn === 'collect');
    if (collected.length) makeRoom(s, d, rows.length);
    const sums = folded.map(({ name, fn }) =>
      new Float64Array(s.totals[name]!.size).fill(totalFolds[fn].first),
    );
    const chunk = s.capacities[d.dim]!;
    if (whole && rows.length > chunk) tooManyRows(d, rows.length, chunk);
    for (let from = 0; from < rows.length; from += chunk) {
      fillBatch(s, d, rows, from, Math.min(chunk, rows.length - from));
      const outputs = callEntry(s, entry, ++turn);
      const count = s.sizes[d.dim]!;
      const add = () => {
        for (const { name } of collected) collectRows(s, name, outputs[name]!, from, count);
        folded.forEach(({ name, fn }, t) =>
          sums[t]!.forEach((sum, i, all) => {
            all[i] = totalFolds[fn].fold(sum, readSlot(s, outputs[name]!, i));
          }),
        );
      };
      if (s.remote) {
        const folds = folded.map(({ name }, t) => ({ at: outputs[name]!.at, size: sums[t]!.length }));
        const rows = collected.map(({ name }) => ({
          at: outputs[name]!.at,
          size: count * outputs[name]!.size,
        }));
        s.remote.note([...folds, ...rows], add);
      } else add();
      if (performance.now() > s.pause) await breathe(s);
    }
    if (s.remote) await s.remote.pull([]);
    folded.forEach(({ name }, t) => sums[t]!.forEach((sum, i) => writeSlot(s, s.totals[name]!, i, sum)));
  }
  const outputs = callEntry(s, finish, 0);
  if (s.remote) await s.remote.pull(Object.values(outputs));
  return outputs;
}

type Total = SweepStage['totals'][number];
type FoldedTotal = Total & { readonly fn: TotalFn };

/** A split of more rows than the program was compiled for cannot be collected. */
function makeRoom(s: Session, d: Dataset, rows: number): void {
  const { dim } = d;
  const most = s.capacities[`${dim}$rows`]!;
  if (rows > most) tooManyRows(d, rows, most);
  s.sizes[`${dim}$rows`] = rows;
}
function tooManyRows({ use }: Dataset, rows: number, most: number): never {
  const text = `${use} gives ${rows} rows to hold at once, but the program was compiled for at most ${most}.`;
  return fail('too-many-rows', text);
}
function collectRows(s: Session, name: string, batch: Place, from: number, count: number): void {
  const all = s.totals[name]!;
  for (let i = 0; i < count * batch.size; i++)
    writeSlot(s, all, from * batch.size + i, readSlot(s, batch, i));
}

/** Those splits that can be evaluated, each once: some data set has such rows. */
export function splitsOf(s: Session, names: readonly SplitName[]): SplitName[] {
  const { plan, datasets } = s;
  if (!plan.evaluate) return [];
  return [...new Set(names)].filter((name) => datasets.some((d) => d.splits[name].length));
}

/** The program's quantities on a whole split; null when no data set has such rows. */
export async function evaluateSplit(s: Session, split: SplitName): Promise<Quantities | null> {
  const { plan } = s;
  if (!splitsOf(s, [split]).length) return null;
  const outputs = await runSweep(s, plan.evaluate!, split);
  return Object.fromEntries(Object.entries(outputs).map(([name, place]) => [name, readSlot(s, place, 0)]));
}

export function namedQuantities(s: Session, values: readonly number[]): Quantities {
  const { quantities } = s.plan;
  const named: Record<string, number> = {};
  for (let i = 0; i < quantities.length; i++) named[quantities[i]!] = values[i]!;
  return named;
}
