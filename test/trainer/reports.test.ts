import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TrainEvent } from '../../runtime/events.ts';
import { isPng } from '../../runtime/png.ts';
import { train } from '../../runtime/train.ts';
import { all, compiled, compiledText, emitted, flowers, imported, inProcess } from './helpers.ts';

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
