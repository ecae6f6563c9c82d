import { tokenRule, type DataPlan, type RawSource } from '../compiler/plan.ts';
import { hostBuilder, hostNames, hostSources, type HostRows } from './data/host.ts';
import type { ReadFile, Source, TableSource } from './data/source.ts';
import { loadArrays, readSource } from './dataset.ts';
import { fail } from './fail.ts';
import { type Prediction, predictRows } from './predict.ts';
import type { Session } from './session.ts';
import { recordTable } from './data/records.ts';
import { columnIndex, tableOf } from './data/table.ts';
import { textSource } from './data/text.ts';

/** Rows to predict: files of the kind the model was trained on, text of a table, records or rows, or arrays. */
export type PredictInput =
  | { readonly kind: 'files'; readonly paths: readonly string[]; readonly read: ReadFile }
  | { readonly kind: 'table'; readonly text: string; readonly file: string }
  /** `[{ petal_length: 1.4 }, …]`, or `[[5.1, 3.5, 1.4, 0.2], …]`, columns by position. */
  | { readonly kind: 'rows'; readonly rows: readonly unknown[] }
  | { readonly kind: 'arrays'; readonly arrays: HostRows };

/** Predicts with the session's parameters as they are. Only the arrays the model reads are needed. */
export async function predict(s: Session, data: DataPlan, input: PredictInput): Promise<Prediction> {
  const wanted = new Set(s.plan.predict!.arrays);
  const plans = data.arrays.filter(({ name }) => wanted.has(name));
  const ctx = { places: s.data, learned: { ...s.learned } };
  const none = new Int32Array();
  const given = await inputSource(s, data, input, plans);
  const records = input.kind === 'rows' && !Array.isArray(input.rows[0]);
  const source = 'kind' in given && given.kind === 'table' ? byName(given, data, plans, records) : given;
  if ('host' in source) {
    const sources = hostSources(plans, [source.host]);
    const arrays = loadArrays(plans, sources, none, ctx, hostBuilder([source.host]));
    return predictRows(s, arrays, sources[0]!.rows);
  }
  const length = Number(data.train.options['window'] ?? 1);
  if (source.rows < length) {
    const { file, rows } = source;
    fail('window-too-long', `${file} has ${rows} rows, fewer than a window of ${length}.`, { file });
  }
  const windows = source.kind === 'text' ? 1 : source.rows - length + 1;
  return predictRows(s, loadArrays(plans, [source], none, ctx), windows);
}

async function inputSource(
  s: Session,
  data: DataPlan,
  input: PredictInput,
  plans: DataPlan['arrays'],
): Promise<Source | { readonly host: HostRows }> {
  const { options } = data.train;
  // Lines above a header come again in files like the training file; above bare rows, a row would be lost in silence.
  const skip = (options['header'] ?? true) ? (options['skip'] ?? 0) : 0;
  const request = { ...data.train, options: { ...options, skip } };
  switch (input.kind) {
    case 'table':
      if (data.train.call === 'text') return textSource(input.text, input.file, tokenRule(options));
      return tableOf(input.text, input.file, request);
    case 'arrays':
      return { host: input.arrays };
    case 'rows': {
      const table = 'pad' in options || plans.some(({ from }) => 'column' in from || from.kind === 'columns');
      return table
        ? tableOfRows(input.rows, Number(options['pad'] ?? 0))
        : { host: hostOfRows(input.rows, plans) };
    }
    case 'files': {
      const source = await readSource({ ...request, paths: input.paths }, input.read, s.seed);
      return source ?? fail('no-reader', `A ${data.train.call} data set has no files to read.`);
    }
  }
}

/**
 * Columns the program asks for by position, found by their names of training: the keys of a record have no order, and
 * a file may have another. A file without these names is read by position.
 */
function byName(
  table: TableSource,
  { header }: DataPlan,
  plans: DataPlan['arrays'],
  records: boolean,
): TableSource {
  const asked = plans.flatMap(({ from }) => positions(from));
  const names = table.header;
  if (!names || !asked.length) return table;
  if (!header) {
    if (!records) return table;
    fail('missing-column', 'Columns have no names in the training data: give rows as lists, in its order.');
  }
  const wanted = asked.map((at) => header[at]!);
  const missing = wanted.find((name) => !names.includes(name));
  if (missing !== undefined) {
    if (records) columnIndex(table, missing);
    return table;
  }
  if (wanted.some((name) => header.indexOf(name) !== header.lastIndexOf(name))) return table;
  const all = [...header, ...names.filter((name) => !header.includes(name))];
  const order = all.map((name) => names.indexOf(name));
  if (order.every((at, k) => at === k)) return table;
  const { rows, columns, cells } = table;
  return {
    ...table,
    header: all.map((name, k) => (order[k]! < 0 ? '' : name)),
    columns: all.length,
    cells: Array.from({ length: rows }, (_, row) =>
      order.map((at) => (at < 0 ? '' : cells[row * columns + at]!)),
    ).flat(),
  };
}
function positions(from: RawSource): number[] {
  if (from.kind === 'columns') return Array.from({ length: from.to - from.from }, (_, k) => from.from + k);
  return 'column' in from && typeof from.column === 'number' ? [from.column] : [];
}

/** Records, or rows of columns by position, as a table. */
export function tableOfRows(rows: readonly unknown[], pad = 0): TableSource {
  const first = rows[0];
  if (typeof first !== 'object' || first === null) fail('empty-file', 'There are no rows to predict.');
  const lines = rows.map((_, i) => i + 1);
  if (!Array.isArray(first)) {
    return recordTable(rows as Readonly<Record<string, unknown>>[], 'input', lines, pad);
  }
  const columns = first.length;
  const cells = rows.flatMap((row) =>
    Array.from({ length: columns }, (_, k) => {
      const value = (row as readonly unknown[])[k];
      return value === null || value === undefined ? '' : String(value);
    }),
  );
  return { kind: 'table', rows: rows.length, file: 'input', header: null, columns, cells, lines };
}
/** Records by name of array; plain rows are the only array. */
function hostOfRows(rows: readonly unknown[], plans: DataPlan['arrays']): HostRows {
  const first = rows[0];
  if (typeof first !== 'object' || first === null || Array.isArray(first)) return { raw: rows as number[] };
  const names = new Set(plans.flatMap(hostNames));
  const entries = Object.keys(first).filter((key) => names.has(key));
  return Object.fromEntries(
    entries.map((key) => [key, rows.map((row) => (row as Record<string, unknown>)[key]) as number[]]),
  );
}
