import { describe, expect, test } from 'vitest';
import { codes, compiled, firstStep, onSplit, opened, params, predicted, said, trained } from './harness.ts';

/** y = 2 a − b + 1 on five rows. */
const line = `dim B
data pts {
  x: [2] = [[0, 0], [1, 0], [0, 1], [1, 1], [2, 1]]
  y: []  = [1, 3, 0, 2, 4]
}
model Net(x: [B, 2]) -> [B] {
  body = dense(2, bias = false, init = ones)
  head = dense(1, init = ones)
  h = body(x)
  return head(h)[:, 0]
}
`;
const fit = (body: string, rest = 'batch B = 2\n  epochs 1') => `${line}
train t {
  seed 1
  data d = pts
  net  = Net()
  z    = net(d.x)
  loss = mean((z - d.y)^2)
  ${body}
  ${rest}
}`;

describe('updates', () => {
  test('plain gradient descent moves against the gradient, worked out by hand', async () => {
    // One weight w = 1, loss = mean((w x)^2), x = 1 and 3: gradient 2 w (1 + 9) / 2 = 10.
    const { session } = await trained(`dim B
data p { x: [] = [1, 3] }
train t { seed 1
  data d = p
  param w: [] = 1
  loss = mean((w * d.x)^2)
  update w with sgd(0.01)
  batch B = all
  epochs 1 }`);
    expect(params(session)).toEqual({ w: [0.9] });
  });

  test('each part has its optimizer; what no update names is frozen, silently', async () => {
    const { session, diagnostics, plan } = await trained(fit('update net.head with sgd(0.01)'));
    expect(diagnostics).toEqual([]);
    expect(params(session)['Net.body.W']).toEqual([1, 1, 1, 1]);
    expect(params(session)['Net.head.W']).not.toEqual([1, 1]);
    expect(plan.states).toEqual([]);
    const both = await opened(fit('update net.body with adam(1e-3)\n  update net.head with sgd(0.01)'));
    expect(both.plan.states.map((s) => s.name)).toEqual(['Net.body.W/adam.m', 'Net.body.W/adam.v']);
    expect(await codes(fit('update net.hed with sgd(0.01)'))).toEqual(['unknown-field']);
  });

  test('`from` takes any tree of gradients, combined elementwise', async () => {
    const start = `dim B
data p { x: [] = [1, 3] }
train t { seed 1
  data d = p
  param w: [] = 1
  g = grad(mean((w * d.x)^2), params(w))
  loss = mean(w * d.x)
  update w with sgd(0.01) from (g + 3 * g) / 2
  batch B = all
  epochs 1 }`;
    expect(params((await trained(start)).session)['w']![0]).toBeCloseTo(0.8, 12);
  });

  test('parameters of two instances of a layer combine by their paths in it', async () => {
    const follow = (from: string) =>
      fit(
        `loss = mean((net(d.x) - d.y)^2)
  slow = Net()
  z2 = slow(d.x)
  update slow with sgd(0.5) from ${from}
  update net with sgd(0)`,
        'batch B = all\n  steps 1',
      ).replaceAll('init = ones', 'init = normal(1)');
    const running = await opened(follow('params(slow) - params(net)'));
    await running.session.begin(running.session);
    const before = params(running.session);
    const { session } = await trained(follow('params(slow) - params(net)'));
    const after = params(session);
    for (const path of ['body.W', 'head.W', 'head.b']) {
      after[`Net_2.${path}`]!.forEach((w, i) => {
        expect(w).toBeCloseTo((after[`Net.${path}`]![i]! + before[`Net_2.${path}`]![i]!) / 2, 12);
      });
    }
    expect(await codes(follow('params(slow) - params(net.body)'))).toEqual(['type-mismatch']);
  });

  test('clip_value, clip_norm and coupled weight_decay work with any optimizer', async () => {
    const one = async (args: string) => {
      const { session } = await trained(`dim B
data p { x: [] = [1, 3] }
train t { seed 1
  data d = p
  param w: [] = 1
  param v: [] = 2
  loss = mean(30 * w * d.x - 40 * v * d.x) / 2
  update w, v with sgd(1${args})
  batch B = all
  epochs 1 }`);
      const { w, v } = params(session);
      return [w![0]!, v![0]!];
    };
    // Gradients: 30 and −40; their norm is 50.
    expect(await one('')).toEqual([-29, 42]);
    expect(await one(', clip_value = 5')).toEqual([-4, 7]);
    (await one(', clip_norm = 5')).forEach((x, i) => expect(x).toBeCloseTo([-2, 6][i]!, 5));
    expect(await one(', weight_decay = 0.5')).toEqual([-29.5, 41]);
  });

  test('an optimizer of one’s own, with a state; `step` counts its updates', async () => {
    const { session, plan } = await trained(`dim B
optimizer lazy(lr = 0.1)(w: [...], g: [...]) -> [...] {
  state n: [...] = 1
  n = n + step
  return w - lr * n
}
data p { x: [] = [1, 3] }
train t { seed 1
  data d = p
  param w: [2] = 0
  loss = mean(d.x) * sum(w)
  update w with lazy()
  batch B = all
  epochs 2 }`);
    expect(plan.states.map((s) => s.name)).toEqual(['w/lazy.n']);
    // n: 1 + 1 = 2, then 2 + 2 = 4; w: −0.2, then −0.6
    params(session)['w']!.forEach((w) => expect(w).toBeCloseTo(-0.6, 12));
  });

  test('a schedule is a function of step', async () => {
    const { session } = await trained(`dim B
fn halving(peak) = peak / 2^(step - 1)
data p { x: [] = [1, 3] }
train t { seed 1
  data d = p
  param w: [] = 0
  loss = w * mean(d.x) / 2
  update w with sgd(lr = halving(1))
  batch B = all
  epochs 3 }`);
    expect(params(session)['w']![0]).toBeCloseTo(-(1 + 0.5 + 0.25), 12);
  });
});

