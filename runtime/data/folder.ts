import { fail } from '../fail.ts';
import { readTextFile } from './gunzip.ts';
import type { ReadFile, SourceArray, TableSource } from './source.ts';
import { columnIndex, parseTable } from './table.ts';

/** Rows that have a file each: what is known of them, and where the files are. */
export type FileRows = TableSource & { readonly places: readonly string[] };

/**
 * The files of a folder, in the order of their names; `class` is the folder within it that a file lies in. Or a single
 * file. Or a table with a column `file`, paths from where the table is, and whatever else it says of each.
 */
export async function fileRows(path: string, read: ReadFile): Promise<FileRows> {
  if (/\.[ct]sv(\.gz)?$/i.test(path)) return listedFiles(path, read);
  const single = /\.(png|wav)$/i.test(path);
  const folder = path.replace(single ? /\/?[^/]*$/ : /\/+$/, '');
  const listing = single ? path.slice(folder ? folder.length + 1 : 0) : decode(await read(`${folder}/`));
  const names = listing.split(/\r?\n/).filter((name) => name && !/(^|\/)[._]/.test(name));
  names.sort();
  if (!names.length) fail('empty-file', `The folder ${folder} holds no files.`, { file: folder });
  return {
    kind: 'table',
    rows: names.length,
    file: folder,
    header: ['class', 'file'],
    columns: 2,
    cells: names.flatMap((name) => [name.includes('/') ? name.slice(0, name.indexOf('/')) : '', name]),
    lines: names.map((_, i) => i + 1),
    places: names.map((name) => (folder && `${folder}/`) + name),
  };
}

async function listedFiles(path: string, read: ReadFile): Promise<FileRows> {
  const text = await readTextFile(path, read);
  const tabs = /\.tsv/i.test(path);
  const table = parseTable(text, path, tabs ? '\t' : ',', true, 0, !tabs);
  const at = columnIndex(table, 'file');
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const names = Array.from({ length: table.rows }, (_, row) => table.cells[row * table.columns + at]!.trim());
  return { ...table, places: names.map((name) => (name.startsWith('/') ? name : folder + name)) };
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** What each file holds, a few at a time: neither one waiting for the other nor all of them open. */
export async function readEach<T>(
  { places }: FileRows,
  read: ReadFile,
  decode: (bytes: Uint8Array, file: string) => T | Promise<T>,
): Promise<T[]> {
  const all: T[] = [];
  for (let from = 0; from < places.length; from += 32) {
    const some = places.slice(from, from + 32);
    all.push(...(await Promise.all(some.map(async (file) => decode(await read(file), file)))));
  }
  return all;
}

export function withArray(rows: FileRows, array: SourceArray): TableSource {
  return { ...rows, arrays: [array] };
}
