import { describe, expect, test } from 'vitest';
import { passes } from '../../compiler/3-optimize/passes.ts';
import type { Precision } from '../../compiler/ir/program.ts';
import { type LoopProgram, outputsOf, programOf, run, textOf } from '../derive/loops.ts';
import { codes, compiled, firstStep, params, said, trained } from './harness.ts';

/** A train block with x: [3, 2] and w: [2, 2] around some lines. */
const around = (lines: string, before = ''): string =>
  textOf({ before, inputs: { x: '[3, 2]', w: '[2, 2]' }, body: `${lines}\n  y = sum(x * x) + sum(w)` });

describe('values', () => {
  const quantity = async (lines: string, before = ''): Promise<number> => {
    const text = `${before}\ntrain t {\n  steps 1\n  seed 3\n  x = [[1, 2], [3, 4], [5, 6]]\n  ${lines}\n}`;
    return (await firstStep(text))['loss']!;
  };
  test.for<[what: string, lines: string, loss: number]>([
    ['a carry goes on', 'scan t in 3 carry (h: [2] = 1) { h = h * x[t] }\n  loss = sum(h)', 15 + 48],
    ['its name means the value of the turn before', 'scan t in 3 carry (a: [] = 1, b: [] = 1) { a, b = (b, a + b) }\n  loss = 100 * a + b', 305], // prettier-ignore
    ['stacks hold every turn', 'scan t in 3 { emit s: [3, 2] = 10 * x[t] + t }\n  loss = s[0, 0] + 100 * s[2, 1]', 10 + 6200], // prettier-ignore
    ['stacks go along the axis of the type', 'scan t in 3 { emit s: [2, 3] = x[t] }\n  loss = s[1, 2]', 6],
    [
      'back from the end',
      'scan t in 3 { emit s: [3, 2] = x[2 - t] }\n  loss = s[0, 0] + 100 * s[2, 1]',
      5 + 200,
    ],
    [
      'an offset',
      'scan t in 2 carry (h: [] = 0) { h = h + x[t + 1, 0] * x[t, 1] }\n  loss = h',
      3 * 2 + 5 * 4,
    ],
    ['the turn is a number', 'scan t in 4 carry (n: [] = 0) { n = 10 * n + t }\n  loss = n', 123],
    [
      'the turn chooses',
      'scan t in 3 carry (n: [] = 0) { n = n + (if t == 1 then 100 else 1) }\n  loss = n',
      102,
    ],
    ['whole numbers stay whole', 'scan t in 3 carry (n: i32[] = 5) { n = i32(n / 2) }\n  loss = f32(n)', 0],
    [
      'truth values',
      'scan t in 3 carry (on: bool[2] = false) { on = on or x[t] > 5 }\n  loss = sum(f32(on))',
      1,
    ],
    ['a carry without a type takes that of its first value', 'scan t in 2 carry (h = x[0]) { h = h + 1 }\n  loss = sum(h)', 7], // prettier-ignore
    ['what is not carried is new in every turn', 'k = 1\n  scan t in 3 carry (h: [] = 0) { k = 2 * t\n h = h + k }\n  loss = h + 10 * k', 6 + 10], // prettier-ignore
    ['repeat n carry', 'repeat 10 carry (h: [] = 1) { h = 2 * h }\n  loss = h', 1024],
    ['loops in loops', 'scan t in 3 carry (h: [] = 0) { scan s in 2 carry (g: [] = 0) { g = g + x[t, s] * (s + 1) }\n h = 10 * h + g }\n  loss = h', 500 + 110 + 17], // prettier-ignore
    ['a stack of stacks', 'scan t in 3 { scan s in 2 { emit a: [2, 2] = s * x[t] }\n emit b: [2, 3, 2] = a }\n  loss = b[1, 2, 0] + 10 * b[0, 2, 0]', 5], // prettier-ignore
    ['an index statement', 'scan t in 3 { emit s[i, j]: [3, 2, 2] = x[t, i] * x[0, j] }\n  loss = s[1, 0, 1] + 100 * s[2, 1, 0]', 6 + 600], // prettier-ignore
    ['an index statement reads a turn', 'scan t in 2 carry (h: [2] = 0) { h[i] = h[i] + x[t + 1, i] * x[0, j] * x[t, j] }\n  loss = 10 * h[0] + h[1]', 10 * (3 * 5 + 5 * 11) + 4 * 5 + 6 * 11], // prettier-ignore
    ['cumsum', 'loss = sum(cumsum[0](x)[1])', 4 + 6],
    ['cumsum from the end', 'loss = sum(cumsum[0](x, reverse = true)[1])', 8 + 10],
    ['cumprod', 'loss = sum(cumprod(x))', 1 + 2 + 3 + 12 + 5 + 30],
    ['discounted_sum', 'loss = discounted_sum[0](x, 0.5)[0, 0]', 1 + 1.5 + 1.25],
  ])('%s', async ([, lines, loss]) => {
    expect(await quantity(lines)).toBe(loss);
  });

  test('axes of stacks have the name of the extent', async () => {
    const named = 'scan t in T { emit s: [T, 2] = x[t] }\n  loss = sum[T](s)[0]';
    expect(await quantity(`x = x + zeros([T, 2])\n  ${named}`, 'dim T = 3')).toBe(9);
  });
});

