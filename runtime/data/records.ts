import type { SourceRequest } from '../../compiler/plan.ts';
import { fail } from '../fail.ts';
import { readTextFile } from './gunzip.ts';
import type { ReadFile, SourceArray, TableSource } from './source.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * Records as a table: what is a number or text in the first record that has it is a column, what is a list of numbers
 * a column of arrays. true is 1, false 0, null or a missing key an empty cell. Other values are left aside. With `pad`
 * lists may be of any length: they are cut there or filled with zeros, and `<name>_mask` is 1 where they had values.
 */
export function recordTable(
  records: readonly Json[],
  file: string,
  lines: readonly number[],
  pad = 0,
): TableSource {
  const first = new Map<string, unknown>();
  for (const record of records) {
    for (const key of Object.keys(record)) first.set(key, first.get(key) ?? record[key]);
  }
  const bad = (row: number, key: string, why: string): never => {
    const line = lines[row]!;
    return fail('bad-row', `${file}:${line}: "${key}" ${why}.`, { file, line, column: key });
  };
  const cellText = (value: unknown, key: string, row: number): string => {
    if (typeof value === 'object' && value !== null) bad(row, key, 'is a list or a record here, not before');
    return value === null || value === undefined ? '' : String(typeof value === 'boolean' ? +value : value);
  };
  const arrayColumns = (key: string): SourceArray[] => {
    const [length = 0, ...inner] = shapeOf(first.get(key));
    const shape = [pad || length, ...inner];
    const size = inner.reduce((a, b) => a * b, 1);
    const width = shape[0]! * size;
    const values = new Float64Array(records.length * width);
    const mask = new Uint8Array(pad && records.length * pad);
    records.forEach((record, row) => {
      const value = record[key];
      if (!isNumbers(value)) bad(row, key, 'is no list of numbers');
      const own = shapeOf(value);
      if (!pad && own.join() !== shape.join()) {
        bad(row, key, `has the shape [${own.join(', ')}], before it was [${shape.join(', ')}]`);
      }
      const flat = (value as unknown[]).flat(Infinity) as number[];
      if (flat.length !== own[0]! * size || flat.some((x) => typeof x !== 'number')) {
        bad(row, key, 'is ragged, or holds something else than numbers');
      }
      values.set(flat.slice(0, width), row * width);
      if (pad) mask.fill(1, row * pad, row * pad + Math.min(pad, own[0]!));
    });
    const column = { name: key, shape, dtype: 'float', values } as const;
    return pad ? [column, { name: `${key}_mask`, shape: [pad], dtype: 'float', values: mask }] : [column];
  };
  const keys = (wanted: (value: unknown) => boolean) =>
    [...first.keys()].filter((key) => wanted(first.get(key)));
  const header = keys((value) => typeof value !== 'object' || value === null);
  return {
    kind: 'table',
    rows: records.length,
    file,
    header,
    columns: header.length,
    cells: records.flatMap((record, row) => header.map((key) => cellText(record[key], key, row))),
    lines,
    arrays: keys(isNumbers).flatMap(arrayColumns),
  };
}

function isNumbers(value: unknown): boolean {
  return Array.isArray(value) && (typeof value[0] === 'number' || isNumbers(value[0]));
}
/** By the first element of each level. */
function shapeOf(value: unknown): number[] {
  return Array.isArray(value) ? [value.length, ...shapeOf(value[0])] : [];
}

/** `jsonl("file", pad = 50)`: one JSON record a line. */
export async function readJsonl(request: SourceRequest, read: ReadFile): Promise<TableSource> {
  const file = request.paths[0]!;
  const text = await readTextFile(file, read);
  const records: Json[] = [];
  const lines: number[] = [];
  text.split('\n').forEach((row, i) => {
    if (!row.trim()) return;
    const line = i + 1;
    let record: unknown;
    try {
      record = JSON.parse(row);
    } catch (error) {
      fail('bad-row', `${file}:${line} is not JSON: ${(error as Error).message}.`, { file, line });
    }
    if (typeof record !== 'object' || record === null || Array.isArray(record)) {
      fail('bad-row', `${file}:${line} is no record: write {"name": value, …}.`, { file, line });
    }
    records.push(record as Json);
    lines.push(line);
  });
  if (!records.length) fail('empty-file', `${file} has no rows.`, { file });
  return recordTable(records, file, lines, Number(request.options['pad'] ?? 0));
}
