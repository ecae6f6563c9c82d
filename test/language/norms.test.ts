import { describe, expect, test } from 'vitest';
import { said, trained, type Options } from './harness.ts';

/** loss = 3 a + 4 b0 + 0 c: gradients that can be read off. */
const program = (rules: string, update = 'update net with sgd(0)') => `dim B
data points { x: [] = [1, 1, 1, 1] }
layer half()(x: [B]) -> [B] {
  param a: [] = 1
  param b: [2] = 1
  return 3 * a * x + 4 * b[0] * x
}
model Net(x: [B]) -> [B] {
  param c: [] = 1
  half = half()
  return half(x) + 12 * c * x
}
train t {
  data d = points
  net  = Net()
  loss = mean(net(d.x))
  ${update}
  batch B = 2
  epochs 2
  ${rules}
}`;
const logs = async (rules: string, update?: string, options?: Options) =>
  (await trained(program(rules, update), options)).events.flatMap((e) =>
    e.kind === 'log' ? [e.quantities] : [],
  );
const warnings = async (text: string, options?: Options) =>
  (await trained(text, options)).events.flatMap((e) => (e.kind === 'warning' ? [e] : []));

describe('norms of gradients', () => {
  test('of all, of a part, of each layer', async () => {
    expect(await logs('log loss, grad_norm every 4 steps')).toEqual([{ loss: 19, grad_norm: 13 }]);
    expect(await logs('log grad_norm(net.half), grad_norm(net.c) every 4 steps')).toEqual([
      { 'grad_norm(net.half)': 5, 'grad_norm(net.c)': 12 },
    ]);
    expect(await logs('log grad_norms every 4 steps')).toEqual([
      { 'grad_norm(Net.c)': 12, 'grad_norm(Net.half)': 5 },
    ]);
  });

  test('are those of the update: before clipping, of what it changes, from what it follows', async () => {
    const rule = 'log grad_norm every 4 steps';
    expect(await logs(rule, 'update net with sgd(0, clip_norm = 1)')).toEqual([{ grad_norm: 13 }]);
    expect(await logs(rule, 'update net.half with sgd(0)')).toEqual([{ grad_norm: 5 }]);
    expect(await logs(rule, 'update net.half with sgd(0)\n  update net.c with adam(0)')).toEqual([
      { grad_norm: 13 },
    ]);
    expect(await logs(rule, 'update net with sgd(0) from 2 * grad(loss, params(net))')).toEqual([
      { grad_norm: 26 },
    ]);
  });

  test('of several batches an update: of their mean', async () => {
    const text = program('log grad_norm every 1 steps')
      .replace('= [1, 1, 1, 1]', '= [1, 3, 5, 7]')
      .replace('batch B = 2', 'batch B = 2 accumulate 2');
    const { events } = await trained(text);
    expect(events.flatMap((e) => (e.kind === 'log' ? [e.quantities] : []))).toEqual([
      { grad_norm: 13 * 4 },
      { grad_norm: 13 * 4 },
    ]);
  });

  test('of `step` blocks', async () => {
    const steps = `step one 2 times {
    loss = mean(net(d.x))
    update net.half with sgd(0)
  }
  step two {
    loss = 2 * mean(net(d.x))
    update net.c with sgd(0)
  }`;
    const text = (rules: string) =>
      program(rules, steps).replace('  loss = mean(net(d.x))\n  step', '  step');
    const { events } = await trained(
      text('log one.grad_norm, two.grad_norm, grad_norm(net.c) every 1 steps'),
    );
    expect(events.find((e) => e.kind === 'log')).toMatchObject({
      quantities: { 'one.grad_norm': 5, 'two.grad_norm': 24, 'grad_norm(net.c)': 24 },
    });
    expect(await said(text('log grad_norm every 1 steps'))).toEqual([
      'unknown-name: There is nothing called `grad_norm` here.',
    ]);
  });

  test('may be printed, and stop a run', async () => {
    const { events, end } = await trained(
      program(
        'every 2 steps { print grad_norm, grad_norm(net.half)\n    print grad_norms }\n  stop when grad_norm > 12 and step > 2',
      ),
    );
    expect(events.flatMap((e) => (e.kind === 'print' ? [e.text] : []))).toEqual([
      '13 5',
      'Net.c     12\nNet.half   5',
    ]);
    expect(end).toMatchObject({ reason: 'stopped', step: 3 });
    expect(await logs('log grad_norm every 1 epochs')).toEqual([{ grad_norm: 13 }, { grad_norm: 13 }]);
  });

  test('measuring them changes no number', async () => {
    const of = async (rules: string) => {
      const { end, plan } = await trained(program(rules, 'update net with adam(0.01)'));
      return { end, quantities: plan.quantities };
    };
    expect(await of('log grad_norm, grad_norms every 1 steps')).toEqual(await of(''));
  });

  test("a name of one's own hides it", async () => {
    expect(await logs('metric grad_norm = 7 * loss\n  log grad_norm every 4 steps')).toEqual([
      { grad_norm: 133 },
    ]);
  });

  test.for([
    [
      'log grad_norm(d) every 1 steps',
      'type-mismatch: Expected a model or its parameters, but this is a data set.',
    ],
    ['stop when grad_norms > 1', 'type-mismatch: Expected one number, but this is 2 norms, one a layer.'],
    ['log valid.grad_norm every 1 steps', 'unknown-name: There is nothing called `grad_norm` here.'],
    ['log gradnorm every 1 steps', 'unknown-name: There is nothing called `gradnorm` here.'],
  ])('%s', async ([rules, message]) => {
    expect(await said(program(rules!))).toContain(message);
  });

  test('of what no update changes there is none', async () => {
    expect(await said(program('log grad_norm(net.c) every 1 steps', 'update net.half with sgd(0)'))).toEqual([
      'type-mismatch: Expected parameters that an `update` changes, but this is `net.c`.',
    ]);
  });
});

describe('warnings where norms are logged', () => {
  test('a layer whose gradient vanishes is told once, by name', async () => {
    const text = program('log grad_norm every 1 steps').replace('half(x) +', '1e-9 * half(x) +');
    expect(await warnings(text)).toEqual([
      {
        kind: 'warning',
        code: 'vanishing-gradient',
        text: 'the gradient of Net.half has the norm 5e-9 at step 1, that of Net.c 12',
      },
    ]);
    expect(await warnings(text.replace('log grad_norm every 1 steps', ''))).toEqual([]);
  });
  test('so is one whose gradient explodes', async () => {
    const text = program('log grad_norms every 2 steps').replace('half(x) +', '1e4 * half(x) +');
    expect(await warnings(text)).toEqual([
      {
        kind: 'warning',
        code: 'exploding-gradient',
        text: 'the gradient of Net.half has the norm 50000 at step 2',
      },
    ]);
  });
  test('a healthy run is told nothing', async () => {
    expect(await warnings(program('log grad_norm every 1 steps'))).toEqual([]);
  });
});
