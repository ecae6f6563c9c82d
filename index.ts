/**
 * bpnet as a library: compile a `.bpnet` program, train it here, predict, save.
 *
 * ```ts
 * import { compile, train } from 'bpnet';
 *
 * const program = await compile({ file: 'iris.bpnet' });
 * if (!program.ok) throw new Error(program.diagnostics[0].message);
 * const run = train(program);
 * for await (const event of run) if (event.kind === 'epoch') console.log(event.quantities.loss);
 * const model = await run.model;
 * ```
 */
import { dirname, join, resolve } from 'node:path';
import type { CompileOptions, Compiled } from './compiler/compile.ts';
import type { Diagnostic } from './dsl/diagnostic.ts';
import { renderDiagnostic } from './dsl/frame.ts';
import { checkpointBytes } from './runtime/checkpoint.ts';
import type { HostRows, HostSplits, Provided } from './runtime/data/host.ts';
import type { Quantities, TrainEvent } from './runtime/events.ts';
import { DataError } from './runtime/fail.ts';
import { compileFile } from './runtime/node/compile-file.ts';
import { continueText, type GenerateSettings } from './runtime/generate.ts';
import { nodeFiles } from './runtime/node/files.ts';
import { nodeThreads } from './runtime/node/threads.ts';
import { awaitedStep, type HandedBatch, handedStep, refuseUnlearned } from './runtime/handed.ts';
import { openSession } from './runtime/open.ts';
import type { Prediction } from './runtime/predict.ts';
import { predict } from './runtime/predict-input.ts';
import { fetchTensors, type Session } from './runtime/session.ts';
import { evaluateSplit } from './runtime/sweep.ts';
import { backendOf, type GpuTarget, refusals, type Target, targetHere, targets } from './runtime/targets.ts';
import { train as trainSession } from './runtime/train.ts';

export { TargetError } from './compiler/backends/target-error.ts';
export type { Diagnostic } from './dsl/diagnostic.ts';
export type { GpuTarget, Target } from './runtime/targets.ts';
export type { Plan } from './compiler/plan.ts';
export type { Program } from './compiler/ir/program.ts';
export type { Graph } from './compiler/ir/graph.ts';
export type { HostArray, HostRows, HostSplits } from './runtime/data/host.ts';
export type { HandedBatch } from './runtime/handed.ts';
export type { EndReason, Quantities, TrainEvent } from './runtime/events.ts';
export type { Prediction } from './runtime/predict.ts';

/** A program: its text, or the file it is in. */
export type Source = { readonly file: string } | { readonly text: string; readonly folder?: string };

export interface CompileSettings extends CompileOptions {
  /** Arrays instead of files, by data block: `{ flowers: { x: [[…], …], y: […] } }`. */
  readonly data?: Readonly<Record<string, HostRows | HostSplits>>;
}

/** A compiled program, or what is wrong with it. */
export type Compilation =
  | (Compiled & {
      readonly ok: true;
      /** Where relative paths of the program start. */
      readonly folder: string;
      /** As handed to `compile`; `train` and `load` use them. */
      readonly data: CompileSettings['data'];
      /** As handed to `compile`; noted in checkpoints. */
      readonly set: CompileOptions['set'];
    })
  | {
      readonly ok: false;
      readonly diagnostics: readonly Diagnostic[];
      /** The diagnostics as the command line prints them. */
      readonly text: string;
    };

/**
 * Compiles a program: names, shapes, gradients, kernels. Users' mistakes come back as `diagnostics`; nothing
 * is thrown for them.
 */
export async function compile(source: Source | string, settings: CompileSettings = {}): Promise<Compilation> {
  const given: Source = typeof source === 'string' ? { text: source } : source;
  const isSource = isRecord(given) && typeof ('file' in given ? given.file : given.text) === 'string';
  if (!isSource) throw new TypeError('compile: a program is its text, { text } or { file }');
  if (!isRecord(settings)) throw new TypeError('compile: settings are an object, as in { set: { H: 16 } }');
  const file = 'file' in given ? given.file : join(given.folder ?? '.', 'program.bpnet');
  const { data, ...options } = settings;
  const result = await compileFile(file, {
    ...options,
    ...('text' in given ? { text: given.text } : {}),
    ...(data ? { provided: data } : {}),
  });
  if (result.ok) return { ...result, folder: dirname(resolve(file)), data, set: settings.set };
  const render = (d: Diagnostic) => renderDiagnostic(d, result.sources, { color: false });
  return { ok: false, diagnostics: result.diagnostics, text: result.diagnostics.map(render).join('\n') };
}

