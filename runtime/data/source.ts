import type { SourceRequest } from '../../compiler/plan.ts';
import type { DataPlace } from '../fail.ts';

/** A file as read, before anything is asked of it. */
export type Source = TableSource | ArraySource | TextSource;

export interface TableSource {
  readonly kind: 'table';
  readonly rows: number;
  readonly file: string;
  readonly header: readonly string[] | null;
  readonly columns: number;
  /** Row after row, `columns` each. */
  readonly cells: readonly string[];
  /** The line each row begins on, from 1. */
  readonly lines: readonly number[];
  /** Where a row is, when each has a file of its own. */
  readonly places?: readonly string[];
  /** Columns that hold an array in each row: the pixels of an image, a list of numbers in JSON. */
  readonly arrays?: readonly SourceArray[];
}
export interface ArraySource {
  readonly kind: 'arrays';
  readonly rows: number;
  readonly file: string;
  readonly arrays: readonly SourceArray[];
}
export interface SourceArray {
  readonly name: string;
  /** Per row. */
  readonly shape: readonly number[];
  readonly dtype: 'float' | 'int';
  readonly values: ArrayLike<number>;
}
export interface TextSource {
  readonly kind: 'text';
  /** Tokens: characters (code points), or words. */
  readonly rows: number;
  readonly file: string;
  /** A string is a list of its characters. */
  readonly tokens: string | readonly string[];
}

/** The bytes of a file. A path that ends in `/` is a folder: the names of all files in it, one a line. */
export type ReadFile = (path: string) => Promise<Uint8Array>;
export type SourceReader = (request: SourceRequest, read: ReadFile, seed: number) => Promise<Source> | Source;

/** Where row `row` of a source is, for messages. */
export function placeOfRow(source: Source, row: number): DataPlace {
  if (source.kind !== 'table') return { file: source.file };
  const { places, file, lines } = source;
  return places ? { file: places[row] } : { file, line: lines[row] };
}
/** `iris.csv:17`; rows that have no lines are counted from 0, as in lists of test rows. */
export function rowText(source: Source, row: number): string {
  if (source.kind !== 'table') return `${source.file}, row ${row}`;
  return source.places?.[row] ?? `${source.file}:${source.lines[row]}`;
}
/** Those of a table are its columns of arrays. */
export function arraysOf(source: Source): readonly SourceArray[] {
  return source.kind === 'text' ? [] : (source.arrays ?? []);
}
