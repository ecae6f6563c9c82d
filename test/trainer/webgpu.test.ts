import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TrainEvent } from '../../runtime/events.ts';
import type { TrainerOptions } from '../../trainer/parts/command.ts';
import { nullGpu, noVulkan, realGpu, release } from '../backends/gpu.ts';
import { noBrowser, openSite, type Site } from './browser.ts';
import { all, compiled, emitted, flowers, imported } from './helpers.ts';

/** Trainers for WebGPU: the losses of those in JavaScript, in Node and in Chromium. */
const gpu = await realGpu();
if (!gpu) console.info(`trainers on WebGPU are skipped: ${noVulkan}`);
if (noBrowser !== null) console.info(`trainers on WebGPU in a browser are skipped: ${noBrowser}`);

const programs = ['xor', 'flowers'] as const;
const rows = { xor: [0, 0, 0, 1, 1, 0, 1, 1], flowers: { x: [0.2, 3.9, 3.1, 2.2] } };
let folder: string;
const texts: Record<string, string> = {};
const expected: Record<string, { losses: number[]; values: number[] }> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainer-'));
  await writeFile(join(folder, 'flowers.csv'), flowers());
  for (const name of programs) {
    const program = await compiled(name, folder);
    texts[name] = (await emitted(program, { target: 'webgpu', minify: true })).js;
    const { createTrainer } = await imported(folder, (await emitted(program)).js);
    expected[name] = await outcome(createTrainer(optionsOf()), rows[name]);
  }
}, 120_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  release();
});

function optionsOf(more: object = {}): TrainerOptions {
  return { epochs: 4, files: { 'flowers.csv': flowers() }, ...more };
}
type Trainer = ReturnType<Awaited<ReturnType<typeof imported>>['createTrainer']>;
async function outcome(trainer: Trainer, inputs: object) {
  const losses = lossesOf(await all(trainer.train({ stepEvents: 1 })));
  const { values } = await trainer.predict(inputs as number[]);
  return { losses, values: [...values] };
}
function lossesOf(events: readonly TrainEvent[]): number[] {
  return events.flatMap((event) => (event.kind === 'step' ? [event.quantities['loss']!] : []));
}
function expectNear(got: readonly number[], wanted: readonly number[]): void {
  expect(got.length).toBe(wanted.length);
  got.forEach((x, i) =>
    expect(Math.abs(x - wanted[i]!)).toBeLessThan(1e-4 * Math.max(Math.abs(wanted[i]!), 0.1)),
  );
}

describe.skipIf(!gpu)('in Node', () => {
  test.each(programs)('%s trains, predicts, saves and goes on', async (name) => {
    const { createTrainer } = await imported(folder, texts[name]!);
    const trainer = createTrainer(optionsOf({ gpu }));
    const got = await outcome(trainer, rows[name]);
    expectNear(got.losses, expected[name]!.losses);
    expectNear(got.values, expected[name]!.values);
    const again = createTrainer(optionsOf({ gpu }));
    again.resume(await trainer.save());
    const { values } = await again.predict(rows[name] as number[]);
    expect([...values]).toEqual(got.values);
    for (const each of [trainer, again]) each.close!();
  });
});

test('without an adapter training ends in words', async () => {
  const { createTrainer } = await imported(folder, texts['xor']!);
  const nothing = { requestAdapter: async () => null };
  const training = all(createTrainer(optionsOf({ gpu: nothing })).train());
  await expect(training).rejects.toThrow('WebGPU finds no adapter here');
});

test('an arena that no binding holds is refused with both sizes', async () => {
  const { createTrainer } = await imported(folder, texts['xor']!);
  const small = { limits: { maxStorageBufferBindingSize: 100, maxBufferSize: 100 } };
  const training = all(createTrainer(optionsOf({ gpu: { requestAdapter: async () => small } })).train());
  await expect(training).rejects.toThrow(
    /needs \d+ bytes in one piece, the WebGPU adapter binds at most 100/,
  );
});

test('a device that is lost ends training in words', async () => {
  const { createTrainer } = await imported(folder, texts['xor']!);
  const adapter = (await (await nullGpu()).requestAdapter())!;
  let device: { destroy(): void } | null = null;
  const requestDevice = async () => (device = await adapter.requestDevice());
  const lent = { requestAdapter: async () => ({ limits: adapter.limits, requestDevice }) };
  const trainer = createTrainer({ ...optionsOf({ gpu: lent }), epochs: 1e6 });
  const training = (async () => {
    for await (const event of trainer.train({ stepEvents: 1 })) if (event.kind === 'step') device!.destroy();
  })();
  await expect(training).rejects.toThrow('the GPU device was lost');
});

describe.skipIf(noBrowser !== null)('in Chromium', () => {
  let site: Site;
  const errors: string[] = [];
  const trained = `async function trained(url, options, rows) {
    const { createTrainer } = await import(url);
    const trainer = createTrainer(options);
    const losses = [];
    for await (const { kind, quantities } of trainer.train({ stepEvents: 1 })) if (kind === 'step') losses.push(quantities.loss);
    const { values } = await trainer.predict(rows);
    return { losses, values: [...values] };
  }`;

  beforeAll(async () => {
    const worker = `${trained}\nonmessage = async ({ data }) => postMessage(await trained(...data));`;
    const modules = Object.entries(texts).map(([name, text]) => [`${name}.mjs`, text]);
    site = await openSite({ ...Object.fromEntries(modules), 'worker.mjs': worker }, errors);
  }, 60_000);
  afterAll(() => site?.close());

  test.each(programs)('%s trains in a page', async (name) => {
    const given = [`${site.origin}${name}.mjs`, optionsOf(), rows[name]].map((each) => JSON.stringify(each));
    const got = (await site.page.evaluate(`(${trained})(${given.join(', ')})`)) as (typeof expected)[string];
    expectNear(got.losses, expected[name]!.losses);
    expectNear(got.values, expected[name]!.values);
    expect(errors).toEqual([]);
  });

  test.each(programs)('%s trains in a module worker', async (name) => {
    const got = await site.page.evaluate(
      (message) =>
        new Promise((done, fail) => {
          const worker = new Worker('worker.mjs', { type: 'module' });
          worker.addEventListener('message', ({ data }) => done(data));
          worker.addEventListener('error', ({ message }) => fail(new Error(message)));
          // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
          worker.postMessage(message);
        }),
      [`${site.origin}${name}.mjs`, optionsOf(), rows[name]] as const,
    );
    expectNear((got as (typeof expected)[string]).losses, expected[name]!.losses);
    expect(errors).toEqual([]);
  });
});
