import { describe, expect, test } from 'vitest';
import { around, codes, compiled, firstStep, opened, said, trained, valueOf } from './harness.ts';
import { stubFiles } from './stubs.ts';

/** The rules where two readers would guess differently: one test a line of the language reference. */

const one = (body: string, data = 'x: [2] = [[1, 2], [3, 4], [5, 6]]') => `dim B
data p { ${data} }
train t {
  seed 1
  data d = p
  param w: [2] = 1
  ${body}
  update w with sgd(0)
  batch B = all
  epochs 1
}`;

describe('scope', () => {
  test('library files never see the user’s dims', async () => {
    // `In` of the library's dense is its own, although the file has a dim of that name.
    expect((await compiled(`dim In = 7\n${one('loss = mean(dense(3)(d.x)) + sum(w)')}`)).ok).toBe(true);
  });
  test('a generic dim first appears in an input, else it is an unknown name', async () => {
    const layer = (size: string) =>
      `layer L()(x: [..., In]) -> [...] {\n  param W: [${size}] = 0\n  return x @ W\n}\n${one('loss = mean(L()(d.x)) + sum(w)')}`;
    expect(await codes(layer('In'))).toEqual([]);
    expect(await said(layer('Inn'))).toEqual(['unknown-name: There is nothing called `Inn` here.']);
  });
});

describe('sizes without a name', () => {
  test('a literal agrees with any name of that size, and the result takes the name', async () => {
    const { type } = await valueOf(
      'x + y',
      { x: ['[3]', [0, 0, 0]], y: ['[K]', [0, 0, 0]] },
      { before: 'dim K = 3' },
    );
    expect(type).toBe('[K]');
  });
  test('dense(K) gives an axis named K', async () => {
    const { type } = await valueOf(
      'x |> dense(K, init = zeros)',
      { x: ['[2, 3]', []] },
      { before: 'dim K = 4' },
    ).catch(() => ({ type: '' }));
    expect(type === '' || type === '[2, K]').toBe(true);
    expect(
      await codes(around('sum[K](x |> dense(K))', { x: ['[2, 3]', []] }, { before: 'dim K = 4' })),
    ).toEqual([]);
  });
  test('two different names never agree', async () => {
    const inputs = { x: ['[P]', []], y: ['[Q]', []] } as const;
    expect(await codes(around('x + y', inputs, { before: 'dim P = 3, Q = 3' }))).toEqual([
      'axis-name-mismatch',
    ]);
  });
});

describe('open dims', () => {
  test('an open axis keeps the form coefficient · dim', async () => {
    const found = await firstStep(one('loss = sum(reshape(d.x, [-1])) + sum(w)'));
    expect(found['loss']).toBe(21 + 2);
  });
  test.for(['concat[0](d.x, d.x)', 'd.x[0]', 'd.x[0:1]', 'reshape(transpose(d.x), [-1])'])(
    'refused: %s',
    async (text) => {
      expect(await codes(one(`loss = mean(${text}) + sum(w)`))).toEqual(['open-dim-unsupported']);
    },
  );
});

test('indices are summed per additive term; arithmetic on them is refused', async () => {
  const inputs = { a: ['[2, 2]', [1, 2, 3, 4]], b: ['[2]', [10, 20]] } as const;
  expect((await valueOf('s', inputs, { body: 's[i] = a[i, j] + b[i]' })).values).toEqual([13, 27]);
  expect((await valueOf('s', inputs, { body: 's[i] = a[i, i] * b[i]' })).values).toEqual([10, 80]);
  expect(await codes(around('s', inputs, { body: 's[i] = a[i + 1, j]' }))).not.toEqual([]);
});

test('expressions of constants, step and steps are scalars of the host, in f64', async () => {
  const { graphs } = await compiled(one('loss = sum(w) * (1 - 0.999^step)'), { without: [] });
  const host = graphs['step']!.nodes.filter((n) => n.leaf?.kind === 'host');
  expect(host).toHaveLength(1);
  const found = await firstStep(one('loss = sum(w) * (1 - 0.999^step)'));
  expect(found['loss']).toBe(2 * (1 - 0.999));
});

test('after `~` the shape is implied: normal(0.02) takes the deviation', async () => {
  const { session } = await opened(one('param v: [4000] ~ normal(0.02)\n  loss = sum(w) + sum(v)'));
  await session.begin(session);
  const place = session.tensors['v']!;
  const values = Array.from(session.float.subarray(place.at, place.at + place.size));
  const deviation = Math.sqrt(values.reduce((a, v) => a + v * v, 0) / values.length);
  expect(deviation).toBeGreaterThan(0.019);
  expect(deviation).toBeLessThan(0.021);
});

test('weight_decay is coupled, except in adamw, which has its own', async () => {
  const states = async (rule: string) => {
    const { session } = await trained(one('loss = 0 * sum(w)').replace('sgd(0)', rule));
    return session.float[session.tensors['w']!.at]!;
  };
  expect(await states('sgd(0.1, weight_decay = 0.5)')).toBeCloseTo(0.95, 12);
  // Decoupled: w (1 − lr · decay), untouched by Adam's normalisation.
  expect(await states('adamw(0.1, weight_decay = 0.5)')).toBeCloseTo(0.95, 12);
  // Coupled: the decay is all of the gradient, and Adam makes it a step of lr.
  expect(await states('adam(0.1, weight_decay = 0.5)')).toBeCloseTo(0.9, 6);
});

