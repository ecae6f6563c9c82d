import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noBrowser, openSite } from './browser.ts';
import { all, compiledText, emitted, flowers, imported } from './helpers.ts';

/** Wide enough for threads to gain. */
const wide = `bpnet 1
dim B, K = 3
data flowers {
  train = csv("flowers.csv")
  x: [2]    = raw[0:2]
  y: int<K> = category(raw.kind)
}
model Net(x: [B, 2]) -> [B, K] {
  return x |> dense(128) |> tanh |> dense(128) |> tanh |> dense(K)
}
train wide_net {
  data d = flowers()
  net  = Net()
  loss = mean(cross_entropy(net(d.x), d.y))
  update net with adam(lr = 0.01)
  batch B = 32
  epochs 30
}
`;

/** Text, since it runs in a page too: the bits of a checkpoint, and how many threads were started. */
const trained = `async function trained(url, options) {
  let started = 0;
  if (globalThis.Worker) {
    const { Worker } = globalThis;
    globalThis.Worker = class extends Worker {
      constructor(...args) {
        super(...args);
        started++;
      }
    };
  }
  const { createTrainer } = await import(url);
  const trainer = createTrainer(options);
  for await (const _ of trainer.train());
  return { started, saved: [...trainer.save()].join() };
}`;
const workerText = `${trained}
onmessage = async ({ data }) => postMessage(await trained(...data));
`;

let folder: string;
let js: string;
let expected: string;
const files = { 'flowers.csv': flowers() };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'threads-'));
  await writeFile(join(folder, 'flowers.csv'), flowers());
  const program = await compiledText(wide, folder);
  js = (await emitted(program, { target: 'wasm', minify: true })).js;
  const plain = (await imported(folder, (await emitted(program)).js)).createTrainer({ files });
  await all(plain.train());
  expected = [...plain.save()].join();
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each([1, 2, 3, 1.5, NaN])(
  'a trainer on %d threads has the bits of JavaScript on one',
  async (threads) => {
    const trainer = (await imported(folder, js)).createTrainer({ files, threads });
    await all(trainer.train());
    expect([...trainer.save()].join()).toBe(expected);
  },
);

describe.skipIf(noBrowser !== null)('in Chromium', () => {
  test.each([
    { isolated: true, where: 'worker', threads: 2 },
    { isolated: false, where: 'worker', threads: 1 },
    { isolated: true, where: 'page', threads: 1 },
    { isolated: false, where: 'page', threads: 1 },
  ])(
    'isolated: $isolated, in a $where: $threads threads',
    async ({ isolated, where, threads }) => {
      const errors: string[] = [];
      const site = await openSite({ 'wide.mjs': js, 'worker.mjs': workerText }, errors, { isolated });
      try {
        const options = { files, threads: 2 };
        const message = [`${site.origin}wide.mjs`, options] as const;
        const call = `(${trained})(${message.map((each) => JSON.stringify(each)).join(', ')})`;
        const inWorker = (): Promise<unknown> =>
          site.page.evaluate(
            (given) =>
              new Promise((done, fail) => {
                const worker = new Worker('worker.mjs', { type: 'module' });
                worker.addEventListener('message', ({ data }) => done(data));
                worker.addEventListener('error', ({ message }) => fail(new Error(message)));
                // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
                worker.postMessage(given);
              }),
            message,
          );
        const outcome = where === 'page' ? await site.page.evaluate(call) : await inWorker();
        expect(outcome).toEqual({ started: threads - 1, saved: expected });
        expect(errors).toEqual([]);
      } finally {
        await site.close();
      }
    },
    60_000,
  );
});
