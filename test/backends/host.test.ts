import { expect, test } from 'vitest';
import type { Backend } from '../../compiler/backends/backend.ts';
import { js } from '../../compiler/backends/js/backend.ts';
import { reference } from '../../compiler/backends/reference/backend.ts';
import { wasm } from '../../compiler/backends/wasm/backend.ts';
import { checkpointBytes } from '../../runtime/checkpoint.ts';
import { openSession } from '../../runtime/open.ts';
import { train } from '../../runtime/train.ts';
import { compiled, reader } from '../language/harness.ts';

/** All that the host hands to an entry: step, steps, epoch, updates of a block, kept rates. */
const text = `dim B
data p { x: [] = [1, 2, 3, 4, 5, 6, 7, 8] }
train t {
  seed 3
  data d = p(valid = 0.25)
  param w: [3] ~ normal(1)
  param v: [3] ~ normal(1)
  badness = mean(d.x) + step
  step first 2 times {
    loss = mean(d.x) * sum((w - v)^2) / steps
    update w with adam(lr = plateau(cosine(0.05), on = valid.badness, patience = 0, mode = lowest))
  }
  step second {
    loss = sum((w + v)^2)
    update v with adam(lr = plateau(0.1, on = valid.badness, factor = 0.5, patience = 1, mode = lowest))
  }
  batch B = 2 accumulate 2
  steps 9
}`;

test.for(['f32', 'f64'] as const)('every backend trains to the same bits: %s', async (precision) => {
  const { plan, program } = await compiled(text, { precision });
  const trained = async (backend: Backend): Promise<Uint8Array> => {
    const session = await openSession({
      plan,
      launched: backend.launch(program),
      target: 'any',
      read: reader({}),
    });
    for await (const _ of train(session));
    expect(session.progress.kept!.every((rate) => rate < 1)).toBe(true);
    return checkpointBytes(session);
  };
  const expected = await trained(reference);
  for (const backend of [js, wasm]) expect(await trained(backend)).toEqual(expected);
});