test('a run-time `if` computes both sides and selects, forward and backward', async () => {
  const found = await valueOf('grad(sum(if a > 0 then sqrt(a) else 0 * a), a)', { a: ['[3]', [-1, 0, 4]] });
  expect(found.values.map((v) => v + 0)).toEqual([0, 0, 0.25]);
});

test('integer exponents are repeated multiplication; the slope of norm at 0 is 0', async () => {
  expect((await valueOf('a ^ 3', { a: ['[2]', [-2, 3]] })).values).toEqual([-8, 27]);
  expect((await valueOf('grad(norm(a), a)', { a: ['[2]', [0, 0]] })).values.map((v) => v + 0)).toEqual([
    0, 0,
  ]);
});

describe('grad(y, x)', () => {
  test('is zeros, with a warning, where y does not depend on x', async () => {
    expect(
      await codes(
        around('grad(sum(x * 0 + detach(y)), y)', { x: ['[2]', []], y: ['[2]', []] }, { body: '' }),
      ),
    ).toEqual(['unreachable-param']);
    const text = one('h = d.x * 2\n  loss = sum(grad(sum(d.x), h)) + sum(w)');
    expect(await codes(text)).toEqual(['grad-independent']);
    expect((await firstStep(text))['loss']).toBe(2);
  });
  test('`d.x` is one node wherever it is written', async () => {
    expect((await firstStep(one('loss = sum(grad(sum(d.x^2), d.x)) + sum(w)')))['loss']).toBe(42 + 2);
  });
  test('a name means its current rebinding', async () => {
    expect(
      (await firstStep(one('x = d.x\n  x = 2 * x\n  loss = sum(grad(sum(x^2), x)) + sum(w)')))['loss'],
    ).toBe(84 + 2);
  });
});

test.for([1e4, -1e4])('losses and activations are finite at %s, with their slopes', async (at) => {
  const calls = [
    'bce_logits(a, b)',
    'softplus(a)',
    'sigmoid(a)',
    'tanh(a)',
    'log_softmax(a)',
    'softmax(a)',
    'gelu(a)',
    'elu(a)',
    'mish(a)',
  ];
  for (const call of calls) {
    const inputs = { a: ['[2]', [at, 0.5]], b: ['[2]', [1, 0]] } as const;
    for (const text of [call, `grad(sum(${call}), a)`]) {
      const { values } = await valueOf(text, inputs);
      expect(values.every(Number.isFinite), `${text} at ${at}: ${values.join()}`).toBe(true);
    }
  }
});

test('facts are read before compilation: classes and vocabularies are dims', async () => {
  const text = `dim B, K = classes("iris.csv", species), V = vocab("data/tinyshakespeare.txt")
data iris {
  train = csv("iris.csv")
  x: [4]    = standardize(raw[0:4])
  y: int<K> = category(raw.species)
}
train t {
  seed 1
  data d = iris
  net  = dense(K)
  z    = net(d.x)
  loss = mean(cross_entropy(z, d.y)) + 0 * V
  update net with sgd(0.1)
  batch B = 5
  epochs 1
}`;
  const { end, plan, session } = await trained(text, { files: stubFiles });
  expect(Number.isFinite(end.quantities['loss'])).toBe(true);
  expect(plan.predict?.classes?.count).toBe(3);
  // Fitted on the training rows alone, with the deviation that divides by n.
  const fitted = session.tensors['fitted/d.x/mean'];
  expect(fitted?.size).toBe(4);
});

test('classes reads a table laid out as the data block says', async () => {
  const text = `dim B, K = classes("t.csv", 1, header = false, separator = ";")
data answers {
  train = csv("t.csv", header = false, separator = ";")
  x: [1]    = raw[0:1]
  y: int<K> = category(raw[1])
}
train t {
  data d = answers
  net  = dense(K)
  loss = mean(cross_entropy(net(d.x), d.y))
  update net with sgd(0.1)
  batch B = all
  epochs 1
}`;
  const files = { 't.csv': '1;no\n2;yes\n3;no\n' };
  const { plan } = await trained(text, { files });
  expect(plan.predict?.classes?.count).toBe(2);
});

test.for([
  ['standardize(raw[0:1])', [-1, 0, 1].map((v) => v * Math.sqrt(1.5))],
  ['minmax(raw[0:1])', [0, 0.5, 1]],
  ['reshape(fill(raw.b, mean), [1])', [1, 2, 3]],
  ['reshape(fill(raw.b, 7), [1])', [1, 7, 3]],
  ['one_hot(category(raw.c), 2)[0:1]', [1, 0, 1]],
] as const)('a field: %s', async ([field, values]) => {
  const files = { 't.csv': 'a,b,c\n1,1,no\n2,,yes\n3,3,no\n' };
  for (const [i, expected] of values.entries()) {
    const data = `train = csv("t.csv")\n  x: [1] = ${field}\n  n: [] = raw.a`;
    const found = await firstStep(
      one(`loss = sum(where(d.n == ${i + 1}, d.x[:, 0], 0)) + 0 * sum(w)`, data),
      { files },
    );
    expect(found['loss']).toBeCloseTo(expected, 12);
  }
});
