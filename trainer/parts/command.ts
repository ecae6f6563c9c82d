import type { Quantities, TrainEvent } from '../../runtime/events.ts';
import type { GenerateSettings } from '../../runtime/generate.ts';
import type { HandedBatch } from '../../runtime/handed.ts';
import { listFolder } from '../../runtime/node/folder.ts';
import type { Prediction } from '../../runtime/predict.ts';
import type { TrainOptions } from '../../runtime/train.ts';
import type { DataOptions } from './data.ts';
import type { Inputs } from './trainer.ts';

/**
 * What an emitted module hands out; what a plan has no use for is absent. On a machine with memory of its own `save` and
 * `step` give promises.
 */
export interface Trainer {
  train(options?: TrainOptions): AsyncGenerator<TrainEvent, void, void>;
  step?(batch?: HandedBatch): Quantities;
  predict(inputs: Inputs): Promise<Prediction>;
  predictFile?(path: string): Promise<Prediction>;
  generate?(prompt: string, options?: GenerateSettings): Promise<string>;
  /** Gives a machine with memory of its own back. */
  close?(): void;
  save(): Uint8Array;
  load(bytes: Uint8Array): void;
  resume(bytes: Uint8Array): void;
}
export interface TrainerOptions extends DataOptions {
  readonly seed?: number;
  readonly epochs?: number;
  readonly steps?: number;
  /** Of WebAssembly; default one a core, up to 8. */
  readonly threads?: number;
  /** Where `save` rules write. */
  readonly write?: (path: string, bytes: Uint8Array) => Promise<void>;
}
/** Known when the trainer is emitted. */
export interface CommandConfig {
  readonly name: string;
  /** The program names files; `--data iris.train=path` replaces one. */
  readonly readsFiles: boolean;
  /** There is a model to predict with. */
  readonly predicts: boolean;
  /** It reads files in the format of the data. */
  readonly predictsFiles: boolean;
  /** Some of them are folders. */
  readonly readsFolders: boolean;
  /** The data sources there are files of, the first one meant when none is named: `iris.train iris.test`. */
  readonly sources: string;
  readonly predictOnly: boolean;
  /** The machine may not be there. */
  readonly remote: boolean;
  /** There is a model that continues text. */
  readonly generates: boolean;
  /** Splits are evaluated at the end. */
  readonly evaluates: boolean;
  /** It can run on several threads. */
  readonly onThreads: boolean;
  readonly hasClasses: boolean;
  /** The best state is saved, and what a run ends with. */
  readonly savesBest: boolean;
  /** Layers are watched. */
  readonly warns: boolean;
  /** Something is printed. */
  readonly reports: boolean;
}

/**
 * `node trainer.mjs train|resume|predict …`. Progress goes to stderr, predictions to stdout. Exit codes as
 * the command line's: 2 usage, 3 data, 4 diverged, 130 interrupted, a checkpoint written.
 */
