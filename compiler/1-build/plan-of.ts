import { diagnose, type Diagnostic } from '../../dsl/diagnostic.ts';
import type { TrainDeclaration } from '../../dsl/model.ts';
import { batchLargerThanData } from '../../dsl/messages/data.ts';
import type {
  BlockPlan,
  DataPlan,
  Facts,
  GeneratePlan,
  Plan,
  PredictPlan,
  RangePlan,
  ReportPlan,
  Sweep,
  TensorPlan,
} from '../plan.ts';
import { liveParams } from './frame.ts';
import type { Elaborated } from './phases.ts';
import type { DataSetting, Settings } from './train-settings.ts';

/** Rows of a source (the training one), before any split; null when only the run will know. */
function rowsOf({ train, decl }: Pick<DataSetting, 'train' | 'decl'>, facts: Facts): number | null {
  const fact = facts[train.id];
  if (train.call === 'inline') {
    const list = decl.fields.find((f) => f.value?.kind === 'list')?.value;
    return list?.kind === 'list' ? list.items.length : null;
  }
  const points = train.options['rows'];
  if (typeof points === 'number') {
    const dims = train.call === 'grid' ? Number(train.options['dims'] ?? 1) : 1;
    return points ** dims;
  }
  if (fact?.kind === 'text') return Math.floor(fact.length / Number(train.options['window'] ?? 1));
  if (fact?.kind === 'table') return fact.rows - Number(train.options['window'] ?? 1) + 1;
  return fact?.kind === 'arrays' && fact.rows > 0 ? fact.rows : null;
}

/** The most rows a batch may have: what buffers are planned for. */
export function capacityOf(setting: DataSetting, facts: Facts): number {
  if (setting.batch !== 'all') return setting.batch;
  return Math.max(1, rowsOf(setting, facts) ?? 1024);
}

/** The most rows a split may have: what collected values are planned for. */
export function splitCapacity(setting: DataSetting, facts: Facts): number {
  const { train, test, decl } = setting;
  const sources = test ? [train, test] : [train];
  const rows = sources.map((source) => rowsOf({ train: source, decl }, facts) ?? 65_536);
  return Math.max(1, ...rows);
}

export function lintBatches(settings: Settings, facts: Facts, report: (d: Diagnostic) => void): void {
  for (const d of settings.data) {
    const rows = rowsOf(d, facts);
    if (d.batch === 'all' || rows === null || rows < 1 || d.batch <= rows) continue;
    report(
      diagnose(batchLargerThanData, d.train.span, [d.batch, rows], {
        help: `write \`batch ${d.batchDim} = all\``,
      }),
    );
  }
}

export function planOf(
  train: TrainDeclaration,
  step: Elaborated,
  others: readonly Elaborated[],
  parts: {
    blocks: readonly BlockPlan[];
    evaluation: Sweep | null;
    fit: Sweep | null;
    ranges: RangePlan | null;
    prediction: PredictPlan | null;
    reports: readonly ReportPlan[];
    generate: readonly GeneratePlan[];
  },
): Plan {
  const { settings, body, build } = step;
  const datasets = settings.data.map((s): DataPlan => {
    const uses = [step, ...others].flatMap((e) => e.body.data.filter((d) => d.use === s.use));
    const arrays = new Map(uses.flatMap((d) => [...d.arrays]));
    const fact = build.facts[s.train.id];
    const byPosition = [...arrays.values()].some(
      ({ from }) => from.kind === 'columns' || ('column' in from && typeof from.column === 'number'),
    );
    const header = byPosition && fact?.kind === 'table' ? fact.header : null;
    return {
      use: s.use,
      block: s.decl.name.name,
      train: s.train,
      test: s.test,
      splits: { ...s.splits, stratify: stratifyArray(s, arrays) },
      arrays: [...arrays.values()],
      ...(header && { header }),
      batchDim: s.batchDim,
      batch: s.batch,
    };
  });
  const fits = [step, ...others].flatMap((e) => e.body.data.flatMap((d) => d.fits));
  const fitted = [...new Map(fits.map((fit) => [fit.name, fit])).values()].map((f): TensorPlan => ({
    name: f.name,
    type: { dtype: 'float', axes: f.of.type.axes.slice(f.axes) },
  }));
  return {
    name: train.name.name,
    seed: settings.seed,
    datasets,
    epochs: settings.epochs ?? (settings.steps === null ? 1 : null),
    steps: settings.steps,
    params: liveParams(build).map(({ name, type }) => ({ name, type })),
    running: [...build.running.values()].map(({ name, type }) => ({ name, type })),
    states: [...body.states.values()].map(({ name, type }) => ({ name, type })),
    fitted,
    blocks: parts.blocks,
    quantities: parts.blocks.flatMap(({ quantities }) => quantities),
    fit: parts.fit,
    ...(parts.ranges && { ranges: parts.ranges }),
    evaluate: parts.evaluation,
    watch: body.watch,
    plateaus: body.plateaus,
    stop: body.stop,
    save: body.save,
    log: body.log,
    load: body.load,
    predict: parts.prediction,
    reports: parts.reports,
    generate: parts.generate,
    check: body.check,
  };
}
/** `stratify = y` names a field; splits are made from the raw array behind it. */
function stratifyArray(
  s: DataSetting,
  arrays: ReadonlyMap<string, DataPlan['arrays'][number]>,
): string | null {
  const { stratify } = s.splits;
  if (stratify === null) return null;
  return [...arrays.values()].find((a) => a.field === stratify)?.name ?? null;
}
