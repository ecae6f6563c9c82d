import type { TrainEvent } from '../../runtime/events.ts';
import type { Prediction } from '../../runtime/predict.ts';
import type { TrainOptions } from '../../runtime/train.ts';
import type { DataOptions } from './data.ts';
import type { Inputs } from './trainer.ts';

/** What an emitted module hands out; what a plan has no use for is absent. */
export interface Trainer {
  train(options?: TrainOptions): AsyncGenerator<TrainEvent, void, void>;
  predict(inputs: Inputs): Promise<Prediction>;
  predictFile?(path: string): Promise<Prediction>;
  save(): Uint8Array;
  load(bytes: Uint8Array): void;
  resume(bytes: Uint8Array): void;
}
export interface TrainerOptions extends DataOptions {
  readonly seed?: number;
  readonly epochs?: number;
  readonly steps?: number;
  /** Where `save` rules write. */
  readonly write?: (path: string, bytes: Uint8Array) => Promise<void>;
}
/** Known when the trainer is emitted. */
export interface CommandConfig {
  readonly name: string;
  /** The program names files: `--data iris.train=path` replaces one, and `predict` reads the same format. */
  readonly readsFiles: boolean;
  readonly predictOnly: boolean;
  readonly hasClasses: boolean;
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
  const { readFile, writeFile } = await import('node:fs/promises');
  const paths: Record<string, string> = {};
  const options: Record<string, unknown> = { write: writeFile };
  const files: string[] = [];
  if (config.readsFiles) Object.assign(options, { read: readFile, paths });
  for (let word; (word = words.shift());) {
    if (config.readsFiles && word === '--data') {
      const [key, path] = words.shift()!.split('=');
      paths[key!] = path!;
    } else if (word.startsWith('--')) options[word.slice(2)] = words.shift();
    else files.push(word);
  }
  const [checkpoint, input] = files;
  const verbs: Record<string, number> = config.predictOnly
    ? { predict: 2 }
    : { train: 0, resume: 1, predict: 2 };
  if (files.length !== verbs[verb!]) {
    if (config.predictOnly) console.error('predict FILE INPUT');
    else console.error('train | resume FILE | predict FILE INPUT\n--out, --seed, --epochs, --steps');
    return 2;
  }
  try {
    const trainer = open(options);
    if (input) {
      trainer.load(await readFile(checkpoint!));
      if (config.readsFiles) printRows(config, await trainer.predictFile!(input));
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
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort());
    let reason;
    let due = 0;
    for await (const event of trainer.train({ signal: stop.signal })) {
      reason = (event as { reason?: string }).reason; // the last event has one
      // Logs are asked for; of epochs, which may be quick, one a second will do.
      if ('quantities' in event && (event.kind !== 'epoch' || now() > due)) {
        console.error(
          [
            event.kind,
            (event as { epoch: number; log?: number; end?: number })[event.kind as 'epoch'] ?? event.step,
            ...Object.entries(event.quantities).flat(),
          ].join(' '),
        );
        due = now() + 1000;
      }
    }
    if (reason === 'diverged') return 4;
    await writeFile((options['out'] as string | undefined) ?? `${config.name}.safetensors`, trainer.save());
    return reason === 'cancelled' ? 130 : 0;
  } catch (error) {
    // Ours, or the file system's; anything else is a bug.
    if (!(error as Known).diagnostics && !(error as Known).syscall) throw error;
    console.error((error as Known).message);
    return 3;
  }
}

interface Known {
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
