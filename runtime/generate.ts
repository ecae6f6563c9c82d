import { scalarMath } from '../compiler/ir/scalar-math.ts';
import type { GeneratedText, GeneratePlan } from '../compiler/plan.ts';
import { encoder, tokensOf } from './data/text.ts';
import { fail } from './fail.ts';
import { randomAt, streamOf } from './random.ts';
import { breathe, callEntry, readSlot, type Session, writeSlot } from './session.ts';

export interface GenerateOptions extends Omit<GeneratedText, 'model'> {
  /** The same seed and turn give the same text. */
  readonly seed: number;
  readonly turn: number;
}

/** What a caller may say: the rest is decided by `generateDefaults`. */
export interface GenerateSettings {
  /** Tokens after the prompt; default 200. */
  readonly n?: number | undefined;
  /** Scores are divided by it; default 1. At 0 always the best token. */
  readonly temperature?: number | undefined;
  /** Draw among so many best tokens; default 0: all. */
  readonly topK?: number | undefined;
  /** The same seed gives the same text; default that of the run. */
  readonly seed?: number | undefined;
}

/** The tokens after the prompt, one at a time, each drawn from the scores the model gives it; words with a space before. */
export async function* generateTokens(
  s: Session,
  plan: GeneratePlan,
  { prompt, n, temperature, topK, seed, turn }: GenerateOptions,
): AsyncGenerator<string, void, void> {
  const vocabulary = learnedVocabulary(s, plan);
  const ids = promptIds(prompt, plan, vocabulary);
  const stream = streamOf('generate');
  let seen = 0;
  for (let i = 0; i < n; i++) {
    const scores = await nextScores(s, plan, ids, seen, vocabulary.length);
    seen = ids.length;
    const id = pickToken(scores, temperature, topK, randomAt(seed, stream, turn, i));
    ids.push(id);
    yield plan.rule.unit === 'word' ? ` ${vocabulary[id]}` : vocabulary[id]!;
    if (performance.now() > s.pause) await breathe(s);
  }
}

/** The prompt and what comes after it. */
export async function generateText(
  s: Session,
  plan: GeneratePlan,
  options: GenerateOptions,
): Promise<string> {
  let text = options.prompt;
  for await (const token of generateTokens(s, plan, options)) text += token;
  return text;
}

/** What callers leave out is decided here: 200 tokens, drawn as the model scores them, by the seed of the run. */
export function generateDefaults(
  s: Session,
  prompt: string,
  { n = 200, temperature = 1, topK = 0, seed = s.seed }: GenerateSettings = {},
): GenerateOptions {
  return { prompt, n, temperature, topK, seed, turn: 0 };
}

/** Continues a text with the first model of the program that can. */
export function continueText(s: Session, prompt: string, options?: GenerateSettings): Promise<string> {
  return generateText(s, s.plan.generate[0]!, generateDefaults(s, prompt, options));
}

export function learnedVocabulary(s: Session, { array }: GeneratePlan): readonly string[] {
  return (
    s.learned[array]?.vocabulary ??
    fail('bad-checkpoint', 'the vocabulary is that of a run: train, or load one with its vocabulary')
  );
}

function promptIds(prompt: string, { rule }: GeneratePlan, vocabulary: readonly string[]): number[] {
  const idOf = encoder(vocabulary);
  const ids = Array.from(tokensOf(prompt, rule), (token) => {
    const id = idOf(token);
    return id < 0
      ? fail('unknown-token', `${JSON.stringify(token)} of the prompt is not in the vocabulary.`)
      : id;
  });
  return ids.length ? ids : fail('unknown-token', 'There is no token in an empty prompt.');
}

/** Scores of the token after `ids`, of which the first `seen` went through the model before. */
async function nextScores(
  s: Session,
  plan: GeneratePlan,
  ids: readonly number[],
  seen: number,
  count: number,
): Promise<number[]> {
  const { carries, window } = plan;
  if (carries === null) return scoresAfter(s, plan, ids.slice(-window), count);
  let scores: number[] = [];
  for (let i = seen; i < ids.length; i++) {
    const first = s.totals[`${plan.entry}/first`];
    if (first) writeSlot(s, first, 0, i ? 0 : 1);
    scores = await scoresAfter(s, plan, [ids[i]!], count);
    const { outputs } = s.entries[plan.entry]!;
    for (const name of carries) {
      const place = s.totals[name];
      if (!place) continue;
      const { size } = place;
      for (let k = 0; k < size; k++) writeSlot(s, place, k, readSlot(s, outputs[name]!, k));
    }
  }
  return scores;
}

/** The model sees these tokens from its first position on; the scores are those after the last one. */
async function scoresAfter(
  s: Session,
  plan: GeneratePlan,
  ids: readonly number[],
  count: number,
): Promise<number[]> {
  const { entry, input, output, window } = plan;
  const place = s.data[input]; // none, where the model turned out not to look at it
  if (place) for (let i = 0; i < window; i++) writeSlot(s, place, i, ids[i] ?? 0);
  for (const dim of s.entries[entry]!.dims) s.sizes[dim] = 1;
  const outputs = callEntry(s, entry, 0);
  if (s.remote) await s.remote.pull(Object.values(outputs));
  const scores = outputs[output]!;
  return Array.from({ length: count }, (_, k) => readSlot(s, scores, (ids.length - 1) * count + k));
}

/** By softmax of scores / temperature among the best `topK`; at temperature 0 the best, the first of equals. */
export function pickToken(scores: readonly number[], temperature: number, topK: number, u: number): number {
  const order = scores.map((_, id) => id).sort((a, b) => scores[b]! - scores[a]! || a - b);
  const best = order[0]!;
  if (temperature === 0) return best;
  const among = topK ? order.slice(0, topK) : order;
  const { exp } = scalarMath();
  const weights = among.map((id) => exp((scores[id]! - scores[best]!) / temperature));
  let left = u * weights.reduce((a, b) => a + b, 0);
  return among.find((_, i) => (left -= weights[i]!) < 0) ?? best;
}