test('in a data block loops run for each sample', async () => {
  const data = `dim B, T = 3
fn smooth(x: [T]) -> [T] {
  scan t in T carry (m: [] = 0, n: [] = 1) {
    m = 0.5 * m + n * x[t]
    n = 2
    emit ms: [T] = m
    emit same: [T] = n
  }
  return ms * same
}
fn noise() -> [T] {
  scan t in T { emit e: [T] = normal([1])[0] }
  return e
}
data p {
  train = csv("p.csv", header = false)
  x: [T] = cumsum(raw[0:3])
  s: [T] = smooth(raw[0:3])
  e: [T] = noise()
  w: [T] = raw[3:6]
}`;
  const weights = [1, 10, 100, 1e3, 1e4, 1e5];
  const picks = weights.map((w, i) => `metric e${i} = sum(where(d.w == ${w}, d.e, 0))`).join('\n  ');
  const text = `${data}\ntrain t {\n  data d = p\n  steps 1\n  batch B = all\n  loss = sum(d.x * d.w)\n  metric s = sum(d.s * d.w)\n  ${picks}\n}`; // prettier-ignore
  const { loss, s, ...drawn } = await firstStep(text, { files: { 'p.csv': '1,2,3,1,10,100\n4,5,6,1000,10000,100000' } }); // prettier-ignore
  const weighed = (values: readonly number[]) => sum(values.map((x, i) => x * weights[i]!));
  expect(loss).toBe(weighed([1, 3, 6, 4, 9, 15]));
  expect(s).toBe(weighed([2, 9, 16.5, 8, 24, 36]));
  expect(new Set(Object.values(drawn)).size).toBe(6);
});

describe('parameters', () => {
  const cell =
    'layer cell(H)(x: [..., I], h: [..., H]) -> [..., H] {\n  return tanh(concat(x, h) |> dense(H))\n}';
  const names = async (lines: string): Promise<string[]> => {
    const { plan } = await compiled(`dim B\ndata p { x: [3, 2] = [[[1, 2], [3, 4], [5, 6]]] }\n${cell}\nmodel M(x: [B, 3, 2]) -> [B, 4] {\n${lines}\n}\ntrain t {\n data d = p\n net = M()\n loss = sum(net(d.x))\n update net with sgd(1)\n batch B = all\n steps 1\n}`); // prettier-ignore
    return plan.params.map((p) => p.name);
  };
  test('a turn has those of every other', async () => {
    const inline = 'scan t in 3 carry (h: [B, 4] = 0) { h = cell(4)(x[:, t], h) }\n return h';
    expect(await names(inline)).toEqual(['M.cell_1.dense_1.W', 'M.cell_1.dense_1.b']);
    const own = 'scan t in 3 carry (h: [B, 4] = 0) { param b: [4] = 1\n h = h + b }\n return h';
    expect(await names(own)).toEqual(['M.b']);
  });
  test('an instance has the same ones in a loop and outside', async () => {
    const shared = 'c = cell(4)\n h0 = c(x[:, 0], zeros([B, 4]))\n scan t in 2 carry (h: [B, 4] = h0) { h = c(x[:, t + 1], h) }\n return h'; // prettier-ignore
    expect(await names(shared)).toEqual(['M.c.dense_1.W', 'M.c.dense_1.b']);
  });
});

