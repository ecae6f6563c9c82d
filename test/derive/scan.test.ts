import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { passes, passNames } from '../../compiler/3-optimize/passes.ts';
import {
  disagreements,
  type LoopProgram,
  outputsOf,
  programOf,
  run,
  textOf,
  wrongGradients,
} from './loops.ts';
import { randomLoops } from './random-loops.ts';

/** Loops that differ in what their derivative has to do. */
const loops: Readonly<Record<string, LoopProgram>> = {
  'a carry, a slice, a captured matrix': {
    inputs: { x: '[4, 3]', W: '[3, 3]', h0: '[3]' },
    body: `scan t in 4 carry (h: [3] = h0) {
      h = tanh(h @ W + x[t])
      emit hs: [4, 3] = h * x[t]
    }
    y = sum(hs^2) + sum(h)`,
  },
  'several carries that change places': {
    inputs: { x: '[3, 2]', a: '[2]', b: '[2]', c: '[]' },
    body: `scan t in 3 carry (p: [2] = a, q: [2] = b, r: [] = c) {
      p, q, r = (q * x[t], sin(p) + r, r + sum(p * q))
    }
    y = sum(p * q) * r`,
  },
  'slices with offsets, of several axes, and from the end': {
    inputs: { x: '[2, 5]', z: '[3, 5]' },
    body: `scan t in 3 carry (h: [2] = 0.5) {
      h = h * x[:, t + 1] + tanh(x[:, t]) * x[:, t + 2] + z[t, 2] * x[:, -1]
    }
    y = sum(h^3)`,
  },
  'slices from the last to the first': {
    inputs: { x: '[3, 2]', z: '[2, 5]' },
    body: `scan t in 3 carry (h: [2] = 0.5) {
      h = sin(h * x[2 - t]) + z[:, 3 - t] * x[t] * (2 - t) + z[:, -t + 2]
      emit hs: [3, 2] = h
    }
    y = sum(hs * x)`,
  },
  'a captured value read whole and by slice': {
    inputs: { x: '[4, 2]' },
    body: `scan t in 4 carry (h: [2] = 1) {
      h = sin(h * x[t]) + 0.1 * sum(x^2) + x[3]
    }
    y = sum(h * x[1])`,
  },
  'the same slice twice, and slices of one value at two axes': {
    inputs: { x: '[3, 3]' },
    body: `scan t in 3 carry (h: [3] = 1) {
      h = h + x[t] * x[:, t] + exp(x[t])
    }
    y = sum(h^2)`,
  },
  'carries of whole numbers and truth values': {
    inputs: { x: '[4, 2]' },
    body: `scan t in 4 carry (n: int<10>[] = 0, on: bool[2] = true, h: [2] = 0) {
      h  = where(on, h + f32(n) * x[t], h)
      n  = t + 1
      on = h < 1
      emit ns: int<10>[4] = n
      emit ons: bool[4, 2] = on
    }
    y = sum(h^2) + sum(f32(ns)) * sum(x) + sum(where(ons, x, x^2))`,
  },
  'values that do not depend on the turn': {
    inputs: { x: '[3]', w: '[3, 3]' },
    body: `scan t in 3 carry (h: [3] = 0.1) {
      k = tanh(x @ w)
      h = h * k + x
      emit same: [3, 3] = k
      emit one: [3] = 1
    }
    y = sum(h) + sum(same * w) + sum(one * x)`,
  },
  'what is emitted is a carry, a captured value, a slice, a constant': {
    inputs: { x: '[3, 2]', v: '[2]', h0: '[2]' },
    body: `scan t in 3 carry (h: [2] = h0) {
      emit before: [3, 2] = h
      emit outside: [3, 2] = v
      emit slices: [3, 2] = x[t]
      emit number: [3, 2] = [1, 2]
      h = h * v + x[t]
    }
    y = sum(before * x) + sum(outside * x^2) + sum(slices * before) + sum(number * h)`,
  },
  'a carry that is not changed, and one that forgets': {
    inputs: { x: '[3, 2]', a: '[2]', b: '[2]' },
    body: `scan t in 3 carry (same: [2] = a, last: [2] = b, sum1: [2] = 0) {
      sum1 = sum1 + same * last
      last = x[t]^2
    }
    y = sum(same * last * sum1)`,
  },
  'a carry that takes a captured value as it is': {
    inputs: { x: '[3, 2]', a: '[2]' },
    body: `scan t in 3 carry (h: [2] = 0, g: [2] = 1) {
      g = h * x[t]
      h = a
    }
    y = sum(h * g)`,
  },
  'stacks along the last axis and in the middle': {
    inputs: { x: '[2, 4, 3]' },
    before: 'dim P = 2, Q = 3',
    body: `scan t in 4 carry (h: [2, 3] = 0.2) {
      h = sin(h + x[:, t])
      emit last: [2, 3, 4] = h
      emit middle: [2, 4, 3] = h^2
    }
    y = sum(middle * x) + sum(last[:, :, 1] * x[:, 2]) + sum(last^3)`,
  },
  'a loop in a loop, that reads both turns, carries and what is outside': {
    inputs: { x: '[3, 2]', w: '[2, 2]', b: '[2]' },
    body: `scan t in 3 carry (h: [2] = 0.3) {
      scan s in 2 carry (g: [2] = h) {
        g = tanh(g @ w + x[t] * b[s]) + h
        emit gs: [2, 2] = g * x[s]
      }
      h = 0.5 * h + g + sum[0](gs)
      emit all: [3, 2, 2] = gs
    }
    y = sum(h^2) + sum(all * w)`,
  },
  'a loop whose stack is read by the next': {
    inputs: { x: '[4, 2]', w: '[2, 2]' },
    body: `scan t in 4 carry (h: [2] = 0) {
      h = tanh(h @ w + x[t])
      emit hs: [4, 2] = h
    }
    scan t in 3 carry (g: [2] = h) {
      g = tanh(g @ w + hs[t + 1] * hs[t])
      emit gs: [3, 2] = g
    }
    y = sum(gs^2)`,
  },
  'repeat n carry': {
    inputs: { x: '[2]', w: '[2, 2]' },
    body: `repeat 5 carry (h: [2] = x, n: [] = 1) {
      h = sin(h @ w) + x / n
      n = n + 1
    }
    y = sum(h)`,
  },
  'the number of the turn as a number': {
    inputs: { x: '[3]' },
    body: `scan t in 3 carry (h: [] = 1) {
      h = h * x[t] * (t + 1) + f32(t)^2 * x[0]
    }
    y = h^2`,
  },
  'random numbers inside': {
    inputs: { x: '[4, 3]', w: '[3, 3]' },
    body: `scan t in 4 carry (h: [3] = 0) {
      h = tanh(h @ w + x[t] * normal([3])) * uniform([3])
      h = h |> dropout(0.3)
    }
    y = sum(h^2) + sum(h)`,
  },
  'detach inside': {
    inputs: { x: '[3, 2]', w: '[2]' },
    body: `scan t in 3 carry (h: [2] = w) {
      h = sin(h) * w + x[t]
      emit hs: [3, 2] = h
    }
    y = sum(hs * detach(0 * hs + 1)) + sum(h^2)`,
  },
  'a gradient inside the body': {
    inputs: { x: '[2]', w: '[2, 2]' },
    body: `repeat 3 carry (h: [2] = x) {
      energy = sum(tanh(h @ w) * h) + sum(h^4)
      h = h - 0.1 * grad(energy, h)
    }
    y = sum(h^2)`,
  },
  'a gradient by a captured value inside the body': {
    inputs: { x: '[3, 2]', w: '[2, 2]', v: '[2]' },
    body: `scan t in 3 carry (h: [2] = 1) {
      e = sum((x[t] @ w)^3) * sum(v)
      h = tanh(h + sum[0](grad(e, w)))
    }
    y = sum(h)`,
  },
  'a loss that holds a gradient of a loop': {
    inputs: { x: '[3, 2]', w: '[2, 2]' },
    body: `scan t in 3 carry (h: [2] = 0) {
      h = tanh(h @ w + x[t])
    }
    y = sum(grad(sum(h^2), x)^2) + sum(h)`,
  },
  'a gradient of a loop inside a loop': {
    inputs: { x: '[3]', w: '[3]' },
    body: `scan t in 3 carry (h: [3] = x) {
      scan s in 2 carry (g: [3] = h) { g = sin(g * w) + g * x[s] }
      h = h - 0.3 * grad(sum(g^2), h) + x[t]
    }
    y = sum(h * w)`,
  },
  'a layer with a loop, applied twice': {
    before: `layer Cell()(x: [2], h: [2]) -> [2] {
  param W: [2, 2] ~ normal(0.5)
  return tanh(x + h @ W)
}
layer Rnn()(xs: [3, 2]) -> [3, 2] {
  param h0: [2] ~ normal(1)
  cell = Cell()
  scan t in 3 carry (h: [2] = h0) {
    h = cell(xs[t], h)
    emit hs: [3, 2] = h
  }
  return hs
}`,
    inputs: { x: '[3, 2]' },
    body: `rnn = Rnn()
    y = sum(rnn(rnn(x))^2) + sum(x^2)`,
  },
  'folds, products and gathers inside': {
    inputs: { x: '[3, 4]', table: '[5, 4]', w: '[4, 4]' },
    body: `scan t in 3 carry (h: [4] = 0.1, id: int<5>[] = 2) {
      s[i] = w[i, j] * h[j] * x[t, j]
      m = max(s) + mean(x[t])
      h = softmax(s) * m + table[id]
      id = argmax(s)
    }
    y = sum(h * x[0])`,
  },
  'an if by the turn': {
    inputs: { x: '[4, 2]', w: '[2]' },
    body: `scan t in 4 carry (h: [2] = 0) {
      h = if t == 2 then h * w else sin(h) + x[t] * (if t > 1 then w else 1)
    }
    y = sum(h^2)`,
  },
  'running sums and products': {
    inputs: { x: '[3, 4]' },
    body: `y = sum(cumsum(x)^2 * cumprod[0](x)) + sum(discounted_sum(x, 0.9) * cumsum[0](x, reverse = true))`,
  },
  'a whole loop of which nothing is asked': {
    inputs: { x: '[3, 2]', w: '[2]' },
    body: `scan t in 3 carry (h: [2] = w) { h = h * 2 + x[t] }
    y = sum(x * w)`,
  },
  'one turn': {
    inputs: { x: '[1, 2]', w: '[2]' },
    body: `scan t in 1 carry (h: [2] = w) {
      h = sin(h) * x[t]
      emit hs: [1, 2] = h
    }
    y = sum(h * hs)`,
  },
  'no carry at all': {
    inputs: { x: '[3, 2]', w: '[2]' },
    body: `scan t in 3 { emit hs: [3, 2] = sin(x[t] * w) }
    y = sum(hs^2)`,
  },
  'scalars only': {
    inputs: { a: '[]', b: '[]' },
    body: `repeat 4 carry (h: [] = a) { h = h * b + sin(h) }
    y = h`,
  },
};

