import type { SourceRequest } from '../../compiler/plan.ts';
import { readUnzipped } from './gunzip.ts';
import type { ReadFile, TextSource } from './source.ts';

/** `text("file", window = T + 1)`: the file's characters, that is code points, in order. */
export async function readText(request: SourceRequest, read: ReadFile): Promise<TextSource> {
  let text = '';
  for (const path of request.paths) text += new TextDecoder().decode(await readUnzipped(path, read));
  let rows = 0;
  for (const _ of text) rows++;
  return { kind: 'text', rows, file: request.paths[0]!, text };
}

/** The distinct characters, by code point. */
export function textVocabulary(text: string): string[] {
  return [...new Set(text)].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
}

/** Positions in the vocabulary; −1 for a character that is not in it. */
export function encodeText(text: string, vocabulary: readonly string[]): Int32Array {
  const ids = new Map(vocabulary.map((character, id) => [character, id]));
  const tokens = new Int32Array(text.length);
  let count = 0;
  for (const character of text) tokens[count++] = ids.get(character) ?? -1;
  return tokens.subarray(0, count);
}