/** Six ways to write a recurrent layer: the cell, and what it carries. */
const cells: Readonly<Record<string, { carry: readonly string[]; turn: string }>> = {
  lstm_cell: { carry: ['h', 'c'], turn: 'h, c = cell(X, h, c)' },
  gru_cell: { carry: ['h'], turn: 'h = cell(X, h)' },
  rnn_cell: { carry: ['h'], turn: 'h = cell(X, h)' },
};
test.for(
  Object.keys(cells).flatMap((cell) => (['f32', 'f64'] as Precision[]).map((precision) => [cell, precision] as const)), // prettier-ignore
)('%s in %s: a loop gives the bits of its turns written out', async ([cell, precision]) => {
  const { carry, turn } = cells[cell]!;
  const inputs = { x: '[2, 4, 3]', u: '[2, 5]', v: '[2, 5]', h: '[2, 5]', c: '[2, 5]' };
  const more = `${turn}\n    score = score + sum(v * h) * sum(h)`;
  const carried = carry.map((name) => `${name}: [2, 5] = ${name}`).join(', ');
  const body = (loop: string): LoopProgram => ({
    inputs,
    body: `cell = ${cell}(5)\n  ${loop.replace('X', 'x[:, t]')}\n  y = score + sum(h * u)`,
  });
  const scanned = body(`scan t in 4 carry (${carried}, score: [] = 0) {\n    ${more}\n  }`);
  const written = body(`score = 0\n  repeat t in 4 {\n    ${more}\n  }`);
  const others = passes.filter(({ keeps }) => keeps !== 'bits').map(({ name }) => name);
  const [a, b] = await Promise.all(
    [scanned, written].map(async (loop) =>
      outputsOf(run(await programOf(loop, 1, { precision, without: others }))),
    ),
  );
  expect(Object.keys(a!).length).toBeGreaterThan(6);
  expect(a).toEqual(b);
  // Sums over turns in another order: close.
  const moved = outputsOf(run(await programOf(scanned, 1, { precision })));
  const tolerance = precision === 'f32' ? 1e-5 : 1e-13;
  for (const [name, values] of Object.entries(b!))
    values.forEach((x, i) => expect(Math.abs(moved[name]![i]! - x)).toBeLessThan(tolerance * Math.max(1, Math.abs(x)))); // prettier-ignore
});

describe('random numbers', () => {
  const draws = async (expression: string, body: string): Promise<number[]> => {
    const loop = { inputs: { v: '[4, 3]' }, body: `${body.replace('DRAW', expression)}\n  y = sum(v * s)` };
    return [...outputsOf(run(await programOf(loop)))['grad:v']!]; // the draws themselves
  };
  const stack = 'scan t in 4 { emit s: [4, 3] = DRAW }';
  test.for(['normal([3])', 'uniform([3])', 'dropout(ones([3]), 0.5)'])(
    '%s differs from turn to turn',
    async (of) => {
      const all = await draws(of, stack);
      const turns = [0, 1, 2, 3].map((t) => all.slice(3 * t, 3 * t + 3).join());
      expect(new Set(turns).size).toBeGreaterThan(of.startsWith('dropout') ? 1 : 3);
      if (!of.startsWith('dropout')) expect(new Set(all).size).toBe(12);
    },
  );
  test('the numbers of a turn are those in every use of its value', async () => {
    const twice = await draws('e', 'scan t in 4 carry (h: [3] = 0) {\n e = normal([3])\n h = h + e\n emit s: [4, 3] = DRAW\n emit hs: [4, 3] = h\n }\n s = hs - s'); // prettier-ignore
    const [first, , third] = [0, 1, 2].map((t) => twice.slice(3 * t, 3 * t + 3));
    expect(first).toEqual([0, 0, 0]);
    expect(third!.every((x) => x !== 0)).toBe(true);
  });
  test('every turn of loops in loops draws its own, and a derivative sees the same', async () => {
    const inner = 'scan s in 2 carry (g: [3] = h) { g = g * normal([3]) }';
    const of = async (lines: string) => draws('h', lines);
    const all = await of(`scan t in 4 carry (h: [3] = 1) {\n ${inner}\n h = g\n emit s: [4, 3] = h\n }`);
    expect(new Set(all).size).toBe(12);
    const loop: LoopProgram = { inputs: { a: '[3]' }, body: `scan t in 4 carry (h: [3] = a) {\n ${inner}\n h = g\n }\n y = sum(h)` }; // prettier-ignore
    const product = outputsOf(run(await programOf(loop)))['grad:a']!;
    product.forEach((x, i) => expect(x).toBeCloseTo(all[9 + i]!, 14));
  });
});