export async function command(
  open: (options: TrainerOptions) => Trainer,
  config: CommandConfig,
  [verb, ...words]: string[],
): Promise<number> {
  // A name no bundler recognises: in a page nobody comes here.
  const name = ['node:fs', 'promises'].join('/');
  const { access, readFile, writeFile } = (await import(
    /* @vite-ignore */ name
  )) as typeof import('node:fs/promises');
  const paths: Record<string, string> = {};
  const options: Record<string, unknown> = { write: writeFile };
  const files: string[] = [];
  if (config.readsFiles) Object.assign(options, { read: readFile, paths });
  if (config.readsFolders) {
    options['read'] = (path: string) => (path.endsWith('/') ? listFolder(path) : readFile(path));
  }
  for (let word; (word = words.shift());) {
    if (config.readsFiles && word.startsWith('--')) {
      const value = words.shift();
      if (!settled(config, word, value, paths)) return usage(config);
      if (word !== '--data') options[word.slice(2)] = value;
    } else if (word.startsWith('--')) options[word.slice(2)] = words.shift();
    else files.push(word);
  }
  const [checkpoint, input] = files;
  const verbs: Record<string, number> = config.predictOnly
    ? { predict: 2 }
    : config.predicts
      ? { train: 0, resume: 1, predict: 2 }
      : { train: 0, resume: 1 };
  if (config.generates) verbs['generate'] = 2;
  if (files.length !== verbs[verb!]) return usage(config);
  let trainer: Trainer | undefined;
  try {
    trainer = open(options);
    if (input) {
      trainer.load(await readFile(checkpoint!));
      if (config.generates && verb === 'generate') {
        console.log(await trainer.generate!(input));
        return 0;
      }
      if (config.predictsFiles) printRows(config, await trainer.predictFile!(input));
      else
        printRows(
          config,
          await trainer.predict(
            (await readFile(input, 'utf8'))
              .trim()
              .split(/[\s,]+/)
              .map(Number),
          ),
        );
      return 0;
    }
    if (config.predictOnly) return 2;
    if (checkpoint) trainer.resume(await readFile(checkpoint));
    // Not after hours of training: the folder has to be there and let itself be written to.
    if (config.readsFiles) await access(String(options['out'] ?? '').replace(/[^/\\]*$/, '') || '.', 2);
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort());
    let reason;
    let due = 0;
    for await (const event of trainer.train({ signal: stop.signal })) {
      reason = (event as { reason?: string }).reason; // the last event has one
      if (config.warns && event.kind === 'warning') console.error(`warning: ${event.text}`);
      if (config.reports && event.kind === 'print') console.log(event.text);
      // Logs are asked for; of epochs, which may be quick, one a second will do.
      if ('quantities' in event && (event.kind !== 'epoch' || now() > due)) {
        console.error(
          [
            event.kind,
            (event as { epoch: number; log?: number; end?: number })[event.kind as 'epoch'] ?? event.step,
            ...Object.entries(event.quantities).flat(),
            ...(config.evaluates ? splitWords(event as SplitEvent) : []),
            ...(config.savesBest ? bestWords(event) : []),
          ].join(' '),
        );
        due = now() + 1000;
      }
    }
    if (reason === 'diverged') return 4;
    await writeFile(
      (options['out'] as string | undefined) ?? `${config.name}.safetensors`,
      await trainer.save(),
    );
    return reason === 'cancelled' ? 130 : 0;
  } catch (error) {
    if (config.remote && (error as Known).name === 'TargetError') {
      console.error([(error as Known).message, (error as Known).help].filter(Boolean).join('\n'));
      return 5;
    }
    // Ours, or the file system's; anything else is a bug.
    if (!(error as Known).diagnostics && !(error as Known).syscall) throw error;
    console.error((error as Known).message);
    if (config.sources) console.error(dataHelp(config));
    return 3;
  } finally {
    if (config.remote) trainer?.close!();
  }
}

function usage(config: CommandConfig): number {
  if (config.predictOnly) console.error('predict FILE INPUT');
  else if (config.predicts)
    console.error('train | resume FILE | predict FILE INPUT\n--out, --seed, --epochs, --steps');
  else console.error('train | resume FILE\n--out, --seed, --epochs, --steps');
  if (config.onThreads) console.error('--threads');
  if (config.generates) console.error('generate FILE PROMPT');
  if (config.sources) console.error(dataHelp(config));
  return 2;
}
function dataHelp(config: CommandConfig): string {
  const flags = sourceNames(config.sources).map((name) => `--data ${name}=FILE`);
  return `data from other files: ${flags.join(' ')}`;
}
function sourceNames(sources: string): string[] {
  return sources.split(' ');
}

/** Takes a data file in; false where a flag is not there or its value is none. */
function settled(
  config: CommandConfig,
  flag: string,
  value: string | undefined,
  paths: Record<string, string>,
): boolean {
  if (!value) return false;
  if (flag !== '--data')
    return (
      flag === '--out' ||
      (+value % 1 === 0 &&
        ((/^--(seed|epochs|steps)$/.test(flag) && +value >= 0) ||
          (config.onThreads && flag === '--threads' && +value >= 1)))
    );
  const names = sourceNames(config.sources);
  const at = value.indexOf('=');
  const name = at < 0 ? names[0]! : value.slice(0, at);
  paths[name] = value.slice(at + 1);
  return names.includes(name);
}

type SplitEvent = { readonly splits?: Readonly<Record<string, Readonly<Record<string, number>>>> };
function splitWords({ splits = {} }: SplitEvent): (string | number)[] {
  return Object.entries(splits).flatMap(([split, quantities]) =>
    Object.entries(quantities).flatMap(([name, value]) => [`${split}.${name}`, value]),
  );
}

function bestWords(event: TrainEvent): (string | number)[] {
  const best = event.kind === 'end' && event.best;
  return best ? ['best:', 'epoch', best.epoch, best.quantity, best.value] : [];
}

interface Known {
  readonly name?: string;
  readonly help?: string;
  readonly diagnostics?: unknown;
  readonly syscall?: string;
  readonly message: string;
}

export function now(): number {
  return performance.now();
}

/** A line of comma-separated numbers a row; before them the class, where the model tells classes. */
function printRows(config: CommandConfig, result: Prediction): void {
  const { rows, values } = result;
  const width = values.length / rows;
  for (let row = 0; row < rows; row++) {
    let label = '';
    if (config.hasClasses && result.classes) {
      const best = result.classes[row]!;
      label = `${result.names?.[best] ?? best},`;
    }
    console.log(label + values.subarray(row * width, row * width + width).join());
  }
}
