import type { Prediction } from '../runtime/predict.ts';
import { numberText } from './format.ts';
import { table } from './table.ts';

export type PredictionFormat = 'table' | 'csv' | 'json';

interface Row {
  /** The best class of each score vector of the row; empty where the output is no scores. */
  readonly classes: readonly (string | number)[];
  readonly output: readonly number[];
}

/** Class names where the labels had names, class numbers where they did not; and always the model's output. */
export function predictionText(prediction: Prediction, format: PredictionFormat): string {
  const rows = rowsOf(prediction);
  if (format === 'json') return jsonText(prediction, rows);
  return format === 'csv' ? csvText(prediction, rows) : tableText(rows);
}

function rowsOf({ rows, values, classes, names }: Prediction): readonly Row[] {
  const size = rows === 0 ? 0 : values.length / rows;
  const picks = classes === null || rows === 0 ? 0 : classes.length / rows;
  return Array.from({ length: rows }, (_, i) => ({
    classes: Array.from({ length: picks }, (__, j) => {
      const k = classes![i * picks + j]!;
      return names?.[k] ?? k;
    }),
    output: Array.from(
      values.subarray(i * size, (i + 1) * size),
      values instanceof Float32Array ? shortest : Number,
    ),
  }));
}

function jsonText({ shape }: Prediction, rows: readonly Row[]): string {
  const lines = rows.map(({ classes, output }) =>
    JSON.stringify({
      ...(classes.length === 0 ? {} : { prediction: classes.length === 1 ? classes[0] : classes }),
      output: shape.length === 0 ? output[0] : nested(output, shape),
    }),
  );
  return `[${lines.join(',\n ')}]\n`;
}

function nested(values: readonly number[], shape: readonly number[]): unknown {
  if (shape.length <= 1) return values;
  const [count = 0, ...rest] = shape;
  const size = values.length / count;
  return Array.from({ length: count }, (_, i) => nested(values.slice(i * size, (i + 1) * size), rest));
}

function csvText({ classes }: Prediction, rows: readonly Row[]): string {
  const width = rows[0]?.output.length ?? 0;
  const picks = rows[0]?.classes.length ?? 0;
  const numbered = (name: string, count: number) =>
    count === 1 ? [name] : Array.from({ length: count }, (_, i) => `${name}_${i}`);
  const header = [...(classes === null ? [] : numbered('prediction', picks)), ...numbered('output', width)];
  const lines = rows.map((row) =>
    [...row.classes.map((name) => csvCell(String(name))), ...row.output].join(','),
  );
  return `${[header.join(','), ...lines].join('\n')}\n`;
}

function csvCell(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Long outputs (images) show their first numbers. */
function tableText(rows: readonly Row[]): string {
  const shown = 8;
  const body = rows.map(({ classes, output }, i) => {
    const numbers = output.slice(0, shown).map((value) => numberText(value));
    const rest = output.length > shown ? [`… ${output.length - shown} more`] : [];
    return [
      String(i + 1),
      ...(classes.length === 0 ? [] : [classes.join(' ')]),
      [...numbers, ...rest].join('  '),
    ];
  });
  const scored = rows.some((row) => row.classes.length > 0);
  return table([['row', ...(scored ? ['prediction'] : []), 'output'], ...body], ['right']);
}

/** The number with the fewest digits that reads back as this f32: 7.9286838 instead of 7.928683757781982. */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number.isFinite(value) ? Number(value.toPrecision(9)) : value;
}
