import { describe, expect, test } from 'vitest';
import { js } from '../../compiler/backends/js/backend.ts';
import { checkpointBytes, restoreCheckpoint } from '../../runtime/checkpoint.ts';
import { openSession } from '../../runtime/open.ts';
import type { Session } from '../../runtime/session.ts';
import { train } from '../../runtime/train.ts';
import {
  codes,
  compiled,
  compileText,
  opened,
  params,
  reader,
  said,
  trained,
  type Options,
} from './harness.ts';
import { programs, stubFiles } from './stubs.ts';

/** Six rows, two parameters, and whatever happens to them. */
const game = (blocks: string, rest = 'batch B = 2\n  steps 3') => `dim B
data p { x: [] = [1, 2, 3, 4, 5, 6] }
train t {
  seed 4
  data d = p
  param a: [] = 1
  param b: [] = 2
${blocks}
  ${rest}
}`;
const two = `  step first 2 times {
    loss = a^2 * b
    update a with sgd(0.1)
  }
  step second {
    loss = (a - b)^2
    update b with sgd(0.1)
  }`;

/** Every call of an entry: its name, and what it gave. */
async function calls(text: string, options: Options = {}) {
  const running = await opened(text, options);
  const { session } = running;
  const made: { entry: string; quantities: Record<string, number>; sizes: readonly number[] }[] = [];
  const run: Session['run'] = (entry, sizes, ...counters) => {
    session.run(entry, sizes, ...counters);
    const { outputs } = session.entries[entry]!;
    const quantities = Object.entries(outputs).map(([name, { at }]) => [name, session.float[at]!]);
    made.push({ entry, quantities: Object.fromEntries(quantities), sizes: [...sizes] });
  };
  const spied: Session = { ...session, run };
  for await (const _ of train(spied));
  return made.filter(({ entry }) => entry.startsWith('step'));
}

