import type { RawArray } from '../../compiler/plan.ts';
import { fail } from '../fail.ts';
import { type ArrayBuilder, type BuiltArray, encodeCategory, rowSize, type Sources } from './arrays.ts';
import type { Source } from './source.ts';
import { textSource } from './text.ts';
import { encodeCells } from './tokens.ts';

/** Rows of one array: flat, row after row, or nested; class names or text as strings. */
export type HostArray = ArrayLike<number> | readonly (readonly unknown[] | number | string)[] | string;
/** By name of the array, column or field: `{ image: …, label: … }`, `{ x: …, y: … }`. */
export type HostRows = Readonly<Record<string, HostArray>>;
/** Arrays instead of files, by data set binding: `{ d: { x, y } }`, or `{ d: { train: …, test: … } }`. */
export type Provided = Readonly<Record<string, HostRows | HostSplits>>;
export interface HostSplits {
  readonly train: HostRows;
  readonly test?: HostRows;
}

export function hostParts(given: HostRows | HostSplits): readonly HostRows[] {
  const { train, test } = given as HostSplits;
  return train && typeof train === 'object' && !Array.isArray(train) && !ArrayBuffer.isView(train)
    ? test
      ? [train, test]
      : [train]
    : [given as HostRows];
}

/** The names a raw array may go by, most exact first: buffer `d.raw[0:4]`, array or column, field. */
export function hostNames({ name, from, field }: RawArray): readonly string[] {
  const names = [name, name.slice(name.indexOf('.') + 1)];
  if (from.kind === 'array') names.push(['image', 'label'][from.array as number] ?? String(from.array));
  if ('column' in from) names.push(String(from.column));
  return [...names, field, 'raw'];
}

function hostArray(array: RawArray, rows: HostRows): ArrayLike<number | string> {
  const names = hostNames(array);
  const given = names.map((name) => rows[name]).find((value) => value !== undefined);
  if (given === undefined) {
    const known = Object.keys(rows);
    return fail('missing-array', `No array "${names.at(-2)}" was handed in, only: ${known.join(', ')}.`, {
      span: array.span,
      known,
    });
  }
  return ArrayBuffer.isView(given) || typeof given === 'string'
    ? (given as ArrayLike<number | string>)
    : ((given as unknown[]).flat(Infinity) as number[]);
}

/** What is handed in, as sources: only their row counts and names in messages. */
export function hostSources(arrays: readonly RawArray[], parts: readonly HostRows[]): Source[] {
  return parts.map((rows, i) => {
    const file = i ? 'test arrays' : 'arrays';
    const { from } = arrays[0]!;
    const text = from.kind === 'window' ? hostArray(arrays[0]!, rows) : null;
    if (typeof text === 'string' && from.kind === 'window') return textSource(text, file, from.rule);
    const counts = arrays.map((array) => {
      const list = hostArray(array, rows);
      return list.length / (isText(array, list) ? 1 : rowSize(array));
    });
    counts.forEach((count, a) => {
      if (count === counts[0] && count % 1 === 0) return;
      const names = `${arrays[a]!.field} has ${count} rows of ${rowSize(arrays[a]!)}`;
      fail('row-count-mismatch', `${names}, ${arrays[0]!.field} has ${counts[0]}.`, {
        span: arrays[a]!.span,
      });
    });
    return { kind: 'arrays', rows: counts[0]!, file, arrays: [] };
  });
}

/** Text of each row, to become tokens. */
function isText({ from }: RawArray, list: ArrayLike<number | string>): boolean {
  return from.kind === 'tokens' && typeof list[0] === 'string';
}

/** Instead of the builders that read files. */
export function hostBuilder(parts: readonly HostRows[]): ArrayBuilder {
  return (array, sources: Sources, train, learned): BuiltArray => {
    const lists = parts.map((rows) => hostArray(array, rows));
    const width = rowSize(array);
    if (typeof lists[0]![0] === 'string') {
      const cells = lists.flatMap((list) => Array.from(list as ArrayLike<string>));
      if (isText(array, lists[0]!)) return encodeCells(array, cells, sources, train, learned);
      if (array.from.kind === 'category') return encodeCategory(array, cells, sources, train, learned);
    }
    if (lists.length === 1) return { values: lists[0] as ArrayLike<number>, width };
    return {
      values: Float64Array.from(lists.flatMap((list) => Array.from(list as ArrayLike<number>))),
      width,
    };
  };
}
