import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noBrowser, openSite, type Site } from './browser.ts';
import { all, compiled, emitted, flowers, imported } from './helpers.ts';

if (noBrowser !== null) console.info(`tests in a browser are skipped: ${noBrowser}`);

const epochs = 300;
const inputs = [0, 0, 0, 1, 1, 0, 1, 1];

interface Outcome {
  /** The checkpoint, and predictions: their bits as text. */
  readonly saved: string;
  readonly values: readonly number[];
  readonly kinds: readonly string[];
}

/** Text, since it runs elsewhere: in a page and in a worker. Answers an `Outcome`. */
const trained = `async function trained(url, options, rows) {
  const { createTrainer } = await import(url);
  const trainer = createTrainer(options);
  const kinds = new Set();
  for await (const event of trainer.train()) kinds.add(event.kind);
  const { values } = await trainer.predict(rows);
  return { saved: [...trainer.save()].join(), values: [...values], kinds: [...kinds] };
}`;
const workerText = `${trained}
onmessage = async ({ data }) => postMessage(await trained(...data));
`;

describe.skipIf(noBrowser !== null)('in Chromium', () => {
  let folder: string;
  let site: Site;
  const errors: string[] = [];
  const expected: Record<string, Outcome> = {};
  const flowerRows = { x: [0.2, 3.9, 3.1, 2.2] };
  const options = { epochs, files: { 'flowers.csv': flowers() } };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trainer-'));
    await writeFile(join(folder, 'flowers.csv'), flowers());
    const files: Record<string, string> = { 'worker.mjs': workerText };
    for (const name of ['xor', 'flowers']) {
      const program = await compiled(name, folder);
      const { js } = await emitted(program, { minify: true });
      files[`${name}.mjs`] = js;
      files[`${name}-service.mjs`] = (await emitted(program, { worker: true })).js;
      const trainer = (await imported(folder, js)).createTrainer({
        ...options,
        ...(name === 'flowers' && { epochs: 4 }),
      });
      const events = await all(trainer.train());
      const { values } = await trainer.predict(name === 'xor' ? inputs : flowerRows);
      expected[name] = {
        saved: [...trainer.save()].join(),
        values: [...values],
        kinds: [...new Set(events.map(({ kind }) => kind))],
      };
    }
    site = await openSite(files, errors);
  }, 120_000);
  afterAll(async () => {
    await site?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const cases = [
    ['xor', { epochs }, inputs],
    ['flowers', { epochs: 4, files: options.files }, flowerRows],
  ] as const;

  test.each(cases)('%s trains in a page, with the bits of Node', async (name, given, rows) => {
    const call = `(${trained})(${[`${site.origin}${name}.mjs`, given, rows].map((each) => JSON.stringify(each)).join(', ')})`;
    expect(await site.page.evaluate(call)).toEqual(expected[name]);
    expect(errors).toEqual([]);
  });

  test.each(cases)('%s trains in a module worker', async (name, given, rows) => {
    const outcome = await site.page.evaluate(
      (message) =>
        new Promise((done, fail) => {
          const worker = new Worker('worker.mjs', { type: 'module' });
          worker.addEventListener('message', ({ data }) => done(data));
          worker.addEventListener('error', ({ message }) => fail(new Error(message)));
          // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
          worker.postMessage(message);
        }),
      [`${site.origin}${name}.mjs`, given, rows] as const,
    );
    expect(outcome).toEqual(expected[name]);
    expect(errors).toEqual([]);
  });

  test('a trainer emitted as a service is a worker by itself', async () => {
    const outcome = await site.page.evaluate(
      ([epochs, rows]) =>
        new Promise((done, fail) => {
          const worker = new Worker('xor-service.mjs', { type: 'module' });
          const kinds = new Set<string>();
          const send = (id: number, call: string, ...args: unknown[]) =>
            // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
            worker.postMessage({ id, call, args });
          const answers: unknown[] = [];
          worker.addEventListener('error', ({ message }) => fail(new Error(message)));
          worker.addEventListener('message', ({ data: { id, event, result, error } }) => {
            if (event) kinds.add(event.kind);
            else if (id === 1) send(2, 'train');
            else if (id === 2) send(3, 'predict', rows);
            else if (id === 3) {
              answers.push([...result.values]);
              send(4, 'resume', new Uint8Array(3));
            } else done({ kinds: [...kinds], answers: [...answers, error] });
          });
          send(1, 'open', { epochs });
        }),
      [epochs, inputs] as const,
    );
    const { kinds, values } = expected['xor']!;
    expect(outcome).toEqual({ kinds, answers: [values, 'bad-checkpoint'] });
    expect(errors).toEqual([]);
  });
});
