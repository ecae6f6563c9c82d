import type { Plan } from '../compiler/plan.ts';
import type { TrainEvent } from '../runtime/events.ts';
import { normWarnings } from '../runtime/norms.ts';
import { readSlot, type Session } from '../runtime/session.ts';
import { compileFile } from '../runtime/node/compile-file.ts';
import { layerOf } from '../compiler/1-build/norms.ts';
import { numberText } from './format.ts';
import { openProbe } from './probe.ts';
import type { Run } from './run-file.ts';
import { table } from './table.ts';

/** One layer at one step: norms of its parameters and their gradient; what it gave. null: it has none. */
export interface LayerStats {
  readonly layer: string;
  readonly weights: number | null;
  readonly gradient: number | null;
  readonly mean: number | null;
  readonly deviation: number | null;
  readonly zeros: number | null;
}
export interface StepStats {
  readonly step: number;
  readonly layers: readonly LayerStats[];
  readonly warnings: readonly Extract<TrainEvent, { kind: 'warning' }>[];
}

/** So many looks at a run after the first. */
const looks = 10;
/** Steps between two looks at a run without end. */
const seldom = 1000;

/**
 * Looks at the layers at the first step and ten times later. The step that is looked at is run by a
 * second program too, which also gives the statistics; the run itself is not changed by it.
 */
export async function watchLayers(run: Run, tell: (stats: StepStats) => void): Promise<void> {
  const { session, compiled } = run;
  const { maxMemory: _, ...options } = compiled.options; // statistics take more
  const result = await compileFile(compiled.path, { ...options, stats: true });
  if (!result.ok) throw new Error('it compiled a moment ago');
  const { plan } = result;
  const probe = await openProbe(run, result.program, plan);
  const own = session.run;
  let values = new Map<string, number>();
  let looking = -1;
  const last = plan.blocks.at(-1)!;
  const isLook = (step: number) => {
    const every = Number.isFinite(session.steps) ? Math.ceil(session.steps / looks) : seldom;
    return step === 1 || step % every === 0;
  };
  const watched: typeof own = (entry, sizes, ...counters) => {
    const { step } = session.progress;
    const mine = plan.blocks.find((block) => block.entry === entry || block.update === entry);
    if (mine && isLook(step)) {
      if (looking !== step) values = weightsOf(session);
      looking = step;
      probe.run(entry, sizes, ...counters);
      for (const [name, place] of Object.entries(probe.session.entries[entry]!.outputs))
        values.set(name, readSlot(probe.session, place, 0));
    }
    own(entry, sizes, ...counters);
    if (mine === last && looking === step && entry === (last.update ?? last.entry)) tellOnce(step);
  };
  let told = -1;
  const tellOnce = (step: number) => {
    if (told === step) return;
    told = step;
    const s = probe.session;
    s.progress.step = step;
    for (const { norms } of plan.blocks)
      for (const { name } of norms) s.norms[name] = values.get(name) ?? NaN;
    const isWatched = session.plan.blocks.some(({ norms }) => norms.length > 0); // it warns itself
    const warnings = isWatched ? [] : normWarnings(s).filter((event) => event.kind === 'warning');
    tell({ step, layers: statsOf(plan, values), warnings });
  };
  Object.assign(session, { run: watched });
}

/** Layers as they are applied, then those that are not measured so. */
function statsOf({ blocks }: Plan, values: ReadonlyMap<string, number>): LayerStats[] {
  const applied = [...values.keys()].flatMap((name) => /^mean\((.*)\)$/.exec(name)?.[1] ?? []);
  const updated = blocks.flatMap(({ norms }) => norms.flatMap(({ layer }) => layer ?? []));
  const value = (what: string, layer: string) => values.get(`${what}(${layer})`) ?? null;
  return [...new Set([...applied, ...updated])].map((layer) => ({
    layer,
    weights: value('weights', layer),
    gradient: value('grad_norm', layer),
    mean: value('mean', layer),
    deviation: value('deviation', layer),
    zeros: value('zeros', layer),
  }));
}

/** Norms of the parameters of every layer: `weights(Net.dense_1)`. */
function weightsOf(session: Session): Map<string, number> {
  const squares = new Map<string, number>();
  for (const { name } of session.plan.params) {
    const place = session.tensors[name]!;
    let sum = 0;
    for (let i = 0; i < place.size; i++) sum += readSlot(session, place, i) ** 2;
    const key = `weights(${layerOf(name)})`;
    squares.set(key, (squares.get(key) ?? 0) + sum);
  }
  return new Map([...squares].map(([key, sum]) => [key, Math.sqrt(sum)]));
}

export function statsText({ step, layers }: StepStats): string {
  const cell = (value: number | null) => (value === null ? '' : numberText(value, 3));
  const share = (value: number | null) => (value === null ? '' : `${Math.round(100 * value)} %`);
  const rows = layers.map(({ layer, weights, gradient, mean, deviation, zeros }) => [
    layer,
    cell(weights),
    cell(gradient),
    cell(mean),
    cell(deviation),
    share(zeros),
  ]);
  const head = [`step ${step}`, 'weights', 'gradient', 'mean', 'deviation', 'zeros'];
  return table([head, ...rows], ['left', ...head.slice(1).map(() => 'right' as const)]);
}