describe('a gradient taken in a turn', () => {
  const loop = (lines: string, before = ''): string => around(`${before}\n  k = sin(x)\n  scan t in 3 carry (h: [3, 2] = 0) {\n    ${lines}\n  }\n  z = sum(h)`); // prettier-ignore
  test.for([
    'h = grad(sum(h^2), h)',
    'h = h + grad(sum(x^2), x)',
    'h = h + grad(sum(detach(k) * x), x)',
    'h = h + grad(sum(k^3), k)',
    'h = h + grad(sum(x * x[t]), x)', // the slice is of x itself
    'u = x * 2\n    h = h + grad(sum(u * sin(u)), u)',
    'h = detach(h + grad(sum(x * h), x))', // what is carried has forgotten x
    'h = h + grad(sum(detach(h) * x), x)',
  ])('%s is answered', async (lines) => {
    expect(await codes(loop(lines))).toEqual([]);
  });
  test.for([
    ['h = h + grad(sum(k * x), x)', '`x`', '`k`'],
    ['h = h + grad(sum(x * h), x)', '`x`', '`h`'],
    ['h = h + x * grad(sum(h), x)', '`x`', '`h`'],
    ['scan s in 2 carry (g: [3, 2] = h) { g = grad(sum(g * h), h) }\n    h = g', '`h`', '`g`'],
    [
      'u = 2 * h\n    repeat 2 carry (g: [3, 2] = 0) { g = g + grad(sum(u * h), h) }\n    h = g',
      '`h`',
      '`u`',
    ],
    ['repeat 2 carry (g: [3, 2] = 0) { g = g + grad(sum(k * x), x) }\n    h = g', '`x`', '`k`'],
  ])('%s would leave something out', async ([lines, x, through]) => {
    const messages = await said(loop(lines!));
    expect(messages.filter((m) => !m.startsWith('no-update'))).toEqual([
      expect.stringMatching(`^grad-across-loop: .* but ${x} has an effect also through ${through},`),
    ]);
  });
  test('by the parameters of a model, of which the carry is made', async () => {
    const model = 'model M(h: [3, 2]) -> [3, 2] { return h |> dense(2) }';
    const lines = (h: string) => `net = M()\n  scan t in 3 carry (h: [3, 2] = x) {\n    g = grad(sum(net(${h})^2), params(net))\n    h = net(h)\n  }`; // prettier-ignore
    expect(await codes(around(lines('h'), model))).toEqual(['grad-across-loop']);
    expect(await codes(around(lines('detach(h)'), model))).toEqual([]);
  });
});

