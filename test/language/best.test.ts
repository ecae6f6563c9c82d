import { expect, test } from 'vitest';
import { checkpointBytes, checkpointRun, restoreCheckpoint } from '../../runtime/checkpoint.ts';
import type { TrainEvent } from '../../runtime/events.ts';
import type { Session } from '../../runtime/session.ts';
import { train } from '../../runtime/train.ts';
import { opened, params, trained, type Options } from './harness.ts';

/** w goes 0, 0.6, 1.08, 1.464, 1.7712 … towards 3, and scores best near 1: after epoch 2. */
const program = (rules: string, epochs = 6) => `dim B
data points { x: [] = [3, 3, 3, 3] }
train t {
  seed 1
  data d = points(valid = 0.25)
  param w: [] = 0
  loss = mean((w - d.x)^2)
  update w with sgd(0.1)
  batch B = all
  epochs ${epochs}
  metric score = mean(-(w - d.x / 3)^2)
  ${rules}
}`;
const best = 'save best valid.score to "best-{epoch}.safetensors"';

async function end(s: Session, signal?: AbortSignal) {
  const events: TrainEvent[] = [];
  for await (const event of train(s, signal ? { signal } : {})) events.push(event);
  const last = events.at(-1)!;
  if (last.kind !== 'end') throw new Error('no end');
  return last;
}

test('a run with `save best` ends with the best weights, and says so', async () => {
  const { end, session, saved } = await trained(program(best));
  expect(end).toMatchObject({ reason: 'finished', step: 6, epoch: 6 });
  expect(end.best).toEqual({
    quantity: 'valid.score',
    value: expect.closeTo(-0.0064, 12),
    step: 2,
    epoch: 2,
  });
  expect(end.splits['valid']!['loss']).toBeCloseTo(1.92 ** 2, 12);
  expect(params(session)['w']![0]).toBeCloseTo(1.08, 12);
  // It is that state: what is saved now continues from there.
  expect(checkpointBytes(session)).toEqual(saved.get('best-2.safetensors'));
});

test('early stopping: patience runs out, the best is what stays', async () => {
  const { end, session } = await trained(
    program(`${best}\n  stop when plateau(valid.score, patience = 2)`, 50),
  );
  expect(end).toMatchObject({ reason: 'stopped', epoch: 4, best: { epoch: 2 } });
  expect(params(session)['w']![0]).toBeCloseTo(1.08, 12);
});

test('without `save best` the last weights stay', async () => {
  const { end, session } = await trained(program('stop when plateau(valid.score, patience = 2)', 50));
  expect(end).toMatchObject({ reason: 'stopped', epoch: 4 });
  expect(end).not.toHaveProperty('best');
  expect(params(session)['w']![0]).toBeCloseTo(1.7712, 12);
});

test('where the last is the best there is nothing to restore', async () => {
  const { end, session } = await trained(program(best, 2));
  expect(end).toMatchObject({ step: 2, best: { step: 2, epoch: 2 } });
  expect(params(session)['w']![0]).toBeCloseTo(1.08, 12);
});

test('the first of several `save best` decides; each writes its own file', async () => {
  const { end, saved } = await trained(program(`save best loss to "loss.safetensors"\n  ${best}`));
  expect(end.best).toMatchObject({ quantity: 'loss', epoch: 6 });
  expect([...saved.keys()]).toContain('best-2.safetensors');
});

test('an interrupted run keeps its last weights, to be continued', async () => {
  const { session } = await opened(program(best));
  const stop = new AbortController();
  for await (const event of train(session, { signal: stop.signal })) {
    if (event.kind === 'epoch' && event.epoch === 4) stop.abort();
    if (event.kind === 'end') expect(event).toMatchObject({ reason: 'cancelled', epoch: 4 });
  }
  expect(params(session)['w']![0]).toBeCloseTo(1.7712, 12);
});

test('without a place to write to the best state is kept all the same', async () => {
  const { session } = await opened(program(best));
  expect(await end(Object.assign(session, { write: null }))).toMatchObject({ best: { epoch: 2 } });
  expect(params(session)['w']![0]).toBeCloseTo(1.08, 12);
});

test('a run that is lengthened goes the way of one that was longer from the start', async () => {
  const long = await trained(program(best, 9));
  const first = await trained(program(best, 6));
  const { session } = await opened(program(best, 9));
  restoreCheckpoint(session, checkpointBytes(first.session));
  expect(await end(session)).toEqual(long.end);
  expect(checkpointBytes(session)).toEqual(checkpointBytes(long.session));
});

test('a resumed run that gets no better is restored from the file, if it is still that', async () => {
  const whole = await trained(program(`${best}\n  save every 4 epochs to "four.safetensors"`));
  const four = whole.saved.get('four.safetensors')!;
  expect(checkpointRun(four).epoch).toBe(4);
  const resumed = async (files: NonNullable<Options['files']>) => {
    const { session } = await opened(program(best), { files });
    restoreCheckpoint(session, four);
    return { end: await end(session), w: params(session)['w']![0] };
  };
  const file = whole.saved.get('best-2.safetensors')!;
  expect((await resumed({ 'best-2.safetensors': file })).end).toEqual(whole.end);
  // Gone, overwritten by another run, or something else: the last weights stay.
  const other = (await trained(program(best).replace('seed 1', 'seed 2').replace('d.x / 3', 'd.x / 2')))
    .saved;
  for (const files of [
    {},
    { 'best-2.safetensors': [...other.values()].at(-1)! },
    { 'best-2.safetensors': 'what' },
  ]) {
    const { end, w } = await resumed(files);
    expect(end).not.toHaveProperty('best');
    expect(w).toBeCloseTo(3 * (1 - 0.8 ** 6), 12);
  }
});