describe('batches and splits', () => {
  test('the last batch is smaller, and counts', async () => {
    const { events, end } = await trained(fit('update net with sgd(0)'));
    expect(events.filter((e) => e.kind === 'step')).toHaveLength(3);
    const [epoch] = events.filter((e) => e.kind === 'epoch');
    // Initially z = 2 (a + b) + 0: errors −1, −1, 2, 2, 2
    expect(epoch?.quantities['loss']).toBeCloseTo((1 + 1 + 4 + 4 + 4) / 5, 12);
    expect(end.splits['train']?.['loss']).toBeCloseTo(14 / 5, 12);
  });

  test('batch = all is one step an epoch, batch = 1 one step a row', async () => {
    const steps = async (batch: string) =>
      (await trained(fit('update net with sgd(0)', `batch B = ${batch}\n  epochs 1`))).end.step;
    expect([await steps('all'), await steps('1')]).toEqual([1, 5]);
  });

  test('metrics on a split are those of the split, not means of batches', async () => {
    const metrics =
      'metric rmse = sqrt(mean((z - d.y)^2))\n  metric perplexity = exp(loss)\n  metric r2 = r2(z, d.y)\n  metric worst = max(abs(z - d.y))';
    const found = await onSplit(await opened(fit(`${metrics}\n  update net with sgd(0.1)`)), 'train');
    expect(found['rmse']).toBeCloseTo(Math.sqrt(2.8), 12);
    expect(found['perplexity']).toBeCloseTo(Math.exp(2.8), 11);
    expect(found['r2']).toBeCloseTo(1 - 2.8 / 2, 12); // variance of 1, 3, 0, 2, 4 is 2
    expect(found['worst']).toBe(2);
  });

  test('a gradient inside a loss stays one on a split', async () => {
    const text = `dim N
data p { x: [1] = [[1], [2], [3], [4]] }
model U(x: [n, 1]) -> [n, 1] {
  param w: [1] = 2
  return w * x^3
}
train t {
  data d = p
  net  = U()
  u_x  = grad(sum(net(d.x)), d.x)
  loss = mean(u_x)
  update net with sgd(0.1)
  batch N = 3
  epochs 1
}`;
    expect((await onSplit(await opened(text), 'train'))['loss']).toBeCloseTo(45, 12); // 6 x², mean over 1 … 4
  });

  test('no gradient flows from one field of the data to another', async () => {
    // Both read `raw`. A field is written for one sample: its axes are others than those of the batch.
    const text = `dim N
data p {
  train = grid(4, dims = 2)
  x: [2] = raw
  r: []  = sum(raw^2)
}
train t {
  data d = p
  param w: [2] = 1
  r_x  = grad(sum(d.r * d.x[:, 0]), d.x)
  loss = mean(r_x[:, 0] - d.r) + mean(abs(r_x[:, 1])) + sum(w)
  update w with sgd(0.1)
  batch N = 3
  epochs 1
}`;
    expect((await onSplit(await opened(text), 'train'))['loss']).toBeCloseTo(2, 12);
  });

  test('dropout is off in evaluation and prediction', async () => {
    const text = fit('update net with sgd(0.1)').replace('h = body(x)', 'h = body(x) |> dropout(0.5)');
    const running = await opened(text);
    expect((await onSplit(running, 'train'))['loss']).toBeCloseTo(2.8, 12);
    expect([...(await predicted(running)).values]).toEqual([0, 2, 2, 4, 6]);
    const noisy = await firstStep(text.replace('batch B = 2', 'batch B = all'));
    expect(noisy['loss']).not.toBeCloseTo(2.8, 6);
  });
});

