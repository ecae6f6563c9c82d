import type { SourceRequest } from '../../compiler/plan.ts';
import { fail } from '../fail.ts';
import { readTextFile } from './gunzip.ts';
import type { ReadFile, TableSource } from './source.ts';

/** One record of a quoted table, and where the next begins. */
interface QuotedRow {
  readonly cells: string[];
  readonly end: number;
}

/**
 * RFC 4180 beginning at `at`, for rows that hold a quote: separators and line ends inside quotes are text,
 * `""` is a quote. `end` is −1 when a quote is never closed.
 */
export function splitQuoted(text: string, at: number, separator: string): QuotedRow {
  const cells: string[] = [];
  for (;;) {
    let cell = '';
    if (text[at] === '"') {
      for (;;) {
        const close = text.indexOf('"', at + 1);
        if (close < 0) return { cells, end: -1 };
        cell += text.slice(at + 1, close);
        at = close + 1;
        if (text[at] !== '"') break;
        cell += '"';
      }
    }
    const from = at;
    while (at < text.length && text[at] !== separator && text[at] !== '\n') at++;
    cells.push((cell + text.slice(from, at)).replace(/\r$/, ''));
    if (text[at++] !== separator) return { cells, end: at };
  }
}

/**
 * Text → cells. Our own splitter, since emitted trainers carry it: rows without a quote, nearly all, are split
 * by the engine. Blank lines are passed over; the first `skip` lines are not looked at.
 */
export function parseTable(
  text: string,
  file: string,
  separator = ',',
  header = true,
  skip = 0,
  quotes = true,
): TableSource {
  let cells: string[] = [];
  const all: string[] = [];
  const lines: number[] = [];
  let names: string[] | null = null;
  let columns = 0;
  let line = 1;
  for (let at = 0, end = 0; at < text.length; at = end) {
    end = text.indexOf('\n', at) + 1 || text.length + 1;
    const row = text.slice(at, end - 1);
    let next = line + 1;
    if (line > skip && row.trim()) {
      if (quotes && row.includes('"')) {
        const quoted = splitQuoted(text, at, separator);
        if (quoted.end < 0) fail('bad-row', `${file}:${line}: a quote is never closed.`, { file, line });
        cells = quoted.cells;
        end = quoted.end;
        next = line + text.slice(at, end - 1).split('\n').length;
      } else cells = row.replace(/\r$/, '').split(separator);
      columns ||= cells.length;
      if (cells.length !== columns) {
        const text = `${file}:${line} has ${cells.length} cells, but the first row has ${columns}.`;
        fail('bad-row', text, { file, line });
      }
      if (header && !names) names = cells.map((name) => name.trim());
      else {
        for (const cell of cells) all.push(cell);
        lines.push(line);
      }
    }
    line = next;
  }
  if (!lines.length) fail('empty-file', `${file} has no rows.`, { file });
  if (names?.every((name) => name && isFinite(Number(name)))) {
    fail('bad-header', `${file}: the first line holds numbers, no column names.`, {
      file,
      line: lines[0]! - 1,
    });
  }
  return { kind: 'table', rows: lines.length, file, header: names, columns, cells: all, lines };
}

/**
 * `csv("file", header = true, skip = 0, separator = ",")`, `tsv(…)`; gzip or not. A tsv cell may hold no tab and no line
 * end, so it needs no quotes, and a quote in it is text (IANA text/tab-separated-values).
 */
export async function readTable(request: SourceRequest, read: ReadFile): Promise<TableSource> {
  const path = request.paths[0]!;
  return tableOf(await readTextFile(path, read), path, request);
}
/** A text laid out as that of a source. */
export function tableOf(text: string, file: string, { call, options }: SourceRequest): TableSource {
  const tabs = call === 'tsv';
  const { separator = tabs ? '\t' : ',', header = true, skip = 0 } = options;
  return parseTable(text, file, String(separator), Boolean(header), Number(skip), !tabs);
}

/** The position of a column asked for by header name or position. */
export function columnIndex(table: TableSource, column: string | number): number {
  const { header, columns, file } = table;
  const at = typeof column === 'number' ? column : (header ?? []).indexOf(column);
  const known = header ?? [];
  const place = { file, column, known };
  if (at < 0 || at >= columns) {
    const has = header ? header.join(', ') : `${columns} columns without names`;
    fail('missing-column', `${file} has no column ${JSON.stringify(column)}; it has: ${has}.`, place);
  }
  if (typeof column === 'string' && known.lastIndexOf(column) !== at) {
    fail('bad-header', `${file} has two columns named "${column}".`, { ...place, line: 1 });
  }
  return at;
}
