import { describe, expect, test } from 'vitest';
import { checkpointBytes, restoreCheckpoint } from '../../runtime/checkpoint.ts';
import { readSafetensors } from '../../runtime/safetensors.ts';
import type { Session } from '../../runtime/session.ts';
import { train } from '../../runtime/train.ts';
import { codes, opened, params, said, trained } from './harness.ts';

const rows = Array.from({ length: 10 }, (_, i) => [Math.sin(i), Math.cos(2 * i)]);
const text = (batch: string, body = '', optimizer = 'adam(0.01, clip_norm = 0.5)') => `dim B
data p {
  x: [2] = ${JSON.stringify(rows)}
  y: []  = ${JSON.stringify(rows.map(([a, b]) => a! * b! + 1))}
}
model Net(x: [B, 2]) -> [B] { return (x |> dense(3) |> tanh |> dense(1))[:, 0] }
train t {
  seed 1
  data d = p
  net  = Net()
  z    = net(d.x)
  loss = mean((z - d.y)^2) + l2(net, 1e-3)
  ${body}
  update net with ${optimizer}
  batch ${batch}
  epochs 3
}`;

function near(found: Session, expected: Session): void {
  const [a, b] = [params(found), params(expected)];
  expect(Object.keys(a)).toEqual(Object.keys(b));
  for (const [name, values] of Object.entries(a)) {
    values.forEach((value, i) => expect(value).toBeCloseTo(b[name]![i]!, 13));
  }
}

