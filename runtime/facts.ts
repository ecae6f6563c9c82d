import {
  tokenRule,
  type ArrayFact,
  type Facts,
  type SourceFact,
  type SourceRequest,
} from '../compiler/plan.ts';
import { columnCells } from './data/arrays.ts';
import { hostParts, type HostRows, type HostSplits } from './data/host.ts';
import { readUnzipped } from './data/gunzip.ts';
import type { ReadFile, Source, SourceArray, TableSource } from './data/source.ts';
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
  const { call, id, paths } = request;
  const contents = await Promise.all(paths.map((path) => readUnzipped(path, read)));
  const hash = await sha256(contents.length ? (await Promise.all(contents.map(sha256))).join() : id);
  if (call === 'classes') {
    const table = await readTable(tableRequest(request), read);
    const column = request.options['column'] as string | number;
    return { kind: 'classes', names: classNames(table, column), hash };
  }
  if (call === 'vocab') return vocabularyFact(request, read, hash);
  return sourceFact(await readSource(request, read, 0), request, hash);
}

/** Of a text: its characters, or its words; of a column of text: its words, or its characters, after the special ones. */
async function vocabularyFact(request: SourceRequest, read: ReadFile, hash: string): Promise<SourceFact> {
  const { column, characters = false, ...options } = request.options;
  if (column === undefined) {
    const { tokens, rows } = await readText(request, read);
    return { kind: 'text', vocabulary: vocabularyOf(tokens, tokenRule(options)), length: rows, hash };
  }
  const rule = tokenRule({ ...options, words: !characters });
  const cells = columnCells(await readTable(tableRequest(request), read), column as string | number);
  const tokens = cells.flatMap((cell) => [...tokensOf(cell, rule)]);
  return {
    kind: 'text',
    vocabulary: frequentTokens(tokens, specialTokens, rule.max),
    length: tokens.length,
    hash,
  };
}

/** Facts name a file, not how it is laid out: a tsv file is known by its name. */
function tableRequest(request: SourceRequest): SourceRequest {
  const tabs = /\.tsv(\.gz)?$/i.test(request.paths[0]!);
  return tabs ? { ...request, call: 'tsv' } : request;
}

/** The distinct values of a text column, sorted; empty cells are no class. */
export function classNames(table: TableSource, column: string | number): string[] {
  return [...new Set(columnCells(table, column))].filter(Boolean).sort();
}

function sourceFact(source: Source | null, { options }: SourceRequest, hash: string): SourceFact {
  if (!source) return { kind: 'arrays', arrays: [], rows: 0, hash };
  const { rows } = source;
  switch (source.kind) {
    case 'table':
      return {
        kind: 'table',
        header: source.header,
        columns: source.columns,
        ...(source.arrays && { arrays: source.arrays.map(arrayFact) }),
        rows,
        hash,
      };
    case 'text':
      return {
        kind: 'text',
        vocabulary: vocabularyOf(source.tokens, tokenRule(options)),
        length: rows,
        hash,
      };
    case 'arrays':
      return { kind: 'arrays', arrays: source.arrays.map(arrayFact), rows, hash };
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
