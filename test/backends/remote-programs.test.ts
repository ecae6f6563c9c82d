import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Launched } from '../../compiler/backends/backend.ts';
import { js } from '../../compiler/backends/js/backend.ts';
import type { Compiled } from '../../compiler/compile.ts';
import { nodeFiles } from '../../runtime/node/files.ts';
import { openSession } from '../../runtime/open.ts';
import { train } from '../../runtime/train.ts';
import { compiledExample, examples, models } from './example-programs.ts';
import { remotes } from './remote.ts';

/** Every example trains on every machine with memory of its own, and its losses are those of js. */
const steps = 20;
const tolerance = 1e-4;
/** Learns from batches that come from outside, or not at all. */
const handed = ['q-learning/model.bpnet', 'wgan-gp/draw.bpnet'];
/** Fewer where the least difference soon becomes another action or turns two nets that chase each other, and where a step is long. */
const fewer: Readonly<Record<string, number>> = {
  'cart-pole/model.bpnet': 1,
  'sentiment/model.bpnet': 5,
  'wgan-gp/model.bpnet': 2,
};
/** Few rows a step where those are wide: it is numbers that are compared here, not speed. */
const rows: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'burgers-pinn/model.bpnet': { N: 32 },
  'electricity/model.bpnet': { B: 8 },
  'mnist-mlp/model.bpnet': { B: 8 },
  'sentiment/model.bpnet': { B: 2 },
  'vae/model.bpnet': { B: 8 },
  'wgan-gp/model.bpnet': { B: 4 },
};

describe.each(models.filter((model) => !handed.includes(model)))('%s', (model) => {
  test('its losses are those of js', async () => {
    const count = fewer[model] ?? steps;
    const compiled = await compiledExample(model, 'f32', { steps: count, ...rows[model] });
    const expected = await losses(model, compiled, js.launch(compiled.program));
    for (const { name, launch, skip } of remotes) {
      if (skip !== null) continue;
      const launched = await launch(compiled.program);
      const got = await losses(model, compiled, launched);
      launched.remote!.close();
      expect(got.length).toBe(expected.length);
      const apart = expected.map((loss, i) => Math.abs(loss - got[i]!) / Math.max(Math.abs(loss), 1e-2));
      expect(Math.max(...apart), `${name}: ${expected.slice(-3)} and ${got.slice(-3)}`).toBeLessThan(
        tolerance,
      );
    }
  }, 120_000);
});

async function losses(model: string, { plan }: Compiled, launched: Launched): Promise<number[]> {
  const { read } = nodeFiles(dirname(join(examples, model)));
  const session = await openSession({ plan: { ...plan, reports: [] }, launched, target: 'test', read });
  const all: number[] = [];
  for await (const event of train(session, { stepEvents: 1 })) {
    if (event.kind === 'step') all.push(...Object.values(event.quantities).filter(Number.isFinite));
    if (event.kind === 'step' && event.step >= plan.steps!) break;
  }
  return all;
} // prettier-ignore
