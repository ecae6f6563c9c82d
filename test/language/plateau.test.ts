import { describe, expect, test } from 'vitest';
import { checkpointBytes, restoreCheckpoint } from '../../runtime/checkpoint.ts';
import { replayTo } from '../../runtime/diverged.ts';
import { train, trainStep } from '../../runtime/train.ts';
import { codes, compileText, opened, params, trained } from './harness.ts';

/** The loss of the rows held back rises, so that the rate falls every other epoch. */
const text = (rate: string, rest = '') => `dim B
data p {
  x: [] = [1, 2, 3, 4, 5, 6, 7, 8]
  y: [] = [1, 3, 2, 4, 6, 5, 8, 7]
}
train t {
  seed 3
  data d = p(valid = 0.25)
  param w: [] = 0
  param v: [] = 0
  z = w * d.x + v
  loss = mean((z - d.y)^2)
  badness = mean(d.y) + step
  quality = mean(d.y)
  update w with sgd(lr = ${rate})
  update v with adam(lr = plateau(0.1, on = loss, factor = 0.5, patience = 0))
  batch B = 2
  epochs 8
  ${rest}
}`;
const falling = 'plateau(cosine(0.01), on = valid.badness, factor = 0.5, patience = 1, mode = lowest)';

describe('plateau as a schedule', () => {
  test('reduces another schedule, and is asked once an epoch', async () => {
    const { session, plan } = await trained(text(falling));
    expect(plan.plateaus).toMatchObject([
      { quantity: 'valid.badness', mode: 'lowest', factor: 0.5, patience: 1, threshold: 1e-4, cooldown: 0 },
      { quantity: 'loss', mode: 'lowest', factor: 0.5, patience: 0 },
    ]);
    expect(plan.watch).toEqual(['valid']);
    // Eight epochs: the first is best, then every second one is too many.
    expect(session.progress.kept![0]).toBe(0.5 ** 3);
    expect(session.progress.kept![1]).toBeLessThanOrEqual(1);
  });

  test('resumes to the bit wherever it was cut', async () => {
    const whole = await trained(text(falling));
    for (let cut = 1; cut < whole.end.step; cut += 2) {
      const first = await opened(text(falling));
      for await (const event of train(first.session, { stepEvents: 1 }))
        if (event.kind === 'step' && event.step === cut) break;
      const second = await opened(text(falling));
      restoreCheckpoint(second.session, checkpointBytes(first.session));
      for await (const _ of train(second.session));
      expect(checkpointBytes(second.session)).toEqual(checkpointBytes(whole.session));
    }
  });

  test('a step can be run again, at the rate it had', async () => {
    const { session, end } = await trained(text(falling));
    const after = params(session);
    await replayTo(session, end.step);
    trainStep(session);
    expect(params(session)).toEqual(after);
  });

  test('programs without it keep no such numbers', async () => {
    const { session } = await trained(text('0.01').replace(/update v[^\n]*/, ''));
    expect(session.progress).not.toHaveProperty('kept');
  });

  test('mistakes: place, direction, arguments, quantities', async () => {
    expect(await codes(text('0.01', 'metric rate = plateau(0.1)'))).toEqual(['type-mismatch']);
    expect(await codes(text('plateau(0.1, on = valid.badness)'))).toEqual(['type-mismatch']);
    expect(await codes(text('plateau(0.1, on = valid.badness, mode = down)'))).toEqual(['type-mismatch']);
    expect(await codes(text('plateau()'))).toEqual(['type-mismatch']);
    expect(await codes(text('plateau(0.1, factor = 1.5)'))).toEqual(['type-mismatch']);
    expect(await codes(text('plateau(0.1, patience = 0.5)'))).toEqual(['type-mismatch']);
    expect(await codes(text('plateau(d.x)'))).toEqual(['type-mismatch']);
    expect(await codes(text('plateau(0.1, 1, 2, 3, 4, 5, 6, 7, 8, 9)'))).toEqual(['too-many-arguments']);
    expect(await codes(text('plateau(0.1, patiens = 2)'))).toEqual(['unknown-argument']);
    expect(await codes(text('plateau(0.1, on = valid.lss)'))).toEqual(['unknown-name']);
    const { diagnostics } = await compileText(text('plateau(0.1, on = badness)'));
    expect(diagnostics[0]!.help).toContain('plateau(…, on = badness, mode = highest)');
  });
});