export interface TrainSettings<T extends Target = Target> {
  /** Instead of the program's. */
  readonly seed?: number;
  /** Cancels between two steps; the model is what training reached. */
  readonly signal?: AbortSignal;
  /** A `step` event every so many steps; default none. */
  readonly stepEvents?: number;
  /** An `epoch` event every so many epochs; default every one. */
  readonly epochEvents?: number;
  /** A checkpoint to continue, to the bit. */
  readonly resume?: Uint8Array;
  /**
   * Default `wasm`, or `js` where WebAssembly has no vectors; `reference`: slow, plain, the yardstick. These give the same bits.
   * `webgpu` and `gpujs` are looked for here, and their numbers are about the same: see `GpuModel`.
   */
  readonly target?: T;
  /** Of WebAssembly, where the program is large enough to gain. Default one a core, up to 8; the bits are those of one. */
  readonly threads?: number;
}

/** A training run. Iterate it for events, or just await `model`. */
export interface Training<M = Model> extends AsyncIterable<TrainEvent> {
  /** Resolves when training has ended; starts it if nobody iterates. */
  readonly model: Promise<M>;
}

/** The model of a target; one that is not known before is either. */
export type ModelOn<T extends Target> = T extends GpuTarget ? GpuModel : Model;

/**
 * Trains a compiled program in this process. Rejects with a `DataError` when its data cannot be used, with a `TargetError`
 * when its target is not here.
 */
export function train<T extends Target = 'wasm'>(
  program: Extract<Compilation, { ok: true }>,
  settings: TrainSettings<T> = {},
): Training<ModelOn<T>> {
  const { signal, stepEvents, epochEvents } = settings;
  let session: Promise<Session> | null = null;
  let events: AsyncGenerator<TrainEvent, void, void> | null = null;
  const opened = () => (session ??= sessionOf(program, settings));
  const start = async function* (): AsyncGenerator<TrainEvent, void, void> {
    const s = await opened();
    try {
      yield* trainSession(s, {
        ...(signal ? { signal } : {}),
        ...(stepEvents ? { stepEvents } : {}),
        ...(epochEvents ? { epochEvents } : {}),
      });
    } catch (error) {
      s.remote?.close();
      throw error;
    }
  };
  const run = () => (events ??= start());
  return {
    [Symbol.asyncIterator]: run,
    get model() {
      return (async () => {
        for await (const _ of run());
        return modelOf<T>(await opened(), program);
      })();
    },
  };
}

/**
 * A model before its first step, for programs that train it themselves: `model.step(batch)`. Data that `compile` was
 * given, or that is in files, is read as for training; data blocks without either wait for batches.
 */
export async function open<T extends Target = 'wasm'>(
  program: Extract<Compilation, { ok: true }>,
  settings: Pick<TrainSettings<T>, 'seed' | 'target' | 'threads'> = {},
): Promise<ModelOn<T>> {
  checkOpened(program);
  const { plan, data } = program;
  const whole = plan.datasets.every(({ train, block }) => train.call !== 'host' || data?.[block]);
  if (!whole && plan.fit) refuseUnlearned();
  const s = await sessionOf(program, settings, whole);
  await s.begin(s);
  s.ready = true;
  return modelOf<T>(s, program);
}

/** A model with the parameters of a checkpoint; no training data is read. */
export async function load<T extends Target = 'wasm'>(
  program: Extract<Compilation, { ok: true }>,
  checkpoint: Uint8Array,
  settings: Pick<TrainSettings<T>, 'target'> = {},
): Promise<ModelOn<T>> {
  return modelOf<T>(await sessionOf(program, { ...settings, resume: checkpoint }, false), program);
}

/** By path of bindings: `{ 'Mlp.dense_1.W': { shape: [4, 16], values } }`. */
export type Params = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly values: Float32Array | Float64Array }>
>;

/** What training made, or what is to be trained step by step. */
export interface Model {
  /** As they are now. */
  readonly params: Params;
  /**
   * The model's output for new rows, labels left out: records (`[{ petal_length: 1.4, … }, …]`), rows of
   * columns (`[[5.1, 3.5, 1.4, 0.2], …]`), or whole arrays by name (`{ x: … }`).
   */
  predict(rows: readonly unknown[] | HostRows): Promise<Prediction>;
  /**
   * One step of the program's training on this batch: its quantities. Arrays by field, flat or nested, of at most as
   * many rows as the program's batch; where the program has several data sets, `{ block: { field: … } }`.
   */
  step(batch?: HandedBatch): Quantities;
  /** The prompt and what a model of text makes of it: 200 tokens unless told, the same for the same seed. */
  generate(prompt: string, options?: GenerateSettings): Promise<string>;
  /** The program's quantities on a whole split; null where there is no such split. */
  evaluate(split: 'train' | 'valid' | 'test'): Promise<Quantities | null>;
  /** A safetensors checkpoint: parameters, optimizer state, counters; resumes to the bit. */
  save(): Uint8Array;
}

