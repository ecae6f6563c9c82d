import { describe, expect, test } from 'vitest';
import type { Backend } from '../../compiler/backends/backend.ts';
import { js } from '../../compiler/backends/js/backend.ts';
import { wasm } from '../../compiler/backends/wasm/backend.ts';
import { readBytes } from '../../dsl/bytes.ts';
import { openSession } from '../../runtime/open.ts';
import { fetchTensors } from '../../runtime/session.ts';
import { train } from '../../runtime/train.ts';
import { compiled, compileText, params, reader } from './harness.ts';

/** Rows of words, and a class of each word. */
const words = Array.from({ length: 12 }, (_, row) =>
  Array.from({ length: 9 }, (_, t) => (row * 7 + t * t * 3) % 5),
);
const data = `
const V = 5
dim B, T = 8, S = T, E = 16
data rows { ids: int<5>[9] = ${JSON.stringify(words)} }
`;
const training = `
train run {
  seed 3
  data d = rows
  net  = Net()
  loss = mean(cross_entropy(net(d.ids[:, 0:T]), d.ids[:, 1:T+1]))
  update net with adam(1e-2, clip_norm = 1)
  batch B = 12
  steps 6
}
`;
const programs = {
  mlp: `${data}
model Net(ids: int<V>[B, T]) -> [B, T, V] {
  param e: [V, E] ~ normal(0.5)
  h = e[ids] |> dense(64) |> gelu |> dropout(0.2) |> dense(64) |> gelu |> dropout(0.2) |> dense(64) |> gelu
  return h |> dense(V)
}${training}`,
  lstm: `${data}
model Net(ids: int<V>[B, T]) -> [B, T, V] {
  param e: [V, E] ~ normal(0.5)
  param U: [E, 4*E] ~ normal(0.2)
  x = e[ids] |> dense(4*E)
  scan t in T carry (h: [B, E] = 0, c: [B, E] = 0) {
    i, f, g, o = split(x[:, t] + h @ U, 4)
    c = sigmoid(f + 1) * c + sigmoid(i) * tanh(g)
    h = sigmoid(o) * tanh(c)
    emit hs: [B, T, E] = h
  }
  return hs |> gelu |> layer_norm |> dense(4*E) |> gelu |> dense(V)
}${training}`,
  transformer: `${data}
layer Block()(x: [B, T, E]) -> [B, T, E] {
  n = x |> layer_norm
  q, k, v = split(n |> dense(3*E), 3)
  k = rearrange(k, [B, S, E] -> [B, S, E])
  v = rearrange(v, [B, S, E] -> [B, S, E])
  s[b, t, j] = q[b, t, d] * k[b, j, d] / 4
  a = softmax[S](where(causal(T, S), s, -inf)) |> dropout(0.1)
  o[b, t, d] = a[b, t, j] * v[b, j, d]
  x = x + (o |> dense(E))
  return x + (x |> layer_norm |> dense(4*E) |> gelu |> dense(E) |> dropout(0.1))
}
model Net(ids: int<V>[B, T]) -> [B, T, V] {
  param e: [V, E] ~ normal(0.5)
  h = e[ids]
  repeat 2 { h = h |> Block() }
  return h |> layer_norm |> dense(V)
}${training}`,
};

type Good = Awaited<ReturnType<typeof compiled>>;

async function trainedOn({ launch, name }: Backend, { plan, program }: Good) {
  const launched = launch(program);
  const session = await openSession({ plan, launched: await launched, target: name, read: reader({}) });
  const losses: number[] = [];
  for await (const event of train(session, { stepEvents: 1 }))
    if (event.kind === 'step') losses.push(event.quantities['loss']!);
  await fetchTensors(session);
  return { losses, params: params(session) };
}

/** The figure a limit that nothing meets is refused with. */
async function leastOf(text: string): Promise<number> {
  const { diagnostics } = await compileText(text, { maxMemory: 1 });
  const said = diagnostics.find(({ code }) => code === 'memory-limit')!;
  return readBytes(/at least (.*) are needed/.exec(said.message)![1]!)!;
}

describe.each(Object.entries(programs))('%s', (_, text) => {
  test('takes at most the memory it may, and trains to the same bits', async () => {
    const free = await compiled(text);
    const least = await leastOf(text);
    expect(least).toBeLessThan(0.95 * free.program.arenaBytes);
    const expected = await trainedOn(js, free);
    const limited = await compiled(text, { maxMemory: least });
    expect(limited.program.arenaBytes).toBeLessThanOrEqual(least);
    for (const backend of [js, wasm]) expect(await trainedOn(backend, limited)).toEqual(expected);
  }, 120_000);
});

test('a limit that is no obstacle changes nothing', async () => {
  const free = await compiled(programs.mlp);
  expect((await compiled(programs.mlp, { maxMemory: 1e9 })).program).toEqual(free.program);
}, 120_000);

test('the batch that is proposed fits', async () => {
  const { program } = await compiled(programs.transformer);
  const maxMemory = Math.floor(program.arenaBytes / 3);
  const { diagnostics } = await compileText(programs.transformer, { maxMemory });
  const { code, help } = diagnostics.at(-1)!;
  expect([code, help]).toEqual([
    'memory-limit',
    expect.stringMatching(/^`batch B = \d+` takes \d+ (B|KiB)$/),
  ]);
  const batch = Number(/B = (\d+)/.exec(help!)![1]);
  expect(
    (await compiled(programs.transformer, { maxMemory, set: { batch } })).program.arenaBytes,
  ).toBeLessThanOrEqual(maxMemory);
}, 120_000);

test.each([
  ['64MB', 64e6],
  ['64 MiB', 64 * 2 ** 20],
  ['1.5gib', 1.5 * 2 ** 30],
  ['4096', 4096],
  ['64 horses', null],
  ['MB', null],
  ['0', null],
  ['-1MB', null],
])('%s', (text, bytes) => {
  expect(readBytes(text)).toBe(bytes);
});