describe('rules', () => {
  test('stop when, on the last step', async () => {
    const { end } = await trained(fit('update net with sgd(0)\n  stop when loss < 100'));
    expect([end.reason, end.rule, end.step]).toEqual(['stopped', 'loss < 100', 1]);
  });
  test('plateau waits for patience evaluations', async () => {
    const { end } = await trained(
      fit(
        'update net with sgd(0)\n  stop when plateau(train.loss, patience = 2)',
        'batch B = all\n  epochs 9',
      ),
    );
    expect([end.reason, end.epoch]).toEqual(['stopped', 3]);
  });
  test('save best asks for a direction where the name does not tell', async () => {
    const rule = (how: string) =>
      fit(`metric width = mean(z)\n  update net with sgd(0.01)\n  save best ${how} to "best.safetensors"`);
    expect(await codes(rule('train.width'))).toEqual(['type-mismatch']);
    expect((await trained(rule('highest train.width'))).saved.has('best.safetensors')).toBe(true);
    expect((await trained(rule('train.loss'))).saved.has('best.safetensors')).toBe(true);
  });
  test('log lines come as events', async () => {
    const { events } = await trained(fit('update net with sgd(0)\n  log loss every 2 steps'));
    expect(events.filter((e) => e.kind === 'log').map((e) => e.step)).toEqual([2]);
  });
  test('a quantity that is misspelt', async () => {
    expect(await said(fit('update net with sgd(0)\n  stop when los < 1'))).toEqual([
      'unknown-name: There is nothing called `los` here.',
    ]);
  });
});

describe('overrides and settings', () => {
  test('consts, dims and fields of the train block are set from outside', async () => {
    const text = `const k = 1\ndim H = 3\n${fit('update net with sgd(0)\n  metric kh = mean(z) * 0 + k * H')}`;
    expect((await firstStep(text))['kh']).toBe(3);
    expect((await firstStep(text, { set: { k: 5, H: 4 } }))['kh']).toBe(20);
    expect((await trained(text, { set: { epochs: 2, batch: 5 } })).end.step).toBe(2);
    expect((await trained(text, { set: { steps: 4 } })).end.step).toBe(4);
    expect(await codes(text, { set: { kk: 5 } })).toEqual(['bad-override']);
  });
  test('precision f64 is of the program', async () => {
    const { program } = await opened(fit('precision f64\n  update net with sgd(0.1)'), {
      precision: undefined,
    } as never);
    expect(program.precision).toBe('f64');
  });
});

