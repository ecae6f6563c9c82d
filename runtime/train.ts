import type { SplitName } from '../compiler/plan.ts';
import { fillBatch } from './batches.ts';
import type { EndReason, TrainEvent } from './events.ts';
import { restoreBest } from './best.ts';
import { checkLabels } from './label-ranges.ts';
import { endReports } from './reports.ts';
import { breathe, callEntry, fetchTensors, readSlot, type Session } from './session.ts';
import { evaluateSplit, namedQuantities, runSweep, splitsOf } from './sweep.ts';

export interface TrainOptions {
  readonly signal?: AbortSignal;
  /** A `step` event every so many steps; default none. */
  readonly stepEvents?: number;
  /** An `epoch` event every so many epochs; default every one, which tiny models spend more time on than on their steps. */
  readonly epochEvents?: number;
  /** Called once when the loss is no finite number, before the end event: the moment to look for the op. */
  readonly onDiverged?: (s: Session) => void | Promise<void>;
}

/** Gives parameters and optimizer states their first values, then fits what is learned from the data. */
export async function initialise(s: Session): Promise<void> {
  const { plan } = s;
  callEntry(s, 'init', 0);
  if (plan.ranges && s.datasets.length) await checkLabels(s);
  if (plan.fit) await runSweep(s, plan.fit, 'train');
}

/**
 * Puts the next batch of the data sets at `takes` in place. One that is through begins anew, in another order.
 * Data sets that share a batch dim with an earlier one give as many rows as that.
 */