describe('mistakes', () => {
  test.for<string[]>([
    ['scan t in 3 carry (h: [2] = 0) { h = x[t]\n return h }', 'misplaced-statement'],
    ['repeat 3 { return x }', 'misplaced-statement'],
    ['scan t in 0 { emit s: [0, 2] = x[t] }', 'type-mismatch'],
    ['scan t in 2.5 { emit s: [2, 2] = x[t] }', 'type-mismatch'],
    ['scan t in sum(x) { emit s: [2, 2] = x[t] }', 'type-mismatch'],
    ['scan t in 3 carry (h: [2] = 0) { h = x }', 'shape-mismatch'],
    ['scan t in 3 carry (h: [2] = x) { h = h }', 'type-mismatch'],
    ['scan t in 3 carry (h: [2]) { h = h }', 'type-mismatch'],
    ['scan t in 3 carry (h: [2] = nope) { h = h }\n  z = h + 1', 'unknown-name'],
    ['scan t in 3 carry (h = 0) { h = h + x[t] }', 'shape-mismatch'],
    ['scan t in 3 carry (h: ([2], [2]) = (x[0], x[1])) { h = h }', 'type-mismatch'],
    ['scan t in 3 carry (n: int<4>[] = 0) { n = n + 1 }', 'shape-mismatch'],
    ['scan t in 3 carry (h: [2] = 0, h: [2] = 1) { h = h }', 'duplicate-name'],
    ['scan t in 3 carry (t: [2] = 0) { t = t + 1 }', 'duplicate-name'],
    ['scan t in 3 carry (h: [2] = 0) { emit h: [3, 2] = h }\n  z = h', 'duplicate-name'],
    ['scan t in 3 { emit a: [3, 2] = x[t]\n emit a: [3, 2] = x[t] }', 'duplicate-name'],
    ['scan t in 3 { repeat i in 2 { emit a: [3, 2] = x[t] } }', 'duplicate-name'],
    ['scan t in 3 { emit a: [4, 2] = x[t] }', 'shape-mismatch'],
    ['scan t in 3 { emit a, b = (x[t], x[t]) }\n  z = a + b', 'type-mismatch'],
    ['scan t in 3 { emit a: [3, 2] = nope }\n  z = a + 1', 'unknown-name'],
    ['scan t in 3 { emit a: [3, 2] = x[t + 1] }', 'shape-mismatch'],
    ['scan t in 3 { emit a: [3, 2] = x[t - 1] }', 'shape-mismatch'],
    ['scan t in 3 { emit a: [3, 2] = x[1 - t] }', 'shape-mismatch'],
    ['scan t in 3 carry (h: [2] = 0) { k = h }\n  z = k', 'unknown-name'],
    ['total = x[0]\n  scan t in 3 { total = total + x[t] }', 'not-carried'],
    ['emit a: [3, 2] = x', 'emit-outside'],
  ])('%s', async ([lines, ...expected]) => {
    expect(await codes(around(lines!))).toEqual(expected);
  });
});

