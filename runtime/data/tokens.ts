import type { RawArray, RawSource } from '../../compiler/plan.ts';
import { fail } from '../fail.ts';
import type { Learned } from '../session.ts';
import { type BuiltArray, columnCells, findRow, type Sources } from './arrays.ts';
import { placeOfRow, rowText, type TableSource } from './source.ts';
import { encoder, frequentTokens, specialTokens, tokensOf, vocabularyOf } from './text.ts';

type From<Kind extends RawSource['kind']> = Extract<RawSource, { kind: Kind }>;

/** Token ids, one per row; a sample is a window of them. Characters are those of all training text, words of its rows. */
export function buildWindow(
  array: RawArray,
  sources: Sources,
  train: Int32Array,
  learned: Learned[string] | undefined,
): BuiltArray {
  const { rule, vocabulary: given } = array.from as From<'window'>;
  const texts = sources.map((source) => (source.kind === 'text' ? source.tokens : []));
  const max = cap(rule.max, array.below);
  const vocabulary =
    given ??
    learned?.vocabulary ??
    vocabularyOf(rule.unit === 'word' ? texts[0]!.slice(0, train.length) : texts[0]!, { ...rule, max });
  const idOf = encoder(vocabulary);
  const values = new Int32Array(sources.reduce((sum, { rows }) => sum + rows, 0));
  let count = 0;
  for (const text of texts) {
    for (const token of text) {
      const id = idOf(token);
      if (id < 0) {
        const { file } = findRow(sources, count)[0];
        const what = `the character ${JSON.stringify(token)}`;
        fail('unknown-category', `${file}: ${what} is not in the vocabulary.`, { file, span: array.span });
      }
      values[count++] = id;
    }
  }
  return { values, width: 1, learned: { vocabulary } };
}

/** `words(raw.text)`, `characters(raw.name)` */
export function buildTokens(
  array: RawArray,
  sources: Sources,
  train: Int32Array,
  learned: Learned[string] | undefined,
): BuiltArray {
  const { column } = array.from as From<'tokens'>;
  const cells = (sources as readonly TableSource[]).flatMap((table) => columnCells(table, column));
  return encodeCells(array, cells, sources, train, learned);
}
export function encodeCells(
  array: RawArray,
  cells: readonly string[],
  sources: Sources,
  train: Int32Array,
  learned: Learned[string] | undefined,
): BuiltArray {
  const { rule, length, ends, vocabulary: given } = array.from as From<'tokens'>;
  const texts = cells.map((cell) => [...tokensOf(cell, rule)]);
  const max = cap(rule.max, array.below);
  const vocabulary =
    given ?? learned?.vocabulary ?? frequentTokens(trained(texts, train), specialTokens, max);
  const idOf = encoder(vocabulary);
  const values = new Int32Array(cells.length * length);
  texts.forEach((tokens, i) => {
    if (!tokens.length) {
      const [source, row] = findRow(sources, i);
      const place = { ...placeOfRow(source, row), span: array.span };
      fail('empty-cell', `${rowText(source, row)}: ${array.name} holds no text.`, place);
    }
    const kept = tokens.slice(0, ends ? length - 2 : length);
    values.set((ends ? ['<s>', ...kept, '</s>'] : kept).map(idOf), i * length);
  });
  return { values, width: length, learned: { vocabulary } };
}
function* trained(texts: readonly (readonly string[])[], train: Int32Array): Generator<string> {
  for (const row of train) yield* texts[row]!;
}
/** `int<V>` with a number of one's own: as many tokens as it allows. */
function cap(max: number | null, below: number | null): number | null {
  return max === null || below === null ? (max ?? below) : Math.min(max, below);
}
