import type { EveryPlan, Plan, SaveRule, StopRule } from '../compiler/plan.ts';
import { checkpointBytes } from './checkpoint.ts';
import type { TrainEvent } from './events.ts';
import { hasPlateau, hostValue } from './host-expr.ts';
import { fetchTensors, type Rule, type Session } from './session.ts';

/**
 * A quantity by name. `valid.loss`: as last evaluated; `loss`, `critic.loss`: the last step's, or at an epoch's end the
 * mean over the epoch. `step`, `steps`, `epoch` count as in schedules. Norms
 * of gradients are those of the last update. NaN before there is a value.
 */
export function quantityNow(s: Session, name: string, atEpoch: boolean): number {
  if (name in s.norms) return s.norms[name]!;
  const known = s.plan.quantities.indexOf(name);
  const dot = name.indexOf('.');
  if (known < 0 && dot > 0) return s.splits[name.slice(0, dot)]?.[name.slice(dot + 1)] ?? NaN;
  if (name === 'step') return s.progress.step;
  if (name === 'steps') return s.steps;
  if (name === 'epoch') return s.progress.epoch + (atEpoch ? 0 : 1);
  return (atEpoch ? s.means[name] : s.last[known]) ?? NaN;
}

/** Keeps the best value seen and how long ago that was, in evaluations; true when `value` is the new best. */
export function improves(
  s: Session,
  key: string,
  value: number,
  mode: 'lowest' | 'highest',
  minDelta = 0,
): boolean {
  const memory = (s.progress.memory[key] ??= { best: NaN, count: 0 });
  const best = memory.best ?? NaN; // a checkpoint has no NaN
  const gain = mode === 'lowest' ? best - value : value - best;
  const better = !Number.isNaN(value) && !(gain <= minDelta);
  if (better) memory.best = value;
  memory.count = better ? 0 : memory.count + 1;
  return better;
}

/** True when `quantity` has not improved by more than `minDelta` for `patience` evaluations on end. */
export function onPlateau(
  s: Session,
  quantity: string,
  patience: number,
  minDelta: number,
  mode: 'lowest' | 'highest',
): boolean {
  const key = `plateau ${quantity} ${patience} ${minDelta} ${mode}`;
  improves(s, key, quantityNow(s, quantity, true), mode, minDelta);
  return s.progress.memory[key]!.count >= patience;
}

/** Stops when `holds`. `text` is the rule as written. */
export function stopWhen(
  text: string,
  perEpoch: boolean,
  holds: (read: (name: string) => number, s: Session) => number | boolean,
): Rule {
  return (s, atEpoch) => {
    if (atEpoch !== perEpoch) return;
    if (holds((name) => quantityNow(s, name, atEpoch), s)) s.stopped = text;
  };
}

/** Rules that name a split, or remember, are asked once per epoch; the others after every step. */
export function isPerEpoch({ when, splits }: Pick<StopRule, 'when' | 'splits'>): boolean {
  return splits.length > 0 || hasPlateau(when);
}

export function stopRule(rule: StopRule): Rule {
  return stopWhen(rule.text, isPerEpoch(rule), (read, s) =>
    hostValue(rule.when, read, (p) => onPlateau(s, p.quantity, p.patience, p.minDelta, p.mode)),
  );
}

/** Whether an `every` falls on this step or, at an epoch's end, this epoch. */
export function isDue(s: Session, { count, unit }: EveryPlan, atEpoch: boolean): boolean {
  const { step, epoch } = s.progress;
  return atEpoch === (unit === 'epochs') && (atEpoch ? epoch : step) % count === 0;
}

/** `{step}` and `{epoch}` in a path stand for the counters. */
export function nameAt(path: string, step: number, epoch: number): string {
  return path.replaceAll('{step}', String(step)).replaceAll('{epoch}', String(epoch));
}

export async function saveTo(s: Session, path: string): Promise<TrainEvent> {
  const { step, epoch } = s.progress;
  const name = nameAt(path, step, epoch);
  await fetchTensors(s);
  await s.write!(name, checkpointBytes(s));
  return { kind: 'checkpoint', path: name, step, epoch };
}

/** `save every … to`. Without a place to write to, nothing is saved. */
export function saveRule({ every, path }: Extract<SaveRule, { kind: 'every' }>): Rule {
  return (s, atEpoch) => (s.write && isDue(s, every, atEpoch) ? saveTo(s, path) : undefined);
}

export function logRule({ quantities, every }: Plan['log'][number]): Rule {
  return (s, atEpoch) => {
    if (!isDue(s, every, atEpoch)) return;
    return {
      kind: 'log',
      step: s.progress.step,
      epoch: s.progress.epoch + (atEpoch ? 0 : 1),
      quantities: Object.fromEntries(quantities.map((name) => [name, quantityNow(s, name, atEpoch)])),
    };
  };
}

/** The order in which rules are asked: `save every` after `save best`, so that it remembers which value is best. */
export function savesInOrder(saves: readonly SaveRule[]): readonly SaveRule[] {
  return saves.toSorted((a, b) => a.kind.localeCompare(b.kind));
}
