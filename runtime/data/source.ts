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
  /** Characters (code points): `text` in UTF-16 may be longer. */
  readonly rows: number;
  readonly file: string;
  readonly text: string;
}

export type ReadFile = (path: string) => Promise<Uint8Array>;
export type SourceReader = (request: SourceRequest, read: ReadFile, seed: number) => Promise<Source> | Source;

/** Where row `row` of a source is, for messages. */
export function placeOfRow(source: Source, row: number): DataPlace {
  return { file: source.file, ...(source.kind === 'table' && { line: source.lines[row] }) };
}
/** `iris.csv:17`; rows that have no lines are counted from 0, as in lists of test rows. */
export function rowText(source: Source, row: number): string {
  return source.kind === 'table' ? `${source.file}:${source.lines[row]}` : `${source.file}, row ${row}`;
}
