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
import type { Backend } from './compiler/backends/backend.ts';
import { js } from './compiler/backends/js/backend.ts';
import { reference } from './compiler/backends/reference/backend.ts';
import { wasm } from './compiler/backends/wasm/backend.ts';
import { hasSimd } from './compiler/backends/wasm/has-simd.ts';
import type { CompileOptions, Compiled } from './compiler/compile.ts';
import type { Diagnostic } from './dsl/diagnostic.ts';
import { renderDiagnostic } from './dsl/frame.ts';
import { checkpointBytes } from './runtime/checkpoint.ts';
import type { HostRows, HostSplits, Provided } from './runtime/data/host.ts';
import type { Quantities, TrainEvent } from './runtime/events.ts';
import { compileFile } from './runtime/node/compile-file.ts';
import { continueText, type GenerateSettings } from './runtime/generate.ts';
import { nodeFiles } from './runtime/node/files.ts';
import { nodeThreads } from './runtime/node/threads.ts';
import { type HandedBatch, handedStep, refuseUnlearned } from './runtime/handed.ts';
import { openSession } from './runtime/open.ts';
import type { Prediction } from './runtime/predict.ts';
import { predict } from './runtime/predict-input.ts';
import type { Session } from './runtime/session.ts';
import { evaluateSplit } from './runtime/sweep.ts';
import { train as trainSession } from './runtime/train.ts';

export type { Diagnostic } from './dsl/diagnostic.ts';
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

export interface TrainSettings {
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
  /** Default `wasm`, or `js` where WebAssembly has no vectors; `reference`: slow, plain, the yardstick. All give the same bits. */
  readonly target?: 'js' | 'wasm' | 'reference';
  /** Of WebAssembly, where the program is large enough to gain. Default one a core, up to 8; the bits are those of one. */
  readonly threads?: number;
}

/** A training run. Iterate it for events, or just await `model`. */
export interface Training extends AsyncIterable<TrainEvent> {
  /** Resolves when training has ended; starts it if nobody iterates. */
  readonly model: Promise<Model>;
}

/** Trains a compiled program in this process. Rejects with a `DataError` when its data cannot be used. */
export function train(program: Extract<Compilation, { ok: true }>, settings: TrainSettings = {}): Training {
  const { signal, stepEvents, epochEvents } = settings;
  let session: Promise<Session> | null = null;
  let events: AsyncGenerator<TrainEvent, void, void> | null = null;
  const opened = () => (session ??= sessionOf(program, settings));
  const start = async function* (): AsyncGenerator<TrainEvent, void, void> {
    yield* trainSession(await opened(), {
      ...(signal ? { signal } : {}),
      ...(stepEvents ? { stepEvents } : {}),
      ...(epochEvents ? { epochEvents } : {}),
    });
  };
  const run = () => (events ??= start());
  return {
    [Symbol.asyncIterator]: run,
    get model() {
      return (async () => {
        for await (const _ of run());
        return modelOf(await opened(), program);
      })();
    },
  };
}

/**
 * A model before its first step, for programs that train it themselves: `model.step(batch)`. Data that `compile` was
 * given, or that is in files, is read as for training; data blocks without either wait for batches.
 */
export async function open(
  program: Extract<Compilation, { ok: true }>,
  settings: Pick<TrainSettings, 'seed' | 'target' | 'threads'> = {},
): Promise<Model> {
  checkOpened(program);
  const { plan, data } = program;
  const whole = plan.datasets.every(({ train, block }) => train.call !== 'host' || data?.[block]);
  if (!whole && plan.fit) refuseUnlearned();
  const s = await sessionOf(program, settings, whole);
  await s.begin(s);
  s.ready = true;
  return modelOf(s, program);
}

/** A model with the parameters of a checkpoint; no training data is read. */
export async function load(
  program: Extract<Compilation, { ok: true }>,
  checkpoint: Uint8Array,
  settings: Pick<TrainSettings, 'target'> = {},
): Promise<Model> {
  return modelOf(await sessionOf(program, { ...settings, resume: checkpoint }, false), program);
}

/** What training made, or what is to be trained step by step. */
export interface Model {
  /** As they are now, by path of bindings: `{ 'Mlp.dense_1.W': { shape: [4, 16], values } }`. */
  readonly params: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly values: Float32Array | Float64Array }>
  >;
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

const targets: Readonly<Record<'js' | 'wasm' | 'reference', Backend>> = { js, wasm, reference };

async function sessionOf(
  program: Extract<Compilation, { ok: true }>,
  settings: TrainSettings,
  data = true,
): Promise<Session> {
  const { seed } = settings;
  checkOpened(program);
  if (seed !== undefined && (!Number.isSafeInteger(seed) || seed < 0))
    throw new RangeError(`a seed is a whole number from 0 on, not ${seed}`);
  const target = settings.target ?? (hasSimd() ? 'wasm' : 'js');
  if (!(target in targets))
    throw new RangeError(`there is no target "${target}": ${Object.keys(targets).join(', ')}`);
  const files = nodeFiles(program.folder);
  return openSession({
    plan: program.plan,
    launched: targets[target].launch(program.program, nodeThreads(settings.threads)),
    target,
    read: files.read,
    write: files.write,
    data,
    provided: program.data && byUse(program),
    seed: settings.seed,
    checkpoint: settings.resume,
    set: program.set,
  });
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

function modelOf(s: Session, { plan }: Extract<Compilation, { ok: true }>): Model {
  return {
    get params() {
      return Object.fromEntries(
        plan.params.map(({ name }) => {
          const { at, size, shape } = s.tensors[name]!;
          return [name, { shape, values: s.float.slice(at, at + size) }];
        }),
      );
    },
    step: handedStep(s, plan.datasets),
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
    save: () => checkpointBytes(s),
  };
}
