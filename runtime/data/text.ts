import { tokenRule, type SourceRequest, type TokenRule } from '../../compiler/plan.ts';
import { readTextFile } from './gunzip.ts';
import type { ReadFile, TextSource } from './source.ts';

/** A column of text is padded with the first, begun and ended with the last two; unknown tokens are the second. */
export const specialTokens = ['<pad>', '<unk>', '<s>', '</s>'] as const;

/** `text("file", window = T + 1)`: the characters, that is code points, in order; with `words = true` the words. */
export async function readText({ paths, options }: SourceRequest, read: ReadFile): Promise<TextSource> {
  let text = '';
  for (const path of paths) text += await readTextFile(path, read);
  return textSource(text, paths[0]!, tokenRule(options));
}
export function textSource(text: string, file: string, rule: TokenRule): TextSource {
  const tokens = tokensOf(text, rule);
  const rows = typeof tokens === 'string' ? codePoints(tokens) : tokens.length;
  return { kind: 'text', rows, file, tokens };
}

/**
 * Characters; or words: letters and digits with apostrophes between them, names in `<>` such as `<unk>`, and every other
 * visible character by itself.
 */
export function tokensOf(text: string, { unit, lower }: TokenRule): string | readonly string[] {
  const cased = lower ? text.toLowerCase() : text;
  if (unit === 'character') return cased;
  return cased.match(/<\/?\w+>|[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*|\S/gu) ?? [];
}

/** A code unit beyond the first 65,536 characters, where two make one. */
const surrogate = /[\ud800-\udfff]/;

function codePoints(text: string): number {
  if (!surrogate.test(text)) return text.length;
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** The distinct characters, by code point. */
export function textVocabulary(tokens: Iterable<string>): string[] {
  if (typeof tokens === 'string' && !surrogate.test(tokens)) return codeUnits(tokens);
  return [...new Set(tokens)].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
}
/** The same where every code unit is a character. */
function codeUnits(text: string): string[] {
  const met = new Uint8Array(0x10000);
  for (let i = 0; i < text.length; i++) met[text.charCodeAt(i)] = 1;
  return [...met.keys()].filter((unit) => met[unit] === 1).map((unit) => String.fromCharCode(unit));
}

/** The tokens with a place of their own, then the others, most frequent first; of equals the first in code units. */
export function frequentTokens(
  tokens: Iterable<string>,
  special: readonly string[],
  max: number | null,
): string[] {
  const counts = new Map<string, number>();
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  for (const token of special) counts.delete(token);
  const byCount = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return [...special, ...byCount.map(([token]) => token)].slice(0, max ?? undefined);
}

/** All characters of a text, or its most frequent words. */
export function vocabularyOf(tokens: Iterable<string>, { unit, max }: TokenRule): string[] {
  return unit === 'word' ? frequentTokens(tokens, ['<unk>'], max) : textVocabulary(tokens);
}

/** The position of a token in a vocabulary; of one that is not in it that of `<unk>`, or −1. */
export function encoder(vocabulary: readonly string[]): (token: string) => number {
  const ids = new Map(vocabulary.map((token, id) => [token, id]));
  const unknown = ids.get('<unk>') ?? -1;
  return (token) => ids.get(token) ?? unknown;
}