export function nextBatches(s: Session, takes: readonly number[]): void {
  for (const i of takes) {
    const d = s.datasets[i]!;
    const cursor = s.progress.cursors[i]!;
    let count = 0;
    for (const j of takes) if (j < i && s.datasets[j]!.dim === d.dim) count = s.sizes[d.dim]!;
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

/** The first data set is through: an epoch is over once the step is. */
export function isEpochOver(s: Session): boolean {
  const { length } = s.datasets[0]!.order;
  const { at, epoch } = s.progress.cursors[0]!;
  return length > 0 && (at === length || epoch > s.progress.epoch);
}

/**
 * One step, on the next batches: every block of the plan its number of times. Allocates nothing. `handed`: the batch
 * that is in place is that of every turn, and no part of an epoch. A machine of its own has then been asked for the step;
 * what it measured is known after the next `pull`.
 */
export function trainStep(s: Session, handed = false): void {
  const { progress: p, plan } = s;
  p.step++;
  let turn = 0;
  let first = 0;
  let rows = 0;
  // Blocks that take no batch of their own see the one before, or before any a full one.
  if (!handed) for (const d of s.datasets) s.sizes[d.dim] = d.batch;
  for (const block of plan.blocks) {
    const { quantities, takes } = block;
    const batches = handed ? 1 : block.accumulate;
    let weight = 0;
    for (let k = 1; k <= block.times; k++) {
      const updates = (p.step - 1) * block.times + k;
      let outputs;
      for (let m = 0; m < batches && !(m && endsWithEpoch(plan) && isEpochOver(s)); m++) {
        if (!handed) nextBatches(s, takes);
        outputs = callEntry(s, block.entry, turn++, updates);
        const size = takes.length && !handed ? s.sizes[s.datasets[takes[0]!]!.dim]! : 1;
        weight += size;
        if (s.remote) noteMeans(s, block, outputs, first, m + k > 1, size / weight);
        else addMeans(s, block, outputs, first, m + k > 1, size / weight);
        if (takes[0] === 0) rows += size;
      }
      if (block.update) outputs = callEntry(s, block.update, turn - 1, updates);
      if (s.remote) noteNorms(s, block, outputs!);
      else for (const { name } of block.norms) s.norms[name] = readSlot(s, outputs![name]!, 0);
    }
    first += quantities.length;
  }
  if (s.remote) noteStep(s, handed, rows);
  else if (!handed) addStep(s, rows);
}

type Block = Session['plan']['blocks'][number];
type Outputs = ReturnType<typeof callEntry>;

/** Means over the batches of a step: `share` is what this one is of the rows so far; a first one begins anew. */
function addMeans(
  s: Session,
  { quantities }: Block,
  outputs: Outputs,
  first: number,
  more: boolean,
  share: number,
): void {
  const { last } = s;
  for (let i = 0; i < quantities.length; i++) {
    const mean = more ? last[first + i]! : 0;
    last[first + i] = mean + (readSlot(s, outputs[quantities[i]!]!, 0) - mean) * share;
  }
}
/** Sums of the epoch under way. */
function addStep(s: Session, rows: number): void {
  const { last, progress: p } = s;
  for (let i = 0; i < last.length; i++) p.sums[i]! += last[i]! * rows;
  p.rows += rows;
}

/** The same on a machine of its own, when the numbers are here. What comes after a loss that is no number is not looked at. */
function noteMeans(
  s: Session,
  block: Block,
  outputs: Outputs,
  first: number,
  more: boolean,
  share: number,
): void {
  const places = block.quantities.map((name) => outputs[name]!);
  s.remote!.note(places, () => {
    if (!s.diverged) addMeans(s, block, outputs, first, more, share);
  });
}
function noteNorms(s: Session, { norms }: Block, outputs: Outputs): void {
  const places = norms.map(({ name }) => outputs[name]!);
  s.remote!.note(places, () => {
    if (!s.diverged) norms.forEach(({ name }, i) => (s.norms[name] = readSlot(s, places[i]!, 0)));
  });
}
function noteStep(s: Session, handed: boolean, rows: number): void {
  const { step } = s.progress;
  s.remote!.note([], () => {
    if (s.diverged) return;
    if (!handed) addStep(s, rows);
    if (hasDiverged(s)) s.diverged = step;
  });
}

/** So many steps are asked for at once of a machine of its own. */
const inFlight = 32;

/** Somebody looks at the numbers of this step: its own machine is waited for. */
function isLookedAt(s: Session, stepEvents: number): boolean {
  const { step } = s.progress;
  return (
    step >= s.steps ||
    step % inFlight === 0 ||
    step % stepEvents === 0 ||
    s.looks.some((every) => step % every === 0) ||
    isEpochOver(s)
  );
}

/** A loss is no finite number; where there is none, the first metric. */
function hasDiverged(s: Session): boolean {
  const { last, plan } = s;
  for (let i = 0; i < last.length; i++) {
    if (!Number.isFinite(last[i]) && (i === 0 || plan.quantities[i]!.endsWith('.loss'))) return true;
  }
  return false;
}

/** Evaluates splits that have rows into `s.splits`. */
export async function evaluateSplits(s: Session, names: readonly SplitName[]): Promise<void> {
  for (const name of names) s.splits[name] = (await evaluateSplit(s, name))!;
}

/** The means over the epoch just completed; then the counters stand at the next. */
export function endEpoch(s: Session): void {
  const { progress: p, datasets } = s;
  const { epoch, at } = p.cursors[0]!;
  s.means = namedQuantities(
    s,
    p.sums.map((sum) => sum / p.rows),
  );
  p.sums.fill(0);
  p.rows = 0;
  // With several batches a step it may have begun already.
  p.epoch = at === datasets[0]!.order.length ? epoch + 1 : epoch;
  if (p.epoch > epoch) p.cursors[0] = { epoch: p.epoch, at: 0 };
}

/** The last step of an epoch takes what is left of it; blocks that have several turns go on into the next. */
function endsWithEpoch({ blocks }: Session['plan']): boolean {
  return blocks.length === 1 && blocks[0]!.times === 1;
}

/** Steps there will be. */
function stepsOf(s: Session): number {
  const { plan, datasets } = s;
  const { steps, epochs, blocks } = plan;
  const { order, batch } = datasets[0]!;
  if (!order.length) return 0;
  const batches = Math.ceil(order.length / batch);
  const perStep = batchesPerStep(blocks);
  const all = epochs ?? Infinity;
  const through = endsWithEpoch(plan)
    ? all * Math.ceil(batches / perStep)
    : Math.ceil((all * batches) / perStep);
  return Math.min(steps ?? Infinity, through);
}

/** Batches of the first data set that a step takes. */
export function batchesPerStep(blocks: Session['plan']['blocks']): number {
  let count = 0;
  for (const { takes, times, accumulate } of blocks) if (takes[0] === 0) count += times * accumulate;
  return count || 1;
}

/**
 * Trains from where the session stands, to the end of its plan. After every step and every epoch the
 * session's rules are asked. Breaking off the iteration leaves the session between two steps: it may be
 * saved, evaluated, or trained on.
 */
export async function* train(s: Session, options: TrainOptions = {}): AsyncGenerator<TrainEvent, void, void> {
  const { plan, datasets } = s;
  const { signal, stepEvents = 0, epochEvents = 1 } = options;
  const watched = splitsOf(s, ['valid', ...plan.watch]);
  let reason: EndReason | undefined;
  let began = performance.now();
  s.steps = stepsOf(s);
  s.stopped = null;
  if (s.remote) s.diverged = 0;
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
    const atEpoch = isEpochOver(s);
    if (signal?.aborted) reason = 'cancelled';
    else if (atEpoch) {
      if (watched.length) await evaluateSplits(s, watched);
      endEpoch(s);
      if (p.epoch % epochEvents === 0) {
        yield {
          kind: 'epoch',
          epoch: p.epoch,
          step: p.step,
          quantities: s.means,
          splits: { ...s.splits },
          seconds: (performance.now() - began) / 1000,
        };
        began = performance.now();
      }
    } else if (p.step >= s.steps) reason = 'finished';
    else {
      trainStep(s);
      if (s.remote) {
        if (isLookedAt(s, stepEvents)) await s.remote.pull([]);
        if (s.diverged) {
          reason = 'diverged';
          p.step = s.diverged;
        }
      } else if (hasDiverged(s)) reason = 'diverged';
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
  await fetchTensors(s);
  s.splits = {};
  let best;
  if (reason === 'finished' || reason === 'stopped') {
    if (plan.save.length) best = await restoreBest(s);
    const held = splitsOf(s, ['valid', 'test']);
    await evaluateSplits(s, held.length ? held : splitsOf(s, ['train']));
    if (plan.reports.length) yield* await endReports(s);
  }
  yield {
    kind: 'end',
    ...(plan.save.length && best && { best }),
    reason,
    rule: s.stopped,
    step: p.step,
    epoch: p.epoch,
    quantities: namedQuantities(s, s.last),
    splits: s.splits,
  };
}
