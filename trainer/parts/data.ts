import type { DataPlan } from '../../compiler/plan.ts';
import { checkpointRun } from '../../runtime/checkpoint.ts';
import type { HostRows, Provided } from '../../runtime/data/host.ts';
import type { ReadFile } from '../../runtime/data/source.ts';
import { loadDataset } from '../../runtime/dataset.ts';
import type { Quantities, TrainEvent } from '../../runtime/events.ts';
import { fail } from '../../runtime/fail.ts';
import { awaitedStep, type HandedBatch, handedStep, refuseUnlearned } from '../../runtime/handed.ts';
import { predict } from '../../runtime/predict-input.ts';
import type { Prediction } from '../../runtime/predict.ts';
import { readSafetensors } from '../../runtime/safetensors.ts';
import { train, type TrainOptions } from '../../runtime/train.ts';
import { loadModel, type OpenSession, resumeRun } from './trainer.ts';

/** What a caller may hand in: arrays by data set, files by the path the program names, or a way to read. */
export interface DataOptions {
  /** By data block: `{ iris: { x, y } }`, or `{ iris: { train: …, test: … } }`. */
  readonly data?: Provided;
  readonly files?: Readonly<Record<string, string | Blob | Uint8Array | ArrayBuffer>>;
  readonly read?: ReadFile;
  /** `iris.train` → other paths, separated by commas. */
  readonly paths?: Readonly<Record<string, string>>;
}

/** Handed-in files first; else what the caller reads, else from the page's own server. */
export function fileReader({ files, read }: DataOptions): ReadFile {
  return async (path) => {
    const given = files?.[path];
    const within = path.endsWith('/') && Object.keys(files ?? {}).filter((name) => name.startsWith(path));
    if (within && within.length) {
      return new TextEncoder().encode(within.map((name) => name.slice(path.length)).join('\n'));
    }
    if (given) return new Uint8Array(await new Response(given as BodyInit).arrayBuffer());
    if (read) return read(path);
    // A server lists no folders; a file in it may.
    const response = await fetch(path.endsWith('/') ? `${path}files.txt` : path);
    if (!response.ok) fail('no-data-file', `${path} cannot be read: ${response.status}.`, { file: path });
    return new Uint8Array(await response.arrayBuffer());
  };
}

export function withPaths(plan: DataPlan, paths: DataOptions['paths'] = {}): DataPlan {
  const { train, test, block, splits } = plan;
  const [forTrain, forTest] = [paths[`${block}.train`], paths[`${block}.test`]];
  return {
    ...plan,
    train: forTrain ? { ...train, paths: forTrain.split(',') } : train,
    test: forTest && test ? { ...test, paths: forTest.split(',') } : test,
    // `test = rows("file")`
    splits: forTest && splits.rows !== null ? { ...splits, rows: forTest } : splits,
  };
}

/** Reads the data at the first training, not before: predicting needs none of it. */
export async function* trainOnData(
  s: OpenSession,
  plans: readonly DataPlan[],
  given: DataOptions,
  options?: TrainOptions,
): AsyncGenerator<TrainEvent, void, void> {
  const { seed, data: places, capacities, learned } = s;
  if (!s.datasets.length) {
    const datasets = [];
    const context = { read: fileReader(given), seed, places, capacities, learned };
    for (const plan of plans) {
      const rows = given.data?.[plan.block];
      const provided = rows && { [plan.use]: rows };
      datasets.push(await loadDataset(withPaths(plan, given.paths), { ...context, provided }));
    }
    s.datasets = datasets;
  }
  yield* train(s, options);
}

/** A step on a batch handed in, also before any training: where nothing has to be learned or loaded first. */
export function stepper(
  s: OpenSession,
  plans: readonly DataPlan[],
  loads: boolean,
): (batch?: HandedBatch) => Quantities {
  const step = handedStep(s, plans);
  return (batch) => {
    readyToStep(s, loads);
    return step(batch);
  };
}

/** The same where the machine has memory of its own. */
export function remoteStepper(
  s: OpenSession,
  plans: readonly DataPlan[],
  loads: boolean,
): (batch?: HandedBatch) => Promise<Quantities> {
  const step = awaitedStep(s, plans);
  return async (batch) => {
    readyToStep(s, loads);
    return step(batch);
  };
}

function readyToStep(s: OpenSession, loads: boolean): void {
  if (!s.ready && s.plan.fit) refuseUnlearned();
  if (!s.ready && loads) {
    fail(
      'nothing-learned',
      'The program begins with parameters of a file: load them, or train, before a step.',
    );
  }
  s.ready = true;
}

/** The data is cut anew, by the seed of the saved run. */
export function resumeWithData(s: OpenSession, bytes: Uint8Array): void {
  resumeRun(s, bytes);
  Object.assign(s.learned, checkpointRun(bytes).learned);
  s.datasets = [];
}

/** Arrays by name; or rows: records, or columns by position. */
export function predictInputs(
  s: OpenSession,
  plan: DataPlan,
  inputs: HostRows | readonly (readonly unknown[] | Readonly<Record<string, unknown>>)[],
): Promise<Prediction> {
  if (Array.isArray(inputs)) return predict(s, plan, { kind: 'rows', rows: inputs });
  return predict(s, plan, { kind: 'arrays', arrays: inputs as HostRows });
}

/** Rows of a file in the format of the training source: named columns are found by name. */
export function predictFile(
  s: OpenSession,
  plan: DataPlan,
  given: DataOptions,
  path: string,
): Promise<Prediction> {
  return predict(s, plan, { kind: 'files', paths: path.split(','), read: fileReader(given) });
}

/** With the vocabularies and fill values that the saved run learned from its training rows. */
export function loadLearned(s: OpenSession, bytes: Uint8Array): void {
  loadModel(s, bytes);
  if (readSafetensors(bytes).metadata['run']) Object.assign(s.learned, checkpointRun(bytes).learned);
}