describe('step blocks', () => {
  test('run in order, each its number of times, on what the one before left: by hand', async () => {
    const { session, plan, end } = await trained(game(two, 'batch B = all\n  steps 3'));
    let [a, b] = [1, 2];
    let last: number[] = [];
    for (let step = 0; step < 3; step++) {
      const losses = [];
      for (let k = 0; k < 2; k++) {
        losses.push(a * a * b);
        a -= 0.1 * 2 * a * b;
      }
      last = [(losses[0]! + losses[1]!) / 2, (a - b) ** 2];
      b -= 0.1 * -2 * (a - b);
    }
    expect(plan.quantities).toEqual(['first.loss', 'second.loss']);
    expect(params(session)['a']![0]).toBeCloseTo(a, 14);
    expect(params(session)['b']![0]).toBeCloseTo(b, 14);
    // A quantity of several turns is their mean.
    expect(end.quantities['first.loss']).toBeCloseTo(last[0]!, 14);
    expect(end.quantities['second.loss']).toBeCloseTo(last[1]!, 14);
  });

  test('inside an optimizer `step` counts its own updates, elsewhere it is the step of the run', async () => {
    const text = (times: string, steps: number) => `train t {
  seed 1
  param w: [2] ~ normal(1)
  step only ${times} {
    loss = sum(w^4)
    update w with adam(lr = 0.1)
  }
  steps ${steps}
}`;
    const [often, once] = [await trained(text('3 times', 4)), await trained(text('', 12))];
    expect(params(often.session)).toEqual(params(once.session));
    const scheduled = await trained(`train t {
  param w: [] = 0
  step only 3 times {
    loss = w
    update w with sgd(lr = 10^step)
  }
  steps 2
}`);
    expect(params(scheduled.session)['w']).toEqual([-(3 * 10 + 3 * 100)]);
  });

  test('each turn of a block that reads data has the next batch; others look at the one before', async () => {
    const made = await calls(
      game(
        `  step none { loss = a * mean(ones([B]))
    metric rows = sum(ones([B]))
    update a with sgd(0) }
  step first 2 times { loss = a * sum(d.x)
    update a with sgd(0) }
  step second { loss = b * sum(d.x)
    update b with sgd(0) }
  metric seen = sum(d.x)`,
        'batch B = 4\n  epochs 6',
      ),
    );
    const reading = made.filter(({ entry }) => entry === 'step_first' || entry === 'step_second');
    const seen = (call: (typeof made)[number]) =>
      call.quantities['first.loss'] ?? call.quantities['second.loss']! / 2;
    // Two batches make an epoch, in another order each: what they see adds up to all rows.
    expect(reading.map(({ sizes }) => sizes[0])).toEqual(
      Array.from({ length: 12 }, (_, i) => (i % 2 ? 2 : 4)),
    );
    for (let i = 0; i < reading.length; i += 2) expect(seen(reading[i]!) + seen(reading[i + 1]!)).toBe(21);
    // Three batches a step: four steps for six epochs.
    expect(made.filter(({ entry }) => entry === 'step')).toHaveLength(4);
    made.forEach((call, i) => {
      if (call.entry === 'step_none') expect(call.quantities['none.rows']).toBe(4);
      if (call.entry === 'step') expect(call.quantities['seen']).toBe(seen(made[i - 1]!));
    });
  });

  test('an epoch ends with the step in which its last rows were seen', async () => {
    const text = game(two.replaceAll('loss =', 'loss = 0 * sum(d.x) +'), 'batch B = 2\n  epochs 3');
    const { events, end } = await trained(text);
    // Nine batches, three a step.
    expect(end).toMatchObject({ reason: 'finished', step: 3, epoch: 3 });
    expect(events.filter((e) => e.kind === 'epoch').map((e) => [e.epoch, e.step])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    const tiny = await trained(text.replace('batch B = 2', 'batch B = 4'));
    // Two batches an epoch, three a step: the second step completes two epochs.
    expect(tiny.events.filter((e) => e.kind === 'epoch').map((e) => [e.epoch, e.step])).toEqual([
      [1, 1],
      [3, 2],
    ]);
    expect(tiny.end).toMatchObject({ reason: 'finished', step: 2, epoch: 3 });
  });

  test('no two draws are the same: not in two places, turns, blocks or steps', async () => {
    const made = await calls(`train t {
  seed 2
  param w: [] = 1
  shared = uniform([])
  step a 3 times {
    u = uniform([])
    n = normal([])
    v = uniform([])
    loss = w * (u + n + v + shared)
    metric ua = u
    metric na = n
    metric va = v
    metric sa = shared
    update w with sgd(0)
  }
  step b 2 times {
    u = uniform([])
    loss = w * u
    metric ub = u
    metric sb = shared
    update w with sgd(0)
  }
  metric uo = uniform([])
  steps 4
}`);
    const drawn = made.flatMap(({ quantities }) =>
      Object.entries(quantities).flatMap(([name, value]) => (name.endsWith('loss') ? [] : [value])),
    );
    expect(drawn).toHaveLength(4 * (3 * 4 + 2 * 2 + 1));
    expect(new Set(drawn).size).toBe(drawn.length);
  });

  test('a loss bound before the blocks serves those that have none of their own', async () => {
    const { session, plan } = await trained(
      game(
        `  loss = (a + b)^2
  step first { update a with sgd(0.1) }
  step second { update b with sgd(0.1) }`,
        'batch B = all\n  steps 1',
      ),
    );
    expect(plan.quantities).toEqual(['first.loss', 'second.loss', 'loss']);
    const a = 1 - 0.1 * 2 * 3;
    expect(params(session)['a']![0]).toBeCloseTo(a, 14);
    expect(params(session)['b']![0]).toBeCloseTo(2 - 0.1 * 2 * (a + 2), 14);
  });

  test('each block has optimizer states of its own', async () => {
    const { plan } = await opened(
      game(`  step first { loss = a^2
    update a with adam(0.1) }
  step second { loss = a
    update a, b with adam(0.1) }`),
    );
    expect(plan.states.map((s) => s.name)).toEqual([
      'a/first.adam.m',
      'a/first.adam.v',
      'a/second.adam.m',
      'a/second.adam.v',
      'b/second.adam.m',
      'b/second.adam.v',
    ]);
  });

  test('rules and logs name quantities of blocks; splits have those outside', async () => {
    const rest = `metric distance = abs(a - b) + 0 * mean(d.x)
  stop when second.loss < 0.5
  stop when first.half < 0
  log first.loss, second.loss, distance every 1 steps
  batch B = all
  steps 50`;
    const half = two.replace('loss = a^2 * b', 'loss = a^2 * b\n    half = loss / 2');
    const { end, plan, events } = await trained(game(half, rest));
    expect(plan.quantities).toEqual(['first.loss', 'first.half', 'second.loss', 'distance']);
    expect(end).toMatchObject({ reason: 'stopped', rule: 'second.loss < 0.5' });
    expect(end.splits).toEqual({ train: { distance: expect.any(Number) as number } });
    const logs = events.filter((e) => e.kind === 'log');
    expect(Object.keys(logs[0]!.quantities)).toEqual(['first.loss', 'second.loss', 'distance']);
    expect(logs[0]!.quantities['first.loss']).not.toBeNaN();
  });

  test('a block’s loss that is no number ends the run', async () => {
    const { end } = await trained(game(two.replace('(a - b)^2', 'log(a - b)')));
    expect(end).toMatchObject({ reason: 'diverged', step: 1 });
  });

  test('states of layers are stored by the block that assigns them, and start from what is stored', async () => {
    const { session } = await trained(`dim B
data p { x: [] = [1, 2, 3, 4, 5, 6] }
layer tick()(x: [...]) -> [...] {
  state n: [] = 0
  n = n + 1
  return x + 0 * n
}
model M(x: [B]) -> [B] {
  param w: [] = 1
  t = tick()
  return t(t(w * x))
}
train t {
  data d = p
  net = M()
  before = mean(net(d.x))
  step first 2 times { loss = mean(net(d.x))
    update net with sgd(0) }
  step second { loss = mean(net(d.x) + net(2 * d.x))
    update net with sgd(0) }
  metric outside = before
  batch B = all
  steps 3
}`);
    const place = session.tensors['M.t.n']!;
    // Two by each turn of first, four by second, two by the metric.
    expect(session.float[place.at]).toBe(3 * (2 * 2 + 4 + 2));
  });

  test('resumes to the bit wherever it was cut', async () => {
    const text = game(
      two
        .replaceAll('loss =', 'loss = 0.01 * mean(d.x * normal([B])) * a * b +')
        .replaceAll('sgd(0.1)', 'adam(0.1)'),
      'batch B = 2\n  epochs 4',
    );
    const whole = await trained(text);
    for (let cut = 1; cut < whole.end.step; cut++) {
      const first = await opened(text);
      for await (const event of train(first.session, { stepEvents: 1 }))
        if (event.kind === 'step' && event.step === cut) break;
      const second = await opened(text);
      restoreCheckpoint(second.session, checkpointBytes(first.session));
      for await (const _ of train(second.session));
      expect(checkpointBytes(second.session)).toEqual(checkpointBytes(whole.session));
    }
  });
});

describe('mistakes', () => {
  const blocks = (more: string) => game(`${two}\n${more}`);
  test('what belongs elsewhere says where', async () => {
    expect(await said(blocks('  update b with sgd(1)'))).toEqual([
      'misplaced-statement: `update` belongs in a `step` block here, as the others do.',
    ]);
    expect(await said(blocks('  step c { seed 1\n loss = a\n update a with sgd(1) }'))).toEqual([
      'misplaced-statement: `seed` belongs in the train block, outside of `step` blocks.',
    ]);
    expect(await codes(blocks('  step c { param w: [] = 0\n loss = w\n update a with sgd(1) }'))).toContain(
      'misplaced-statement',
    );
    expect(
      await codes(
        blocks('  step c { step d { loss = a\n update a with sgd(1) }\n loss = a\n update a with sgd(1) }'),
      ),
    ).toEqual(['misplaced-statement']);
  });

  test('a name for two blocks, or that of a split', async () => {
    expect(await codes(blocks('  step first { loss = a\n update a with sgd(1) }'))).toEqual([
      'duplicate-name',
    ]);
    expect(await codes(blocks('  step valid { loss = a\n update a with sgd(1) }'))).toEqual([
      'duplicate-name',
    ]);
  });

  test('what a block binds is its own; a quantity of it goes by its name', async () => {
    const outside = await compileText(blocks('  metric seen = half').replace('loss = a^2', 'half = a\n    loss = a^2')); // prettier-ignore
    expect(outside.diagnostics.map((d) => [d.code, d.help])).toEqual([
      ['unknown-name', '`step first` binds it for itself: bind it before the blocks'],
    ]);
    expect(await codes(game(two.replace('loss = (a', 'loss = half + (a').replace('loss = a^2', 'half = a\n    loss = a^2')))).toEqual(['unknown-name']); // prettier-ignore
    const { diagnostics } = await compileText(blocks('  stop when loss < 1'));
    expect(diagnostics.map((d) => [d.code, d.help])).toEqual([
      ['unknown-name', 'write `first.loss` or `second.loss`'],
    ]);
    expect(await codes(blocks('  log first.lss every 1 steps'))).toEqual(['unknown-name']);
    expect(await codes(blocks('  log valid.first.loss every 1 steps'))).not.toEqual([]);
  });

  test('a parameter is changed once a block', async () => {
    const twice = two.replace('update a with sgd(0.1)', 'update a with sgd(0.1)\n    update a with sgd(0.1)');
    expect(await codes(game(twice))).toEqual(['duplicate-name']);
  });
});

describe('WGAN-GP', () => {
  /** The nine programs' fifth, made small. */
  const small = programs['e-wgan-gp']!.replaceAll(/dense\((512|256)\)/g, 'dense(6)').replace(
    'B = 64',
    'B = 4',
  );

  test('trains: two losses, none of them of a split', async () => {
    const { end, plan, program } = await trained(small, {
      files: stubFiles,
      set: { steps: 2 },
      precision: 'f32',
    });
    expect(plan.quantities).toEqual(['critic.loss', 'generator.loss']);
    expect(Object.values(end.quantities).every(Number.isFinite)).toBe(true);
    expect(end.splits).toEqual({});
    expect(Object.keys(program.entries)).toEqual(
      expect.arrayContaining(['init', 'step_critic', 'step_generator']),
    );
    expect(plan.blocks.map(({ times, takes }) => [times, takes])).toEqual([
      [5, [0]],
      [1, []],
    ]);
  }, 60_000);

  test('brings points to where the data is', async () => {
    const text = `bpnet 1
dim B, Z = 2
data ring {
  train = grid(256)
  x: [2] = concat[0](2 + 0.3 * cos(2 * pi * raw), 0.3 * sin(2 * pi * raw) - 1)
}
model Gen(z: [n, Z]) -> [n, 2] { return z |> dense(16) |> tanh |> dense(16) |> tanh |> dense(2) }
model Disc(x: [n, 2]) -> [n, 1] { return x |> dense(16) |> tanh |> dense(16) |> tanh |> dense(1) }
train wgan {
  seed 3
  data d = ring
  G = Gen()
  C = Disc()
  step critic 5 times {
    fake = detach(G(normal([B, Z])))
    eps  = uniform([B, 1])
    xh   = eps * d.x + (1 - eps) * fake
    gx   = grad(sum(C(xh)), xh)
    loss = mean(C(fake)) - mean(C(d.x)) + mean((norm[1](gx) - 1)^2)
    update C with adam(2e-3, beta1 = 0, beta2 = 0.9)
  }
  step generator {
    loss = -mean(C(G(normal([B, Z]))))
    update G with adam(2e-3, beta1 = 0, beta2 = 0.9)
  }
  batch B = 64
  steps 150
  p = G(normal([B, Z]))
  metric off = (mean(p[:, 0]) - 2)^2 + (mean(p[:, 1]) + 1)^2
}`;
    const read = reader({});
    const good = await compiled(text);
    const session = await openSession({
      plan: good.plan,
      launched: js.launch(good.program),
      target: 'js',
      read,
    });
    const off: number[] = [];
    for await (const event of train(session, { stepEvents: 1 })) {
      if (event.kind === 'step') off.push(event.quantities['off']!);
    }
    expect(off[0]).toBeGreaterThan(4);
    const late = off.slice(80);
    expect(late.reduce((sum, each) => sum + each) / late.length).toBeLessThan(1);
    expect(Math.min(...late)).toBeLessThan(0.05);
  }, 60_000);
});