describe('instances', () => {
  const shared = (body: string) => `dim B
data p { x: [2] = [[1, 2]] }
model Net(x: [B, 2]) -> [B, 2] {
${body}
}
train t { seed 1
  data d = p
  net  = Net()
  loss = mean(net(d.x))
  update net with sgd(0.1)
  batch B = all
  epochs 1 }`;
  const names = async (body: string) => (await opened(shared(body))).plan.params.map((p) => p.name);

  test('bound to a name it shares its parameters, inline each use is fresh', async () => {
    expect(await names('  f = dense(2, bias = false)\n  return x |> f |> f')).toEqual(['Net.f.W']);
    expect(await names('  return x |> dense(2, bias = false) |> dense(2, bias = false)')).toEqual([
      'Net.dense_1.W',
      'Net.dense_2.W',
    ]);
  });
  test('repeat has fresh parameters each turn and rebinding carries values', async () => {
    expect(await names('  h = x\n  repeat 3 { h = h |> dense(2, bias = false) }\n  return h')).toHaveLength(
      3,
    );
    expect(
      (await firstStep(shared('  h = x\n  param w: [] = 1\n  repeat i in 3 { h = h * w + i }\n  return h')))[
        'loss'
      ],
    ).toBe(1.5 + 3);
  });
  test('hyper-parameters shadow dims, and have defaults', async () => {
    const text = `dim H = 7\nlayer Wide(H = 2)(x: [..., In]) -> [..., H] {\n  param W: [In, H] = 1\n  return x @ W\n}\n`;
    const { plan } = await opened(text + shared('  return x |> Wide(5) |> Wide'));
    expect(plan.params.map((p) => p.type.axes.map((a) => a.size))).toEqual([
      [2, 5],
      [5, 2],
    ]);
  });
  test('an initializer of one’s own', async () => {
    const { session } = await trained(
      `init small(s = 1) = uniform(s, s + 0.0000001 / fan_in)\n${shared('  param W: [2, 2] ~ small(3)\n  param b: [2] ~ small\n  return x @ W + b').replace('sgd(0.1)', 'sgd(0)')}`,
    );
    const { 'Net.W': W, 'Net.b': b } = params(session);
    W!.forEach((w) => expect(w).toBeCloseTo(3, 6));
    b!.forEach((w) => expect(w).toBeCloseTo(1, 6));
  });
  test('truncated_normal stays within two deviations and has the spread of its distribution', async () => {
    const { session } = await opened(
      shared('  param W: [2000] ~ truncated_normal(0.5)\n  return x * sum(W)'),
    );
    await session.begin(session);
    const { 'Net.W': W } = params(session);
    expect(Math.max(...W!.map(Math.abs))).toBeLessThanOrEqual(1);
    const deviation = Math.sqrt(W!.reduce((a, w) => a + w * w, 0) / W!.length);
    expect(deviation).toBeGreaterThan(0.5 * 0.8796 * 0.95);
    expect(deviation).toBeLessThan(0.5 * 0.8796 * 1.05);
  });
  test('a static choice leaves the other side out', async () => {
    expect(await names('  return if 1 > 2 then x |> dense(2) else x |> dense(2, bias = false)')).toEqual([
      'Net.dense_1.W',
    ]);
  });
});

test('names of other files: relative, nested, once', async () => {
  const text = `use "layers/a.bpnet"\n${fit('update net with sgd(0.1)').replace('body(x)', 'twice(body(x))')}`;
  const files = {
    'layers/a.bpnet': 'bpnet 1\nuse "deep/b.bpnet"\nfn twice(x: [...]) -> [...] = double(x)',
    'layers/deep/b.bpnet': 'bpnet 1\nfn double(x: [...]) -> [...] = 2 * x',
  };
  expect((await opened(text, { files })).plan.params).toHaveLength(3);
});

test('rows held back for quantities that no split can have are not kept back in silence', async () => {
  const text = (metric: string, held: string) => `dim B
data points {
  x: [2]    = [[0, 0], [0, 1], [1, 0], [1, 1]]
  y: int<3> = [0, 1, 2, 0]
}
train fit {
  data d = points${held}
  net  = dense(3)
  z    = net(d.x)
  loss = mean(cross_entropy(z, d.y))
  update net with sgd(0.1)
  batch B = 2
  epochs 1
  metric accuracy = mean(${metric} == d.y)
}`;
  expect(await codes(text('argmax[B](z[:, 0])', '(test = 0.25)'))).toEqual(['not-yet']);
  expect((await compiled(text('argmax[B](z[:, 0])', '(test = 0.25)'))).plan.evaluate).not.toBe(null); // a warning: the loss has a value there
  expect(await codes(text('argmax[B](z[:, 0])', ''))).toEqual([]);
  expect(await codes(text('argmax[-1](z)', '(test = 0.25)'))).toEqual([]);
});
