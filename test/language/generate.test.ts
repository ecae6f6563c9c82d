import { describe, expect, test } from 'vitest';
import { generateText, pickToken } from '../../runtime/generate.ts';
import { codes, said, trained, type Options } from './harness.ts';

const text = 'abcd'.repeat(50);
const options: Options = { files: { 'abcd.txt': text } };

/** A model that knows: after a comes b, then c, then d, then a. Its scores do not depend on training. */
const program = (report: string, score = '0') => `
const file = "abcd.txt"
dim B, T = 3
dim V = vocab(file)
data letters {
  train = text(file, window = T + 1)
  ids: int<V>[T + 1] = raw
}
model Next(ids: int<V>[B, T]) -> [B, T, V] {
  param w: [] = 1
  return w * (${score})
}
train t {
  seed 3
  data d = letters(valid = 0.2)
  net  = Next()
  loss = mean(cross_entropy(net(d.ids[:, 0:T]), d.ids[:, 1:T+1]))
  update net with sgd(0)
  batch B = 4
  steps 2
  ${report}
}`;
const cyclic = 'one_hot(i32(f32(ids) + 1 - V * f32(ids == V - 1)), V) * 50';

describe('generate', () => {
  test('continues a prompt, shorter or longer than the window', async () => {
    const { events } = await trained(
      program(
        'print generate(net, "a", n = 9)\n  print "says", generate(net, "cdabcd", n = 2, temperature = 0)',
        cyclic,
      ),
      options,
    );
    expect(events.flatMap((e) => (e.kind === 'print' ? [e.text] : []))).toEqual([
      'abcdabcdab',
      'says cdabcdab',
    ]);
  });

  test('is drawn by the seed and the step: the same again, another at another step', async () => {
    const of = async (seed: number) => {
      const { events } = await trained(
        program('every 1 steps { print generate(net, "a", n = 30) }', 'zeros([B, T, V])'),
        {
          ...options,
          set: { seed },
        },
      );
      return events.flatMap((e) => (e.kind === 'print' ? [e.text] : []));
    };
    const [first, second] = await of(1);
    expect(first).not.toBe(second);
    expect(await of(1)).toEqual([first, second]);
    expect((await of(2))[0]).not.toBe(first);
    // Four letters alike: none is left out in thirty.
    expect([...new Set(first)].toSorted()).toEqual(['a', 'b', 'c', 'd']);
  });

  test('the model sees the last T tokens, left-aligned, and scores after the last of them count', async () => {
    // The score of a letter is how often it is in the window so far: after "aab" an a, whatever was before.
    const counting = program('print generate(net, "bbbaab", n = 1, temperature = 0)')
      .replace('dim B, T = 3', 'dim B, T = 3, S = T')
      .replace(
        /return w .*/,
        `seen  = f32(causal(T, S))
  there = reshape(one_hot(ids, V), [B, S, V])
  counts[b, t, v] = seen[t, s] * there[b, s, v]
  return w * counts`,
      );
    const { events } = await trained(counting, options);
    expect(events.flatMap((e) => (e.kind === 'print' ? [e.text] : []))).toEqual(['bbbaaba']);
  });

  test('a prompt of unknown characters, at run time', async () => {
    const { session, plan } = await trained(program('', cyclic), options);
    const how = { n: 1, temperature: 1, topK: 0, seed: 1, turn: 0 };
    await expect(generateText(session, plan.generate[0]!, { prompt: 'abx', ...how })).rejects.toThrow(
      '"x" of the prompt',
    );
    await expect(generateText(session, plan.generate[0]!, { prompt: '', ...how })).rejects.toThrow(
      'empty prompt',
    );
  });

  test.for([
    ['print generate(z, "a")', 'unknown-name'],
    ['print generate(loss, "a")', 'no-text-model'],
    ['print generate(net)', 'missing-argument'],
    ['print generate(net, 3)', 'type-mismatch'],
    ['print generate(net, "")', 'type-mismatch'],
    ['print generate(net, "xyz")', 'unknown-token'],
    ['print generate(net, "a", n = 0)', 'type-mismatch'],
    ['print generate(net, "a", temperature = -1)', 'type-mismatch'],
    ['print generate(net, "a", topk = 3)', 'unknown-argument'],
    ['text = generate(net, "a")', 'misplaced-statement'],
  ])('%s: %s', async ([report, code]) => {
    expect(await codes(program(report!, cyclic), options)).toEqual([code]);
  });

  test('a model that gives no scores of the next token', async () => {
    const source = program('print generate(net, "a")', cyclic)
      .replace('-> [B, T, V]', '-> [B, V]')
      .replace('return w * (', 'return mean[T](w * (')
      .replace('* 50)', '* 50))')
      .replace('d.ids[:, 1:T+1]', 'd.ids[:, T]');
    expect(await said(source, options)).toEqual(['no-text-model: `net` is no model that continues text.']);
  });
});

describe('drawing a token', () => {
  const scores = [1, 3, 2, 3];
  test('at temperature 0 the best, the first of equals', () => {
    expect([0, 0.5, 0.999].map((u) => pickToken(scores, 0, 0, u))).toEqual([1, 1, 1]);
  });
  test('by softmax: the share of u that falls to a token is its probability', () => {
    const total = scores.reduce((sum, s) => sum + Math.exp(s / 2), 0);
    const counts = [0, 0, 0, 0];
    const n = 20_000;
    for (let i = 0; i < n; i++) counts[pickToken(scores, 2, 0, (i + 0.5) / n)]!++;
    counts.forEach((count, id) => expect(count / n).toBeCloseTo(Math.exp(scores[id]! / 2) / total, 3));
  });
  test('among the best k only', () => {
    const drawn = new Set(Array.from({ length: 100 }, (_, i) => pickToken(scores, 1, 2, i / 100)));
    expect(drawn).toEqual(new Set([1, 3]));
    expect(pickToken([0, 0], 1, 9, 0.999999)).toBe(1);
  });
});

test('words are joined by spaces; those that are not known count as <unk>', async () => {
  const source = `dim B, T = 2
const file = "rhyme.txt"
dim V = vocab(file, words = true)
data rhyme {
  train = text(file, window = T + 1, words = true)
  ids: int<V>[T + 1] = raw
}
model Next(ids: int<V>[B, T]) -> [B, T, V] {
  param table: [V, V] ~ normal(0.01)
  return table[ids]
}
train t {
  data d = rhyme
  net  = Next()
  loss = mean(cross_entropy(net(d.ids[:, 0:T]), d.ids[:, 1:T+1]))
  update net with sgd(5)
  batch B = 8
  steps 60
  print generate(net, "Row, row", n = 3, temperature = 0)
  print generate(net, "unheard of row", n = 1, temperature = 0)
}`;
  const files = { 'rhyme.txt': 'row , boat your '.repeat(30) };
  const { events } = await trained(source, { files });
  expect(events.flatMap((e) => (e.kind === 'print' ? [e.text] : []))).toEqual([
    'Row, row , boat your',
    'unheard of row ,',
  ]);
});
