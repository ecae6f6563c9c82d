import type { SplitName, Sweep } from '../compiler/plan.ts';
import { fillBatch } from './batches.ts';
import type { Quantities } from './events.ts';
import { breathe, callEntry, type Place, readSlot, type Session, writeSlot } from './session.ts';

/**
 * Folds a computation over a whole split: sums over batches are kept in f64 here, whatever the program's
 * precision. A data set without that split (collocation points) gives its training rows.
 * Returns the outputs of the `finish` entry.
 */
export async function runSweep(
  s: Session,
  sweep: Sweep,
  split: SplitName,
): Promise<Readonly<Record<string, Place>>> {
  const seen: Record<string, number> = {};
  let turn = 0;
  for (const { entry, dataset, totals } of sweep.stages) {
    const d = s.datasets.find((d) => d.use === dataset)!;
    const rows = d.splits[split].length ? d.splits[split] : d.splits.train;
    const sums = totals.map(({ name, fn }) =>
      new Float64Array(s.totals[name]!.size).fill(fn === 'sum' ? 0 : fn === 'max' ? -Infinity : Infinity),
    );
    const chunk = s.capacities[d.dim]!;
    for (let from = 0; from < rows.length; from += chunk) {
      fillBatch(s, d, rows, from, Math.min(chunk, rows.length - from));
      const outputs = callEntry(s, entry, ++turn);
      totals.forEach(({ name, fn }, t) => {
        const sum = sums[t]!;
        for (let i = 0; i < sum.length; i++) {
          const value = readSlot(s, outputs[name]!, i);
          sum[i] = fn === 'sum' ? sum[i]! + value : Math[fn](sum[i]!, value);
        }
      });
      const rest = breathe(s);
      if (rest) await rest;
    }
    totals.forEach(({ name }, t) => sums[t]!.forEach((value, i) => writeSlot(s, s.totals[name]!, i, value)));
    seen[d.dim] = rows.length;
  }
  Object.assign(s.sizes, seen);
  return callEntry(s, sweep.finish, 0);
}

/** The program's quantities on a whole split; null when no data set has such rows. */
export async function evaluateSplit(s: Session, split: SplitName): Promise<Quantities | null> {
  const { evaluate, quantities } = s.plan;
  if (!evaluate || !s.datasets.some((d) => d.splits[split].length)) return null;
  const outputs = await runSweep(s, evaluate, split);
  return Object.fromEntries(quantities.map((name) => [name, readSlot(s, outputs[name]!, 0)]));
}
