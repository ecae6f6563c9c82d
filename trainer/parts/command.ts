import { cellNumber } from '../../runtime/data/arrays.ts';
import type { TrainEvent } from '../../runtime/events.ts';
import { fail } from '../../runtime/fail.ts';
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
  /** The program names files, which `--data` may replace. */
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
  words: readonly string[],
): Promise<number> {
  const { readFile, writeFile } = await import('node:fs/promises');
  const flags: Record<string, unknown> = { read: readFile, write: writeFile };
  const paths: Record<string, string> = {};
  const files: string[] = [];
  let out = `${config.name}.safetensors`;
  for (let i = 1; i < words.length; i++) {
    const word = words[i]!;
    if (word === '--out') out = words[++i]!;
    else if (config.readsFiles && word === '--data') {
      const [key, path] = words[++i]!.split('=');
      paths[key!] = path!;
    } else if (word.startsWith('--')) flags[word.slice(2)] = +words[++i]!;
    else files.push(word);
  }
  if (config.readsFiles) flags['paths'] = paths;
  const [verb] = words;
  const say = (text: unknown) => process.stderr.write(`${text}\n`);
  try {
    const trainer = open(flags);
    if (verb === 'predict' && files[1]) {
      trainer.load(await readFile(files[0]!));
      const result = config.readsFiles
        ? await trainer.predictFile!(files[1])
        : await trainer.predict(numbersIn(await readFile(files[1], 'utf8')));
      console.log(predictionText(config, result));
      return 0;
    }
    if (config.predictOnly || !(verb === 'train' || (verb === 'resume' && files[0]))) {
      say(
        config.predictOnly
          ? 'predict CHECKPOINT INPUT'
          : 'train | resume CHECKPOINT | predict CHECKPOINT INPUT\n--out FILE, --seed, --epochs, --steps N',
      );
      return 2;
    }
    if (verb === 'resume') trainer.resume(await readFile(files[0]!));
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort());
    let reason = '';
    let due = 0;
    for await (const event of trainer.train({ signal: stop.signal })) {
      if (event.kind === 'end') reason = event.reason;
      // Logs are asked for; of epochs, which may be quick, one a second will do.
      if ('quantities' in event && (event.kind !== 'epoch' || performance.now() > due)) {
        say(eventText(event));
        due = performance.now() + 1000;
      }
    }
    if (reason === 'diverged') return 4;
    await writeFile(out, trainer.save());
    return reason === 'cancelled' ? 130 : 0;
  } catch (error) {
    // Ours, or the file system's; anything else is a bug.
    const { diagnostics, syscall, message } = error as {
      diagnostics?: unknown;
      syscall?: string;
      message: string;
    };
    if (!diagnostics && !syscall) throw error;
    say(message);
    return 3;
  }
}

/** `epoch 3 step 12 loss 0.25 accuracy 0.5` */
function eventText(event: Extract<TrainEvent, { quantities: unknown }>): string {
  const { kind, epoch, step, quantities } = event;
  const shown = Object.entries({ epoch, step, ...quantities }).map(
    ([name, value]) => `${name} ${+value.toPrecision(5)}`,
  );
  return [kind, ...shown].join(' ');
}

/** Numbers separated by commas or white space, as many a row as the model reads. */
export function numbersIn(text: string): number[] {
  return text
    .trim()
    .split(/[\s,]+/)
    .map((cell) => {
      const value = cellNumber(cell);
      return value === value ? value : fail('non-numeric-cell', `"${cell}" is not a number.`);
    });
}

/** A line of comma-separated numbers a row; before them the class, where the model tells classes. */
export function predictionText(config: CommandConfig, { rows, values, classes, names }: Prediction): string {
  const width = values.length / rows;
  return Array.from({ length: rows }, (_, row) => {
    const cells: unknown[] = Array.from(values.subarray(row * width, (row + 1) * width));
    if (config.hasClasses && classes) cells.unshift(names?.[classes[row]!] ?? classes[row]);
    return cells.join();
  }).join('\n');
}