describe.for(Object.entries(loops))('%s', ([, loop]) => {
  test.for([1, 2])('derivatives of order %i are those of central differences', async (order) => {
    const program = await programOf(loop, order);
    expect(disagreements(program)).toEqual([]);
    expect(wrongGradients(program)).toEqual([]);
  });

  test('passes that keep the bits keep them', async () => {
    const others = passes.filter(({ keeps }) => keeps !== 'bits').map(({ name }) => name);
    const plain = run(await programOf(loop, 1, { without: passNames(), precision: 'f32' }));
    const passed = run(await programOf(loop, 1, { without: others, precision: 'f32' }));
    expect(outputsOf(passed)).toEqual(outputsOf(plain));
  });
});

test.for(['a carry, a slice, a captured matrix', 'a gradient inside the body', 'one turn'])(
  'the third derivative: %s',
  async (name) => expect(wrongGradients(await programOf(loops[name]!, 3))).toEqual([]),
);

describe('loops made at random', { timeout: 120_000 }, () => {
  const some = fc.noBias(fc.integer());
  test.for([
    [1, 12],
    [2, 4],
  ] as const)('derivatives of order %i', async ([order, numRuns]) => {
    const holds = fc.asyncProperty(some, async (seed) => {
      const loop = randomLoops(seed);
      const program = await programOf(loop, order);
      const wrong = [...disagreements(program), ...wrongGradients(program, 1e-7)];
      expect(wrong, textOf(loop, order)).toEqual([]);
    });
    await fc.assert(holds, { numRuns, endOnFailure: true });
  });
});
