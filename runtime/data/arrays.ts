import type { Fill, RawArray, RawSource } from '../../compiler/plan.ts';
import { DataError, type DataProblem, fail } from '../fail.ts';
import type { Learned } from '../session.ts';
import { arraysOf, placeOfRow, rowText, type Source, type TableSource } from './source.ts';
import { columnIndex } from './table.ts';

/** Sources of one data set: the training one, and its own test source if it has one; rows count through. */
export type Sources = readonly Source[];
export interface BuiltArray {
  readonly values: ArrayLike<number>;
  /** Elements per row. */
  readonly width: number;
  readonly learned?: Learned[string];
}
/**
 * Makes the rows of a raw array from sources. What has to be learned is learned from the training rows, unless
 * `learned` has it from the run that trained.
 */
export type ArrayBuilder = (
  array: RawArray,
  sources: Sources,
  train: Int32Array,
  learned: Learned[string] | undefined,
) => BuiltArray;
type From<Kind extends RawSource['kind']> = Extract<RawSource, { kind: Kind }>;

/** Elements of one row: of a sample, or of one of the rows of a window. */
export function rowSize({ type, window }: Pick<RawArray, 'type' | 'window'>): number {
  const { axes } = type;
  return axes.slice(window ? 2 : 1).reduce((product, { size }) => product * (size as number), 1);
}

/** The source and the row in it of a row that counts through. */
export function findRow(sources: Sources, row: number): readonly [Source, number] {
  for (const source of sources) {
    if (row < source.rows) return [source, row];
    row -= source.rows;
  }
  return [sources[0]!, row];
}

export function buildInline(array: RawArray): BuiltArray {
  return { values: (array.from as From<'inline'>).values, width: rowSize(array) };
}

/** Arrays of a source as they are; with a test source, one after the other. */
export function buildArray({ from, span }: RawArray, sources: Sources): BuiltArray {
  const { array } = from as From<'array'>;
  const parts = sources.map((source) => {
    const arrays = arraysOf(source);
    const found = typeof array === 'number' ? arrays[array] : arrays.find(({ name }) => name === array);
    const known = arrays.map(({ name }) => name);
    return (
      found ??
      fail('missing-array', `${source.file} has no array ${array}; it has: ${known.join(', ')}.`, {
        file: source.file,
        span,
        known,
      })
    );
  });
  const [first, second] = parts;
  const width = first!.shape.reduce((a, b) => a * b, 1);
  if (!second) return { values: first!.values, width };
  const shapes = parts.map(({ shape }) => `[${shape.join(', ')}]`);
  if (shapes[0] !== shapes[1]) {
    const { file } = sources[1]!;
    fail('row-shape-mismatch', `Rows are ${shapes[0]} in ${sources[0]!.file}, but ${shapes[1]} in ${file}.`, {
      file,
    });
  }
  return { values: concatenate(first!.values, second.values), width };
}
function concatenate(a: ArrayLike<number>, b: ArrayLike<number>): ArrayLike<number> {
  const whole =
    a instanceof Uint8Array ? new Uint8Array(a.length + b.length) : new Float64Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}

