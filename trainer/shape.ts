import type { Precision } from '../compiler/ir/program.ts';
import type { DataPlan, Plan } from '../compiler/plan.ts';

export type TrainerTarget = 'js' | 'wasm' | 'gpujs' | 'webgpu';

/** What a trainer has to have, worked out from its plan before a line is written. */
export interface TrainerShape {
  readonly predictOnly: boolean;
  readonly worker: boolean;
  readonly precision: Precision;
  readonly target: TrainerTarget;
  /** The machine has memory of its own: what is read of it is waited for. */
  readonly remote: boolean;
  /** Data sets come from files, point samplers or the host; else they are in the program, ready. */
  readonly readsData: boolean;
  /** Batches may be handed to `step`: arrays come from the caller. */
  readonly steps: boolean;
  /** Files may be handed to `predictFile`. */
  readonly predictsFiles: boolean;
  /** Some sources are folders. */
  readonly readsFolders: boolean;
  /** Paths the program names. */
  readonly files: readonly string[];
  /** What `--data` may replace: `iris.train`, `iris.test`. */
  readonly sources: readonly string[];
  /** Arrays the model reads to predict, and what callers call them. */
  readonly inputs: readonly { readonly key: string; readonly name: string }[];
  /** Exact values on whole splits are asked for: there are held-out rows, or the program names a split. */
  readonly evaluates: boolean;
}

/** Read files that only a folder, or a list, names. */
const folders = new Set<DataPlan['train']['call']>(['images', 'wav']);

export function shapeOf(
  plan: Plan,
  asked: Pick<TrainerShape, 'predictOnly' | 'worker' | 'precision' | 'target'>,
): TrainerShape {
  const { datasets, predict } = plan;
  // A report reads rows by split, which settled data does not tell apart.
  const readsData = datasets.length > 0 && (plan.reports.length > 0 || !datasets.every(isSettled));
  const source = datasets.find(({ use }) => use === predict?.dataset)?.train;
  const paths = datasets.flatMap(({ train, test, splits }) => [
    ...train.paths,
    ...(test?.paths ?? []),
    ...(splits.rows === null ? [] : [splits.rows]),
  ]);
  return {
    ...asked,
    remote: asked.target === 'gpujs' || asked.target === 'webgpu',
    readsData,
    steps: !asked.predictOnly && datasets.some(({ train }) => train.call === 'host'),
    predictsFiles: readsData && source !== undefined && source.paths.length > 0,
    readsFolders: datasets.some(({ train, test }) =>
      [train.call, test?.call].some((c) => c && folders.has(c)),
    ),
    files: [...new Set([...paths, ...plan.load.map(({ path }) => path)])],
    sources: [...new Set(datasets.flatMap(sourceNames))],
    inputs: inputNames(plan),
    evaluates:
      plan.watch.length > 0 ||
      datasets.some(({ test, splits }) => test || splits.rows || splits.test || splits.valid),
  };
}

function sourceNames({ block, train, test, splits }: DataPlan): string[] {
  const own = test ? test.paths.length > 0 : splits.rows !== null;
  return [...(train.paths.length > 0 ? [`${block}.train`] : []), ...(own ? [`${block}.test`] : [])];
}

/** Nothing to read and nothing to draw: rows are in the program, in file order. */
export function isSettled({ train, test, splits, arrays, batch }: DataPlan): boolean {
  const whole = !test && !splits.rows && !splits.valid && !splits.test;
  return (
    train.call === 'inline' && whole && batch === 'all' && arrays.every(({ from }) => from.kind === 'inline')
  );
}

/** The field's name where it tells the arrays apart, else the array's own without the data set's. */
function inputNames({ datasets, predict }: Plan): TrainerShape['inputs'] {
  const all = datasets.find(({ use }) => use === predict?.dataset)?.arrays ?? [];
  const arrays = all.filter(({ name }) => predict!.arrays.includes(name));
  const fields = arrays.map(({ field }) => field);
  const distinct = new Set(fields).size === fields.length;
  return arrays.map(({ name, field }) => ({
    key: distinct ? field : name.slice(name.indexOf('.') + 1),
    name,
  }));
}