describe('batch B = 2 accumulate 3', () => {
  test('trains as batch B = 6 does, the last and smaller step of an epoch too', async () => {
    const [parts, whole] = [await trained(text('B = 2 accumulate 3')), await trained(text('B = 6'))];
    near(parts.session, whole.session);
    const losses = (run: typeof parts) =>
      run.events.flatMap((e) => (e.kind === 'step' || e.kind === 'epoch' ? [e.quantities['loss']!] : []));
    expect(losses(parts)).toHaveLength(3 * 3);
    losses(parts).forEach((loss, i) => expect(loss).toBeCloseTo(losses(whole)[i]!, 13));
    expect(parts.end).toMatchObject({ step: 6, epoch: 3 });
    expect(parts.end.splits['train']!['loss']).toBeCloseTo(whole.end.splits['train']!['loss']!, 13);
  });

  test('batches of unequal size count by their rows', async () => {
    // 10 rows in batches of 4, 4 and 2: the step is the whole epoch.
    const [parts, whole] = [await trained(text('B = 4 accumulate 3')), await trained(text('B = all'))];
    near(parts.session, whole.session);
    const other = await trained(text('B = 4 accumulate 7'));
    expect(other.end.step).toBe(3);
    near(other.session, whole.session);
  });

  test('with a gradient of one’s own, several updates, and weight decay', async () => {
    const body = `g = grad(mean((z - d.y)^4), params(net))`;
    const two = (batch: string) =>
      text(batch, body).replace(
        'update net with adam(0.01, clip_norm = 0.5)',
        'update net.dense_1 with sgd(0.1, weight_decay = 0.1)\n  update net.dense_2 with momentum(0.1) from g',
      );
    near((await trained(two('B = 2 accumulate 3'))).session, (await trained(two('B = 6'))).session);
  });

  test('the sums live beside the rest of the arena and in no checkpoint', async () => {
    const { session, program, plan, saved } = await trained(text('B = 2 accumulate 3'));
    expect(plan.blocks).toMatchObject([{ entry: 'step', update: 'update', accumulate: 3, times: 1 }]);
    const sums = program.buffers.filter(({ role }) => role === 'gradient');
    expect(sums.map(({ name }) => name)).toEqual([
      'step/rows',
      ...plan.params.map(({ name }) => `step/${name}`),
    ]);
    for (const { offset, size } of sums)
      for (let i = 0; i < size; i++) expect(session.float[offset + i]).toBe(0);
    expect(Object.keys(readSafetensors(checkpointBytes(session)).tensors)).toHaveLength(
      3 * plan.params.length,
    );
    expect(saved.size).toBe(0);
  });

  test('each batch has its own draws and its own batch statistics', async () => {
    const running = await opened(
      text('B = 2 accumulate 3', 'noise = sum(normal([B]))\n  metric drawn = noise').replace(
        '|> tanh',
        '|> batch_norm |> tanh',
      ),
    );
    const { session } = running;
    const drawn: number[] = [];
    const run: Session['run'] = (entry, ...more) => {
      session.run(entry, ...more);
      const { drawn: place } = session.entries[entry]!.outputs;
      if (entry === 'step') drawn.push(session.float[place!.at]!);
    };
    for await (const _ of train({ ...session, run }));
    expect(drawn).toHaveLength(15);
    expect(new Set(drawn).size).toBe(15);
    const count = session.tensors['Net.batch_norm_1.mean'];
    expect(count).toBeDefined();
  });

  test('`step` in a schedule and in an optimizer counts updates', async () => {
    const { session } = await trained(`dim B
data p { x: [] = [1, 1, 1, 1] }
optimizer counting(lr = 1)(w: [...], g: [...]) -> [...] { return w - lr * step }
train t {
  data d = p
  param w: [] = 0
  loss = w * mean(d.x)
  update w with counting(lr = 100^(step - 1))
  batch B = 1 accumulate 2
  epochs 1
}`);
    expect(params(session)['w']).toEqual([-(1 + 100 * 2)]);
  });

  test('resumes to the bit wherever it was cut', async () => {
    const noisy = text('B = 2 accumulate 3').replace('z - d.y)^2', 'z - d.y + normal([B]))^2');
    const whole = await trained(noisy);
    for (let cut = 1; cut < whole.end.step; cut++) {
      const first = await opened(noisy);
      for await (const event of train(first.session, { stepEvents: 1 }))
        if (event.kind === 'step' && event.step === cut) break;
      const second = await opened(noisy);
      restoreCheckpoint(second.session, checkpointBytes(first.session));
      for await (const _ of train(second.session));
      expect(checkpointBytes(second.session)).toEqual(checkpointBytes(whole.session));
    }
  });

  test('in step blocks: every turn accumulates', async () => {
    const game = (batch: string) => text(batch).replace(
      /loss = [^]*clip_norm = 0.5\)/,
      `step first 2 times {
    loss = mean((z - d.y)^2)
    update net.dense_1 with sgd(0.1)
  }
  step second {
    loss = mean(abs(z - d.y))
    update net.dense_2 with adam(0.01)
  }`,
    ); // prettier-ignore
    const parts = await trained(game('B = 1 accumulate 2'));
    expect(parts.plan.blocks.map(({ entry, update }) => [entry, update])).toEqual([
      ['step_first', 'update_first'],
      ['step_second', 'update_second'],
    ]);
    near(parts.session, (await trained(game('B = 2'))).session);
  });

  test('without data it averages over draws', async () => {
    const { session } = await trained(`dim B = 2
train t {
  param w: [] = 0
  loss = w * 3
  update w with sgd(1)
  batch B = 2 accumulate 4
  steps 2
}`);
    expect(params(session)['w']).toEqual([-6]);
  });
});

test('accumulate is a whole number from 1 on, written once, and may be set from outside', async () => {
  expect(await said(text('B = 2 accumulate 0'))).toEqual([
    'type-mismatch: Expected a number of batches from 1 on for `accumulate`, but this is 0.',
  ]);
  expect(await codes(text('B = 2 accumulate 1.5'))).toEqual(['type-mismatch']);
  expect(await codes(text('B = 2 accumulate d'))).not.toEqual([]);
  expect(await codes(text('B = 2 accumulate 2\n  batch M = 3 accumulate 3'))).toContain('duplicate-name');
  expect((await opened(text('B = 2 accumulate 1'))).plan.blocks[0]!.update).toBe(null);
  expect(
    (await opened(text('B = 2 accumulate 2'), { set: { accumulate: 5 } })).plan.blocks[0]!.accumulate,
  ).toBe(5);
  expect(await codes(text('B = 2'), { set: { accumulate: 0 } })).toEqual(['bad-override']);
});