/** Scellier and Bengio 2017, equation 11: what two equilibria say of the weights between them. */
test('the update of equilibrium propagation is (ρ(u)ρ(v) nudged − ρ(u)ρ(v) free) / β', async () => {
  const [B, X, H, K] = [3, 4, 5, 2];
  const [beta, dt, lr] = [0.5, 0.5, 0.1];
  const x = Array.from({ length: B }, (_, b) =>
    Array.from({ length: X }, (_, i) => ((3 * b + 5 * i) % 7) / 7),
  );
  const target = [[1, 0], [0, 1], [1, 0]]; // prettier-ignore
  const { session } = await trained(`dim B, X = ${X}, H = ${H}, K = ${K}
data points {
  x: [X] = ${JSON.stringify(x)}
  y: [K] = ${JSON.stringify(target)}
}
init some(a) = sin(a * (1 + reshape(arange(fan_in * fan_out), shape)))
fn rho(s: [...]) -> [...] = clip(s, 0, 1)
model Energy(x: [B, X], h: [B, H], y: [B, K]) -> [] {
  param W1: [X, H] ~ some(0.7)
  param W2: [H, K] ~ some(1.3)
  param b1: [H] = 0.1
  param b2: [K] = 0.2
  return 0.5 * (sum(h^2) + sum(y^2)) - sum((x @ W1) * rho(h)) - sum((rho(h) @ W2) * rho(y)) - sum(b1 * rho(h)) - sum(b2 * rho(y))
}
train equilibrium_propagation {
  data d = points
  E = Energy()
  repeat 20 carry (h: [B, H] = 0, y: [B, K] = 0) {
    e = E(d.x, h, y)
    h = clip(h - ${dt} * grad(e, h), 0, 1)
    y = clip(y - ${dt} * grad(e, y), 0, 1)
  }
  repeat 4 carry (hn: [B, H] = h, yn: [B, K] = y) {
    F  = E(d.x, hn, yn) + ${beta} * 0.5 * sum((yn - d.y)^2)
    hn = clip(hn - ${dt} * grad(F, hn), 0, 1)
    yn = clip(yn - ${dt} * grad(F, yn), 0, 1)
  }
  free   = grad(E(d.x, detach(h), detach(y)), params(E))
  nudged = grad(E(d.x, detach(hn), detach(yn)), params(E))
  update E with sgd(lr = ${lr}) from (nudged - free) / (${beta} * size(B))
  batch B = all
  steps 1
}`);

  const some = (a: number, n: number, m: number) =>
    Array.from({ length: n }, (_, i) => Array.from({ length: m }, (_, j) => Math.sin(a * (1 + i * m + j))));
  const [W1, W2, b1, b2] = [some(0.7, X, H), some(1.3, H, K), 0.1, 0.2];
  const rho = (s: number) => Math.min(1, Math.max(0, s));
  // −∂E/∂s for s in [0, 1], where ρ′ = 1: what comes in, minus s; and in the nudged phase β(target − s).
  const settle = (turns: number, nudge: number, h0: number[][], y0: number[][]) => {
    let [h, y] = [h0, y0];
    for (let turn = 0; turn < turns; turn++) {
      const pull = (s: number, input: number, more = 0) => rho(s + dt * (input - s + more));
      const nextH = h.map((row, b) =>
        row.map((s, j) => pull(s, b1 + dot(x[b]!, W1.map((w) => w[j]!)) + dot(W2[j]!, y[b]!.map(rho)))),
      ); // prettier-ignore
      const nextY = y.map((row, b) =>
        row.map((s, k) => pull(s, b2 + dot(h[b]!.map(rho), W2.map((w) => w[k]!)), nudge * (target[b]![k]! - s))),
      ); // prettier-ignore
      [h, y] = [nextH, nextY];
    }
    return { h, y };
  };
  const zeros = (m: number) => Array.from({ length: B }, () => Array<number>(m).fill(0));
  const free = settle(20, 0, zeros(H), zeros(K));
  const nudged = settle(4, beta, free.h, free.y);
  /** ρ(uᵢ)ρ(uⱼ) summed over the rows, nudged minus free, over β and the number of rows. */
  const contrast = (n: number, m: number, u: (s: typeof free, b: number, i: number) => number, v: (s: typeof free, b: number, j: number) => number) =>
    Array.from({ length: n * m }, (_, at) => {
      const [i, j] = [Math.floor(at / m), at % m];
      const correlation = (s: typeof free) => sum(x.map((_, b) => u(s, b, i) * v(s, b, j)));
      return (correlation(nudged) - correlation(free)) / (beta * B);
    }); // prettier-ignore
  const one = () => 1;
  const [hidden, out] = [(s: typeof free, b: number, j: number) => rho(s.h[b]![j]!), (s: typeof free, b: number, k: number) => rho(s.y[b]![k]!)]; // prettier-ignore
  const expected = {
    'Energy.W1': add(
      W1.flat(),
      contrast(X, H, (_, b, i) => x[b]![i]!, hidden),
    ),
    'Energy.W2': add(W2.flat(), contrast(H, K, hidden, out)),
    'Energy.b1': add(Array<number>(H).fill(b1), contrast(1, H, one, hidden)),
    'Energy.b2': add(Array<number>(K).fill(b2), contrast(1, K, one, out)),
  };
  const got = params(session);
  for (const [name, values] of Object.entries(expected))
    values.forEach((value, i) => expect(got[name]![i]).toBeCloseTo(value, 12));

  function add(weights: number[], gradient: number[]): number[] {
    return weights.map((w, i) => w + lr * gradient[i]!);
  }
});
function dot(a: readonly number[], b: readonly number[]): number {
  return sum(a.map((x, i) => x * b[i]!));
}
function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
