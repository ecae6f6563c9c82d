import type { SplitName } from '../compiler/plan.ts';
import { fillBatch } from './batches.ts';
import type { EndReason, TrainEvent } from './events.ts';
import { endReports } from './reports.ts';
import { breathe, callEntry, readSlot, type Session } from './session.ts';
import { evaluateSplit, namedQuantities, runSweep, splitsOf } from './sweep.ts';

export interface TrainOptions {
  readonly signal?: AbortSignal;
  /** A `step` event every so many steps; default none. */
  readonly stepEvents?: number;
  /** Called once when the loss is no finite number, before the end event: the moment to look for the op. */
  readonly onDiverged?: (s: Session) => void | Promise<void>;
}

/** Gives parameters and optimizer states their first values, then fits what is learned from the data. */
export async function initialise(s: Session): Promise<void> {
  const { plan } = s;
  callEntry(s, 'init', 0);
  if (plan.fit) await runSweep(s, plan.fit, 'train');
}

/**
 * Puts the next batch of every data set in place. The first data set's epoch ends elsewhere; the others
 * begin anew on their own. Data sets that share a batch dim with an earlier one give as many rows as that.
 */
export function nextBatches(s: Session): void {
  for (let i = 0; i < s.datasets.length; i++) {
    const d = s.datasets[i]!;
    const cursor = s.progress.cursors[i]!;
    let count = 0;
    for (let j = 0; j < i; j++) if (s.datasets[j]!.dim === d.dim) count = s.sizes[d.dim]!;
    if (cursor.at + (count || 1) > d.order.length) {
      cursor.at = 0;
      cursor.epoch++;
    }
    if (d.dealt !== cursor.epoch && d.deal) {
      d.deal(d.order, cursor.epoch);
      d.filled = null;
      d.dealt = cursor.epoch;
    }
    count ||= Math.min(d.batch, d.order.length - cursor.at);
    fillBatch(s, d, d.order, cursor.at, count);
    cursor.at += count;
  }
}

/** One step on the next batches. Allocates nothing. */
export function trainStep(s: Session): void {
  const { progress: p, last, plan } = s;
  nextBatches(s);
  p.step++;
  const outputs = callEntry(s, 'step', 0);
  const rows = s.sizes[s.datasets[0]!.dim]!;
  for (let i = 0; i < last.length; i++) {
    last[i] = readSlot(s, outputs[plan.quantities[i]!]!, 0);
    p.sums[i]! += last[i]! * rows;
  }
  p.rows += rows;
}

/** Evaluates splits that have rows into `s.splits`. */
async function evaluateSplits(s: Session, names: readonly SplitName[]): Promise<void> {
  for (const name of names) s.splits[name] = (await evaluateSplit(s, name))!;
}

/** The means over the epoch just completed; then the counters stand at the next. */
export function endEpoch(s: Session): void {
  const { progress: p } = s;
  s.means = namedQuantities(
    s,
    p.sums.map((sum) => sum / p.rows),
  );
  p.sums.fill(0);
  p.rows = 0;
  p.cursors[0] = { epoch: ++p.epoch, at: 0 };
}

/**
 * Trains from where the session stands, to the end of its plan. After every step and every epoch the
 * session's rules are asked. Breaking off the iteration leaves the session between two steps: it may be
 * saved, evaluated, or trained on.
 */
export async function* train(s: Session, options: TrainOptions = {}): AsyncGenerator<TrainEvent, void, void> {
  const { plan, datasets } = s;
  const { signal, stepEvents = 0 } = options;
  const { order, batch } = datasets[0]!;
  const watched = splitsOf(s, ['valid', ...plan.watch]);
  let reason: EndReason | undefined;
  let began = performance.now();
  s.steps = Math.min(plan.steps ?? Infinity, (plan.epochs ?? Infinity) * Math.ceil(order.length / batch));
  s.stopped = null;
  if (!s.ready) await s.begin(s);
  s.ready = true;
  const p = s.progress;
  yield {
    kind: 'start',
    ...s.info,
    seed: s.seed,
    step: p.step,
    steps: s.steps,
    rows: Object.fromEntries(datasets.map(({ use, counts }) => [use, counts])),
  };
  while (!reason) {
    const atEpoch = order.length > 0 && p.cursors[0]!.at === order.length;
    if (signal?.aborted) reason = 'cancelled';
    else if (atEpoch) {
      if (watched.length) await evaluateSplits(s, watched);
      endEpoch(s);
      yield {
        kind: 'epoch',
        epoch: p.epoch,
        step: p.step,
        quantities: s.means,
        splits: { ...s.splits },
        seconds: (performance.now() - began) / 1000,
      };
      began = performance.now();
    } else if (p.step >= s.steps) reason = 'finished';
    else {
      trainStep(s);
      if (s.last.length && !Number.isFinite(s.last[0])) reason = 'diverged';
      if (reason || p.step % stepEvents === 0) {
        yield { kind: 'step', step: p.step, epoch: p.epoch + 1, quantities: namedQuantities(s, s.last) };
      }
      if (reason) await options.onDiverged?.(s);
    }
    if (!reason) {
      for (const rule of s.rules) {
        const told = rule(s, atEpoch);
        if (told) for (const event of [await told].flat()) yield event;
      }
    }
    if (s.stopped) reason = 'stopped';
    if (performance.now() > s.pause) await breathe(s);
  }
  s.splits = {};
  if (reason === 'finished' || reason === 'stopped') {
    const held = splitsOf(s, ['valid', 'test']);
    await evaluateSplits(s, held.length ? held : splitsOf(s, ['train']));
    if (plan.reports.length) yield* await endReports(s);
  }
  yield {
    kind: 'end',
    reason,
    rule: s.stopped,
    step: p.step,
    epoch: p.epoch,
    quantities: namedQuantities(s, s.last),
    splits: s.splits,
  };
}
