import { describe, expect, test } from 'vitest';
import { generateText } from '../../runtime/generate.ts';
import { predictRows } from '../../runtime/predict.ts';
import type { LoadedArray, Session } from '../../runtime/session.ts';
import { opened, type Running } from './harness.ts';

const files = { 'abcd.txt': 'abcdabcdbbaadcba'.repeat(20) };

/** A model of text: `body` gives scores [B, T, V] of `ids` [B, T]. */
const program = (body: string, { window = 6, before = '', dims = '' } = {}) => `
const file = "abcd.txt"
dim B, T = ${window}, H = 5${dims}
dim V = vocab(file)
data letters {
  train = text(file, window = T + 1)
  ids: int<V>[T + 1] = raw
}
${before}
model Next(ids: int<V>[B, T]) -> [B, T, V] {
  ${body}
}
train t {
  seed 3
  data d = letters
  net  = Next()
  loss = mean(cross_entropy(net(d.ids[:, 0:T]), d.ids[:, 1:T+1]))
  update net with sgd(0.1)
  batch B = 4
  steps 1
}`;

const rnn = `param emb: [V, H] ~ normal(1)
  param W: [H, H] ~ normal(1)
  param h0: [H] ~ normal(1)
  e = layer_norm()(emb[ids])
  scan t in T carry (h: [B, H] = h0) {
    h = tanh(e[:, t] + h @ W)
    emit hs: [B, T, H] = h
  }
  return hs |> dense(V)`;
const stacked = `param emb: [V, H] ~ normal(1)
  param W: [H, H] ~ normal(1)
  param U: [H, H] ~ normal(1)
  e = emb[ids]
  scan t in T carry (h: [B, H] = 0, c: [B, H] = 1) {
    c = 0.9 * c + e[:, t]
    repeat 2 carry (k: [B, H] = h) { k = tanh(k @ W + e[:, t]) }
    h = k * sigmoid(c)
    emit one: [B, T, H] = h
  }
  x = one + e |> dense(H) |> gelu
  scan s in T carry (g: [B, H] = 0) {
    g = tanh(x[:, s] + g @ U)
    emit two: [T, B, H] = g
  }
  return (rearrange(two, [T, B, H] -> [B, T, H]) + 1) |> dense(V)`;
const bigram = `param table: [V, V] ~ normal(1)
  return table[ids]`;

async function begun(text: string): Promise<Running> {
  const running = await opened(text, { files });
  await running.session.begin(running.session);
  return running;
}
const greedy = { temperature: 0, topK: 0, seed: 1, turn: 0 };

/** What the model makes of a window that begins with these tokens: the best after the last of them. */
async function bestAfter(s: Session, ids: readonly number[]): Promise<number> {
  const [array] = s.datasets[0]!.arrays as [LoadedArray];
  const values = Float64Array.from({ length: array.place.size }, (_, i) => ids[i] ?? 0);
  const { values: scores } = await predictRows(s, [{ ...array, values, width: array.place.size }], 1);
  const row = [...scores.subarray((ids.length - 1) * 4, ids.length * 4)];
  return row.indexOf(Math.max(...row));
}

describe('models whose loops carry all they know see one token at a time', () => {
  test.for([
    ['a loop with a learnt beginning', rnn, 1],
    ['loops over loops, and loops inside', stacked, 3],
    ['none at all', bigram, 0],
  ] as const)('%s: as the window has it, to the bit', async ([, body, carries]) => {
    const { session, plan } = await begun(program(body));
    expect(plan.generate[0]).toMatchObject({ window: 1 });
    expect(plan.generate[0]!.carries).toHaveLength(carries);
    for (const prompt of ['a', 'db', 'cca']) {
      const ids = [...prompt].map((letter) => 'abcd'.indexOf(letter));
      while (ids.length < 6) ids.push(await bestAfter(session, ids));
      const expected = ids.map((id) => 'abcd'[id]).join('');
      const n = 6 - prompt.length;
      expect(await generateText(session, plan.generate[0]!, { prompt, n, ...greedy })).toBe(expected);
    }
  });

  test('they remember what lies before the window', async () => {
    const counting = `param w: [] = 1
  seen = one_hot(ids, V)
  scan t in T carry (h: [B, V] = 0) {
    h = h + seen[:, t]
    emit hs: [B, T, V] = h
  }
  return w * hs`;
    const { session, plan } = await begun(program(counting, { window: 2 }));
    const say = (prompt: string) => generateText(session, plan.generate[0]!, { prompt, n: 3, ...greedy });
    expect(await say('bbba')).toBe('bbbabbb');
    expect(await say('dc')).toBe('dcccc'); // and begin anew with the next text
  });
});

describe('other models see the last tokens each time', () => {
  test.for([
    [
      'attention over positions',
      `param emb: [V, H] ~ normal(1)
  e = emb[ids]
  k = reshape(e, [B, S, H])
  a[b, t, s] = e[b, t, h] * k[b, s, h]
  p = softmax[S](where(causal(T, S), a, -inf))
  o[b, t, h] = p[b, t, s] * k[b, s, h]
  return o |> dense(V)`,
      ', S = T',
    ],
    [
      'a position table',
      `param emb: [V, H] ~ normal(1)
  param at: [T, H] ~ normal(1)
  return (emb[ids] + at) |> dense(V)`,
      '',
    ],
    [
      'the last state of a loop',
      `param emb: [V, H] ~ normal(1)
  e = emb[ids]
  scan t in T carry (h: [B, H] = 0) { h = tanh(h + e[:, t]) }
  return (e + reshape(h, [B, 1, H])) |> dense(V)`,
      '',
    ],
    [
      'from the end to the beginning',
      `param emb: [V, H] ~ normal(1)
  e = flip[T](emb[ids])
  scan t in T carry (h: [B, H] = 0) {
    h = tanh(h + e[:, t])
    emit hs: [B, T, H] = h
  }
  return hs |> dense(V)`,
      '',
    ],
    [
      'the turn as a number',
      `param emb: [V, H] ~ normal(1)
  e = emb[ids]
  scan t in T carry (h: [B, H] = 0) {
    h = tanh(h * t + e[:, t])
    emit hs: [B, T, H] = h
  }
  return hs |> dense(V)`,
      '',
    ],
    [
      'a mean over positions',
      `param emb: [V, H] ~ normal(1)
  e = emb[ids]
  return (e + mean[T](e, keep = true)) |> dense(V)`,
      '',
    ],
  ] as const)('%s', async ([, body, dims]) => {
    const { plan } = await begun(program(body, { dims }));
    expect(plan.generate[0]).toMatchObject({ window: 6, carries: null });
  });
});
