import {
  tokenRule,
  type ArrayFact,
  type Facts,
  type SourceFact,
  type SourceRequest,
} from '../compiler/plan.ts';
import { columnCells } from './data/arrays.ts';
import { hostParts, type HostRows, type HostSplits } from './data/host.ts';
import { fileRows } from './data/folder.ts';
import type { ReadFile, Source, SourceArray, TableSource } from './data/source.ts';
import { readJsonl } from './data/records.ts';
import { readTable } from './data/table.ts';
import { frequentTokens, readText, specialTokens, tokensOf, vocabularyOf } from './data/text.ts';
import { readSource } from './dataset.ts';
import { DataError, type DataProblem } from './fail.ts';
import { sha256 } from './hash.ts';

/**
 * What compilation has to know of the data, read before it. All requests are tried: every file that is missing
 * or damaged is reported at once. `provided`: arrays handed in, by data block.
 */
export async function readFacts(
  requests: readonly SourceRequest[],
  read: ReadFile,
  provided: Readonly<Record<string, HostRows | HostSplits>> = {},
): Promise<Facts> {
  const facts: Record<string, SourceFact> = {};
  const problems: DataProblem[] = [];
  const bytes = new Map<string, Promise<Uint8Array>>();
  const readOnce: ReadFile = (path) => {
    const found = bytes.get(path) ?? read(path);
    bytes.set(path, found);
    return found;
  };
  for (const request of requests) {
    if (facts[request.id]) continue;
    try {
      const given = provided[request.id] ?? provided[String(request.options['block'])];
      facts[request.id] = given ? hostFact(given) : await readFact(request, readOnce);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      problems.push(...error.diagnostics.map((d) => ({ ...d, span: d.span ?? request.span })));
    }
  }
  if (problems.length) throw new DataError(problems);
  return facts;
}

async function readFact(request: SourceRequest, read: ReadFile): Promise<SourceFact> {
  const hashes: Promise<string>[] = [];
  const hashing: ReadFile = async (path) => {
    const bytes = await read(path);
    hashes.push(sha256(bytes));
    return bytes;
  };
  const fact = await factOf(request, hashing);
  return { ...fact, hash: await sha256(hashes.length ? (await Promise.all(hashes)).join() : request.id) };
}

type Unhashed<Fact> = Fact extends SourceFact ? Omit<Fact, 'hash'> : never;
async function factOf(request: SourceRequest, read: ReadFile): Promise<Unhashed<SourceFact>> {
  if (request.call === 'vocab') return vocabularyFact(request, read);
  if (request.call !== 'classes') return sourceFact(await readSource(request, read, 0), request);
  const { column = 'class' } = request.options;
  return { kind: 'classes', names: classNames(await readColumns(request, read), column as string | number) };
}

/** Of a text: its characters, or its words; of a column of text: its words, or its characters, after the special ones. */
async function vocabularyFact(request: SourceRequest, read: ReadFile): Promise<Unhashed<SourceFact>> {
  const { column, characters = false, ...options } = request.options;
  if (column === undefined) {
    const { tokens, rows } = await readText(request, read);
    return { kind: 'text', vocabulary: vocabularyOf(tokens, tokenRule(options)), length: rows };
  }
  const rule = tokenRule({ ...options, words: !characters });
  const cells = columnCells(await readColumns(request, read), column as string | number);
  const tokens = cells.flatMap((cell) => [...tokensOf(cell, rule)]);
  return { kind: 'text', vocabulary: frequentTokens(tokens, specialTokens, rule.max), length: tokens.length };
}

/** Facts name a file, not how it is laid out: that is known by its name. What has no ending is a folder. */
async function readColumns(request: SourceRequest, read: ReadFile): Promise<TableSource> {
  const path = request.paths[0]!;
  const ending = /\.(\w+?)(\.gz)?$/.exec(path)?.[1]?.toLowerCase();
  if (ending === undefined) return fileRows(path, read);
  if (ending === 'jsonl' || ending === 'ndjson') return readJsonl(request, read);
  return readTable(ending === 'tsv' ? { ...request, call: 'tsv' } : request, read);
}

/** The distinct values of a text column, sorted; empty cells are no class. */
export function classNames(table: TableSource, column: string | number): string[] {
  return [...new Set(columnCells(table, column))].filter(Boolean).sort();
}

function sourceFact(source: Source | null, { options }: SourceRequest): Unhashed<SourceFact> {
  if (!source) return { kind: 'arrays', arrays: [], rows: 0 };
  const { rows } = source;
  switch (source.kind) {
    case 'table': {
      const { header, columns } = source;
      const arrays = source.arrays && { arrays: source.arrays.map(arrayFact) };
      return { kind: 'table', header, columns, ...arrays, rows };
    }
    case 'text':
      return { kind: 'text', vocabulary: vocabularyOf(source.tokens, tokenRule(options)), length: rows };
    case 'arrays':
      return { kind: 'arrays', arrays: source.arrays.map(arrayFact), rows };
  }
}
function arrayFact({ name, shape, dtype }: SourceArray): ArrayFact {
  return { name, shape, dtype };
}

/** Nested arrays say their shapes; flat ones are one number per row. Whole numbers alone make no int array. */
function hostFact(given: HostRows | HostSplits): SourceFact {
  const [train] = hostParts(given);
  const arrays = Object.entries(train!).map(([name, array]) => {
    const shape: number[] = [];
    for (let at: unknown = array[0]; Array.isArray(at); at = at[0]) shape.push(at.length);
    const int =
      ArrayBuffer.isView(array) && !(array instanceof Float32Array || array instanceof Float64Array);
    return { name, shape, dtype: int ? ('int' as const) : ('float' as const) };
  });
  return { kind: 'arrays', arrays, rows: Object.values(train!)[0]?.length ?? 0, hash: 'arrays' };
}
