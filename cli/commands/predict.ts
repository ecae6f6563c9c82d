import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { nodeFiles } from '../../runtime/node/files.ts';
import { type Prediction, predictRows } from '../../runtime/predict.ts';
import { predict, type PredictInput } from '../../runtime/predict-input.ts';
import type { LoadedArray } from '../../runtime/session.ts';
import { openCheckpoint, readCheckpoint } from '../checkpoint-file.ts';
import { type Context, fail, say, systemReason, usageError } from '../context.ts';
import { exit, type ExitCode } from '../exit.ts';
import { plural } from '../format.ts';
import { predictionText, type PredictionFormat } from '../prediction.ts';
import { guarded, type Run } from '../run-file.ts';
import { writeWhole } from '../writable.ts';
import { defaultSplit } from './eval.ts';

const formats: readonly string[] = ['table', 'csv', 'json'];

export async function run(context: Context): Promise<ExitCode> {
  const { values, args, io } = context;
  const format =
    values.format ??
    (values.json === true || values.output?.endsWith('.json') === true
      ? 'json'
      : io.stdout.isTTY && values.output === undefined
        ? 'table'
        : 'csv');
  if (!formats.includes(format)) {
    return usageError(context, `there is no format called "${format}"`, `formats: ${formats.join(', ')}`);
  }
  const file = await readCheckpoint(context, args[0]!);
  if (typeof file === 'number') return file;
  const input = args[1] === undefined ? null : await inputOf(context, args[1]);
  if (typeof input === 'number') return input;
  const opened = await openCheckpoint(context, file, { dataless: input !== null, anyProgram: true });
  if (typeof opened === 'number') return opened;
  if (opened.compiled.plan.predict === null) {
    return usageError(context, `${opened.compiled.plan.name} has no model whose output can be predicted`);
  }
  const prediction = await guarded(context, opened.compiled.sources, () => predictAll(opened, input));
  if (typeof prediction === 'number') return prediction;
  const written = deliver(context, predictionText(prediction, format as PredictionFormat));
  if (written === exit.ok && input === null) {
    const split = defaultSplit(opened.session);
    say(context, context.err.dim(`${plural(prediction.rows, 'row')} of the ${split} split`));
  }
  return written;
}

async function predictAll({ session, compiled }: Run, input: PredictInput | null): Promise<Prediction> {
  const plan = compiled.plan.predict!;
  if (input !== null) {
    const data = compiled.plan.datasets.find(({ use }) => use === plan.dataset)!;
    return predict(session, data, input);
  }
  const dataset = session.datasets.find(({ use }) => use === plan.dataset)!;
  const rows = dataset.splits[defaultSplit(session)];
  const arrays = dataset.arrays.filter(({ name }) => plan.arrays.includes(name));
  return predictRows(
    session,
    arrays.map((array) => gathered(array, rows)),
    rows.length,
  );
}

/** The rows of a split, one after another, as if they were all there is. */
function gathered(array: LoadedArray, rows: Int32Array): LoadedArray {
  const { size } = array.place;
  const values = new Float64Array(rows.length * size);
  rows.forEach((row, i) => {
    for (let j = 0; j < size; j++) values[i * size + j] = array.values[row * array.width + j]!;
  });
  return { ...array, values, width: size };
}

async function inputOf(context: Context, name: string): Promise<PredictInput | ExitCode> {
  const path = resolve(context.cwd, name);
  let text: string;
  if (name === '-') text = await context.io.readStdin();
  else {
    if (!/\.(csv|tsv|txt|json|ndjson|jsonl)$/i.test(name)) {
      return { kind: 'files', paths: [path], read: nodeFiles(context.cwd).read };
    }
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      const reason = systemReason(error);
      if (reason === null) throw error;
      return usageError(context, `cannot read ${name}: ${reason}`);
    }
  }
  if (!/^\s*[[{]/.test(text)) return { kind: 'table', text, file: name === '-' ? '<stdin>' : basename(name) };
  const rows = rowsOfJson(text);
  if (rows === null) {
    return fail(
      context,
      exit.data,
      `${name === '-' ? 'stdin' : name} is not JSON`,
      'write an array of rows, or one row per line',
    );
  }
  return { kind: 'rows', rows };
}

/** An array of rows; a single row; or one row per line. */
function rowsOfJson(text: string): readonly unknown[] | null {
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value)) return [value];
    return value.every((part) => typeof part === 'object' && part !== null) ? value : [value];
  } catch {
    try {
      return text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => JSON.parse(line) as unknown);
    } catch {
      return null;
    }
  }
}

function deliver(context: Context, text: string): ExitCode {
  const { output } = context.values;
  if (output === undefined || output === '-') {
    context.io.stdout.write(text);
    return exit.ok;
  }
  const refused = writeWhole(resolve(context.cwd, output), text);
  if (refused !== null) return fail(context, exit.usage, `cannot write ${output}: ${refused}`);
  say(context, `wrote ${output}`);
  return exit.ok;
}