/** A cell as a number; NaN when it is empty, text, or no finite number. */
export function cellNumber(cell: string): number {
  const value = cell.trim() ? Number(cell) : NaN;
  return Math.abs(value) < Infinity ? value : NaN;
}
/** What stands for a value that is not there: `fill` may fill it. Any other text is a mistake in the column. */
const missing = /^(?:|[?.-]|#?n\/?a|<na>|-?nan|null|none)$/i;

function cellProblem(table: TableSource, row: number, at: number, array: RawArray): DataProblem {
  const cell = table.cells[row * table.columns + at]!.trim();
  const column = table.header?.[at] ?? at;
  const where = `${rowText(table, row)}, column ${JSON.stringify(column)}`;
  const place = { ...placeOfRow(table, row), column, span: array.span };
  const name = typeof column === 'number' ? `raw[${column}]` : `raw.${column}`;
  const asked = array.from.kind === 'columns' ? array.name.slice(array.name.indexOf('.') + 1) : name;
  const help = missing.test(cell) ? `say what to put there: fill(${asked}, median)` : undefined;
  if (!cell) return { code: 'empty-cell', text: `${where} is empty.`, ...place, help };
  if (/^[-+]?(nan|inf)/i.test(cell)) {
    return { code: 'nan-in-data', text: `${where}: "${cell}" is not a finite number.`, ...place, help };
  }
  const words = { ...place, help: help ?? `if the column holds words, write category(${name})` };
  return { code: 'non-numeric-cell', text: `${where}: "${cell}" is not a number.`, ...words };
}

/** One numeric column, or several next to each other; empty cells are filled, if the program says how. */
export function buildColumns(
  array: RawArray,
  sources: Sources,
  train: Int32Array,
  learned: Learned[string] | undefined,
): BuiltArray {
  const from = array.from as From<'column' | 'columns'>;
  const width = from.kind === 'column' ? 1 : from.to - from.from;
  const tables = sources as readonly TableSource[];
  const values = new Float64Array(width * tables.reduce((sum, { rows }) => sum + rows, 0));
  const problems: DataProblem[] = [];
  const gaps: number[] = [];
  for (let k = 0; k < width; k++) {
    let to = k;
    let wrong = 0;
    for (const table of tables) {
      const at = columnIndex(table, from.kind === 'column' ? from.column : from.from + k);
      if (from.kind === 'columns' || typeof from.column === 'number') sameName(tables[0]!, table, at);
      for (let row = 0; row < table.rows; row++, to += width) {
        const cell = table.cells[row * table.columns + at]!;
        const value = cellNumber(cell);
        values[to] = value;
        if (value === value) continue;
        gaps.push(to);
        const fills = from.fill !== null && missing.test(cell.trim());
        if (!fills && !wrong++) problems.push(cellProblem(table, row, at, array));
      }
    }
  }
  if (problems.length) throw new DataError(problems);
  if (from.fill === null) return { values, width };
  const fill = learned?.fill ?? fillValues(values, width, train, from.fill);
  for (const at of gaps) values[at] = fill[at % width]!;
  return { values, width, learned: { fill } };
}
/** Columns asked for by position are the same ones in the test file. */
function sameName(first: TableSource, table: TableSource, at: number): void {
  const [name, other] = [first.header?.[at], table.header?.[at]];
  if (name === other || name === undefined || other === undefined) return;
  const { file } = table;
  const help = 'ask for columns by their names, or put them in one order';
  fail('bad-header', `Column ${at} is "${other}" in ${file}, "${name}" in ${first.file}.`, {
    file,
    column: other,
    help,
  });
}
/** Per column, of the training rows that have a value; 0 where none has. */
function fillValues(values: Float64Array, width: number, train: Int32Array, how: Fill): number[] {
  return Array.from({ length: width }, (_, k) => {
    if (typeof how === 'number') return how;
    const known = Float64Array.from(train, (row) => values[row * width + k]!).filter((v) => v === v);
    if (!known.length) return 0;
    if (how === 'mean') return known.reduce((a, b) => a + b, 0) / known.length;
    known.sort();
    const middle = known.length >> 1;
    return known.length % 2 ? known[middle]! : (known[middle - 1]! + known[middle]!) / 2;
  });
}

/** Text → its place in the vocabulary: the one given or learned before, else the sorted training values. */
export function buildCategory(
  array: RawArray,
  sources: Sources,
  train: Int32Array,
  learned: Learned[string] | undefined,
): BuiltArray {
  const from = array.from as From<'category'>;
  const cells = (sources as readonly TableSource[]).flatMap((table) => columnCells(table, from.column));
  return encodeCategory(array, cells, sources, train, learned);
}
export function columnCells(table: TableSource, column: string | number): string[] {
  const at = columnIndex(table, column);
  return Array.from({ length: table.rows }, (_, row) => table.cells[row * table.columns + at]!.trim());
}
export function encodeCategory(
  array: RawArray,
  cells: readonly string[],
  sources: Sources,
  train: Int32Array,
  learned: Learned[string] | undefined,
): BuiltArray {
  const { vocabulary: given } = array.from as From<'category'>;
  const vocabulary =
    given ??
    learned?.vocabulary ??
    [...new Set(Array.from(train, (row) => cells[row]!))].filter(Boolean).sort();
  const ids = new Map(vocabulary.map((name, id) => [name, id]));
  const values = Int32Array.from(cells, (cell, i) => {
    const id = ids.get(cell);
    if (id !== undefined) return id;
    const [source, row] = findRow(sources, i);
    const place = { ...placeOfRow(source, row), span: array.span, known: vocabulary };
    if (!cell) return fail('empty-cell', `${rowText(source, row)}: ${array.name} is empty.`, place);
    const known = vocabulary.slice(0, 10).join(', ') + (vocabulary.length > 10 ? ' …' : '');
    return fail(
      'unknown-category',
      `${rowText(source, row)}: "${cell}" is none of the known values: ${known}.`,
      place,
    );
  });
  if (array.below !== null && vocabulary.length > array.below) {
    const [source] = sources;
    fail(
      'label-out-of-range',
      `${source?.file}: ${array.field} has ${vocabulary.length} different values, but its type allows ${array.below}.`,
      { file: source?.file, span: array.span, known: vocabulary },
    );
  }
  return { values, width: 1, learned: { vocabulary } };
}

/** Finite; in int arrays whole, not negative, and below the bound. */
export function isAllowed({ type, below }: RawArray, value: number): boolean {
  const inside = below === null || (value >= 0 && value < below);
  return inside && (type.dtype === 'float' ? Math.abs(value) < Infinity : value % 1 === 0);
}

/** Every number finite; of int arrays whole, not negative, and below their bound. */
export function checkValues(array: RawArray, { values, width }: BuiltArray, sources: Sources): void {
  if (array.type.dtype === 'float' && values instanceof Uint8Array) return;
  const { below } = array;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (isAllowed(array, value)) continue;
    const [source, row] = findRow(sources, Math.floor(i / width));
    const where = source ? rowText(source, row) : `${array.name}, row ${row}`;
    const place = { ...(source && placeOfRow(source, row)), span: array.span };
    if (value - value !== 0) fail('nan-in-data', `${where}: ${array.field} is ${value}.`, place);
    const part = value % 1 === 0 ? '' : 'whole numbers ';
    const range = below === null ? 'whole numbers' : `${part}0 … ${below - 1}`;
    const help =
      value === below ? 'labels count from 0: where the file counts from 1, take 1 away' : undefined;
    const text = `${where}: ${array.field} is ${value}; its type allows ${range}.`;
    fail('label-out-of-range', text, { ...place, help });
  }
}
