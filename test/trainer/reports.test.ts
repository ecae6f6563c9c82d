import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { TrainEvent } from '../../runtime/events.ts';
import { continueText } from '../../runtime/generate.ts';
import { isPng } from '../../runtime/png.ts';
import { train } from '../../runtime/train.ts';
import { all, compiled, compiledText, emitted, flowers, imported, inProcess } from './helpers.ts';

vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reports-'));
  await writeFile(join(folder, 'flowers.csv'), flowers());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const settled = (events: readonly TrainEvent[]) => events.map((event) => ({ ...event, seconds: 0 }));
const read = (path: string) => readFile(join(folder, path));

test('what a trainer prints and draws is what training in this process does', async () => {
  const program = await compiled('reports', folder);
  const expected = await all(train(await inProcess(program, folder)));
  expect(expected.map(({ kind }) => kind)).toContain('image');
  for (const minify of [false, true]) {
    const { createTrainer } = await imported(folder, (await emitted(program, { minify })).js);
    // Nowhere to write to, as in a page: the events carry the pictures.
    expect(settled(await all(createTrainer({ read }).train()))).toEqual(settled(expected));
  }
  const written = await readFile(join(folder, 'noise-4.png'));
  const image = expected.find((event) => event.kind === 'image')!;
  expect(new Uint8Array(written)).toEqual(image.png);
});

test('as a command a trainer prints to stdout and writes its pictures', async () => {
  const program = await compiled('reports', folder);
  const file = join(folder, 'reports.mjs');
  await writeFile(file, (await emitted(program, { minify: true })).js);
  const { status, stdout } = spawnSync(process.execPath, [file, 'train'], { cwd: folder, encoding: 'utf8' });
  expect(status).toBe(0);
  const expected = await all(train(await inProcess(program, folder)));
  const texts = expected.flatMap((event) => (event.kind === 'print' ? [event.text] : []));
  expect(stdout).toBe(`${texts.join('\n')}\n`);
  expect(isPng(await read('noise-8.png'))).toBe(true);
});

test('its types know prints and pictures', async () => {
  expect((await emitted(await compiled('reports', folder))).dts).toContain("readonly kind: 'image';");
  expect((await emitted(await compiled('flowers', folder))).dts).not.toContain("readonly kind: 'image';");
});

test('rows that are in the program, or none at all', async () => {
  const report = 'every 2 steps { print w, "seen" }\n  print loss\n';
  const inline = `bpnet 1
dim B
data d { x: [] = [1, 2, 3] }
train inlined {
  data d = d
  param w: [] = 1
  loss = mean(w * d.x)
  update w with sgd(0.1)
  batch B = all
  steps 4
  ${report.replace('print w', 'print w, mean(d.x)')}
}`;
  const none = `bpnet 1
train dataless {
  param w: [] = 1
  loss = w^2
  update w with sgd(0.1)
  steps 4
  ${report}
}`;
  for (const text of [inline, none, none.replace('dataless', 'silent').replace(report, '')]) {
    const program = await compiledText(text.replace('data d {', 'data rows {').replace('= d\n', '= rows\n'));
    const expected = await all(train(await inProcess(program, folder)));
    const { createTrainer } = await imported(folder, (await emitted(program)).js);
    const events = await all(createTrainer().train());
    const comparable = expected.map((e) => ('splits' in e ? { ...e, splits: {} } : e));
    expect(settled(events)).toEqual(settled(comparable));
  }
});

const letters = `bpnet 1
dim B, T = 4, E = 8
dim V = vocab("letters.txt")
data letters {
  train = text("letters.txt", window = T + 1)
  ids: int<V>[T + 1] = raw
}
model Next(ids: int<V>[B, T]) -> [B, T, V] {
  param table: [V, E] ~ normal(0.5)
  e = table[ids]
  scan t in T carry (h: [B, E] = 0) {
    h = tanh(0.5 * h + e[:, t])
    emit hs: [B, T, E] = h
  }
  return hs |> dense(V)
}
train speaker {
  seed 3
  data d = letters(valid = 0.2)
  net  = Next()
  loss = mean(cross_entropy(net(d.ids[:, 0:T]), d.ids[:, 1:T+1]))
  update net with adam(0.05)
  batch B = 4
  steps 8
  every 4 steps { print generate(net, "ab", n = 12, temperature = 0.5, top_k = 3) }
}
`;

test('a trainer of a text model generates as this process does, also without its training part', async () => {
  await writeFile(join(folder, 'letters.txt'), 'abcdabceabcf\n'.repeat(20));
  const program = await compiledText(letters, folder);
  expect(program.plan.generate[0]!.carries).toHaveLength(1);
  const session = await inProcess(program, folder);
  const expected = await all(train(session));
  const trainer = (await imported(folder, (await emitted(program)).js)).createTrainer({ read });
  expect(settled(await all(trainer.train()))).toEqual(settled(expected));
  const settings = { n: 20, temperature: 0.7, topK: 4, seed: 9 };
  const text = await continueText(session, 'abc', settings);
  expect(text).toMatch(/^abc[\sa-f]{20}$/);
  expect(await trainer.generate!('abc', settings)).toBe(text);
  expect(await trainer.generate!('abc', { n: 20 })).toBe(await continueText(session, 'abc', { n: 20 }));

  const forward = await emitted(program, { predictOnly: true, minify: true });
  const predictor = (await imported(folder, forward.js)).createPredictor({});
  await expect(predictor.generate!('abc', settings)).rejects.toThrow('vocabulary');
  predictor.load(trainer.save());
  expect(await predictor.generate!('abc', { ...settings })).toBe(text);
  expect(forward.dts).toContain('generate(prompt: string');

  const file = join(folder, 'speaker-command.mjs');
  await writeFile(file, forward.js);
  await writeFile(join(folder, 'speaker.safetensors'), trainer.save());
  const run = (...words: string[]) =>
    spawnSync(process.execPath, [file, ...words], { cwd: folder, encoding: 'utf8' });
  // The seed of the run is not that of the file: a predictor has none of its own.
  expect(run('generate', 'speaker.safetensors', 'abc')).toMatchObject({ status: 0, stderr: '' });
  expect(run('generate', 'speaker.safetensors', 'abX')).toMatchObject({ status: 3 });
  expect(run('generate', 'speaker.safetensors')).toMatchObject({ status: 2 });
});

test('a trainer of a text model without state, and without anything to evaluate, generates too', async () => {
  await writeFile(join(folder, 'letters.txt'), 'abcdabceabcf\n'.repeat(20));
  const stateless = letters
    .replace('train speaker', 'train stateless') // trainers are emitted once a name
    .replace(/  scan[^]*?\n  }\n/, '')
    .replace('return hs', 'return e')
    .replace('(valid = 0.2)', '')
    .replace(/  every.*\n/, '');
  const program = await compiledText(stateless, folder);
  const session = await inProcess(program, folder);
  await all(train(session));
  const trainer = (await imported(folder, (await emitted(program)).js)).createTrainer({ read });
  await all(trainer.train());
  expect(await trainer.generate!('abc', { n: 20 })).toBe(await continueText(session, 'abc', { n: 20 }));
});