/** The same on a machine with memory of its own: what looks at that memory is awaited. */
export interface GpuModel extends Omit<Model, 'params' | 'step' | 'save'> {
  readonly params: Promise<Params>;
  /** Steps may be asked for before others are done: they are done in order. */
  step(batch?: HandedBatch): Promise<Quantities>;
  save(): Promise<Uint8Array>;
  /** Gives the machine back, without which Node does not end by itself. */
  close(): void;
}

async function sessionOf(
  program: Extract<Compilation, { ok: true }>,
  settings: TrainSettings,
  data = true,
): Promise<Session> {
  const { seed } = settings;
  checkOpened(program);
  if (seed !== undefined && (!Number.isSafeInteger(seed) || seed < 0))
    throw new RangeError(`a seed is a whole number from 0 on, not ${seed}`);
  const target = settings.target ?? targetHere();
  if (!targets.includes(target))
    throw new RangeError(`there is no target "${target}": ${targets.join(', ')}`);
  const backend = await backendOf(target);
  const refused = refusals(backend, program).map(({ span, text }) => ({
    code: 'target-unsupported',
    text: `The target ${target} cannot do ${text}.`,
    span,
  }));
  if (refused.length > 0) throw new DataError(refused);
  const files = nodeFiles(program.folder);
  const launched = await backend.launch(program.program, nodeThreads(settings.threads));
  try {
    return await openSession({
      plan: program.plan,
      launched,
      target,
      read: files.read,
      write: files.write,
      data,
      provided: program.data && byUse(program),
      seed: settings.seed,
      checkpoint: settings.resume,
      set: program.set,
    });
  } catch (error) {
    launched.remote?.close();
    throw error;
  }
}
function checkOpened(program: unknown): void {
  if (isRecord(program) && 'plan' in program) return;
  throw new TypeError('a compiled program is wanted: what `compile` gave, where its `ok` is true');
}
/** What callers without types may hand in. */
function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
/** Arrays are handed in by data block; the runtime knows them by their use. */
function byUse({ data, plan }: Extract<Compilation, { ok: true }>): Provided {
  return Object.fromEntries(
    plan.datasets.flatMap(({ use, block }) => (data?.[block] ? [[use, data[block]]] : [])),
  );
}

function modelOf<T extends Target>(s: Session, program: Extract<Compilation, { ok: true }>): ModelOn<T> {
  return (s.remote ? gpuModelOf(s, program) : hereModelOf(s, program)) as ModelOn<T>;
}

function hereModelOf(s: Session, program: Extract<Compilation, { ok: true }>): Model {
  return {
    ...sharedModelOf(s, program),
    get params() {
      return paramsOf(s, program);
    },
    step: handedStep(s, program.plan.datasets),
    save: () => checkpointBytes(s),
  };
}

function gpuModelOf(s: Session, program: Extract<Compilation, { ok: true }>): GpuModel {
  return {
    ...sharedModelOf(s, program),
    get params() {
      return fetchTensors(s).then(() => paramsOf(s, program));
    },
    step: awaitedStep(s, program.plan.datasets),
    save: () => fetchTensors(s).then(() => checkpointBytes(s)),
    close: () => s.remote!.close(),
  };
}

function paramsOf({ tensors, float }: Session, { plan }: Compiled): Params {
  return Object.fromEntries(
    plan.params.map(({ name }) => {
      const { at, size, shape } = tensors[name]!;
      return [name, { shape, values: float.slice(at, at + size) }];
    }),
  );
}

function sharedModelOf(s: Session, { plan }: Compiled): Pick<Model, 'predict' | 'generate' | 'evaluate'> {
  return {
    predict: async (rows) => {
      const data = plan.datasets.find(({ use }) => use === plan.predict?.dataset);
      if (!data) throw new Error('this program applies no model to data, so there is nothing to predict');
      const isList = (given: typeof rows): given is readonly unknown[] => Array.isArray(given);
      return predict(s, data, isList(rows) ? { kind: 'rows', rows } : { kind: 'arrays', arrays: rows });
    },
    generate: async (prompt, options) => {
      if (plan.generate.length === 0) throw new Error('this program has no model that continues text');
      return continueText(s, prompt, options);
    },
    evaluate: (split) => evaluateSplit(s, split),
  };
}
