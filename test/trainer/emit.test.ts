import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { checkpointBytes } from '../../runtime/checkpoint.ts';
import { readSafetensors } from '../../runtime/safetensors.ts';
import { train } from '../../runtime/train.ts';
import type { CompiledFile } from '../../runtime/node/compile-file.ts';
import { emitTrainer, type EmittedTrainer } from '../../trainer/emit.ts';
import { packageRoot } from '../../runtime/node/package-root.ts';
import {
  all,
  compiled,
  compiledText,
  emitted,
  flowers,
  imported,
  inProcess,
  programs,
  type TrainerModule,
} from './helpers.ts';

vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainer-'));
  await writeFile(join(folder, 'flowers.csv'), flowers());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const settled = (events: readonly object[]) => events.map((event) => ({ ...event, seconds: 0 }));

describe.each([
  ['xor', 40],
  ['flowers', 6],
])('%s', (name, epochs) => {
  let program: CompiledFile;
  let text: EmittedTrainer;
  let module: TrainerModule;
  let small: TrainerModule;
  beforeAll(async () => {
    program = await compiled(name, folder);
    text = await emitted(program);
    module = await imported(folder, text.js);
    small = await imported(folder, (await emitted(program, { minify: true })).js);
  }, 120_000);
  const read = (path: string) => readFile(join(folder, path));
  const write = () => Promise.resolve();
  const open = (from: TrainerModule, more = {}) => from.createTrainer({ epochs, read, write, ...more });

  test('trains to the bits of training in this process, event by event', async () => {
    const session = await inProcess(program, folder, epochs);
    const expected = await all(train(session));
    for (const each of [module, small]) {
      const writes: string[] = [];
      const trainer = open(each, { write: async (path: string) => void writes.push(path) });
      const events = await all(trainer.train());
      // Small trainers carry no evaluation where nothing asks for it.
      const comparable =
        name === 'xor' ? expected.map((e) => ('splits' in e ? { ...e, splits: {} } : e)) : expected;
      expect(settled(events)).toEqual(settled(comparable));
      expect(trainer.save()).toEqual(checkpointBytes(session));
      if (name === 'flowers') expect(writes).toContain('best.safetensors');
    }
  });

  test('with kernels in WebAssembly it does the same', async () => {
    const other = await imported(folder, (await emitted(program, { target: 'wasm' })).js);
    const [here, there] = [open(module), open(other)];
    const [expected, events] = [await all(here.train()), await all(there.train())];
    const named = expected.map((event) => (event.kind === 'start' ? { ...event, target: 'wasm' } : event));
    expect(settled(events)).toEqual(settled(named));
    expect(there.save()).toEqual(here.save());
    const rows = name === 'xor' ? { x: [0, 1, 1, 1] } : { x: [0.2, 3.9, 3.1, 2.2] };
    expect(await there.predict(rows)).toEqual(await here.predict(rows));
  });

  test('resumes to the bit, also in the middle of an epoch', async () => {
    const whole = open(module);
    await all(whole.train());
    const first = open(small);
    let steps = 0;
    for await (const event of first.train({ stepEvents: 1 })) {
      if (event.kind === 'step' && ++steps === 7) break;
    }
    const second = open(module, { seed: 99 });
    second.resume(first.save());
    await all(second.train());
    expect(second.save()).toEqual(whole.save());
  });

  test('its checkpoints continue in this process, and the other way round', async () => {
    const half = open(module, { epochs: 3 });
    await all(half.train());
    const session = await inProcess(program, folder, epochs);
    const { restoreCheckpoint } = await import('../../runtime/checkpoint.ts');
    restoreCheckpoint(session, half.save());
    await all(train(session));
    const there = open(module);
    there.resume(half.save());
    await all(there.train());
    expect(there.save()).toEqual(checkpointBytes(session));
  });

  test('cancels between two steps', async () => {
    const stop = new AbortController();
    const trainer = open(module);
    const kinds: string[] = [];
    for await (const event of trainer.train({ signal: stop.signal, stepEvents: 1 })) {
      kinds.push(event.kind === 'end' ? event.reason : event.kind);
      if (event.kind === 'step' && event.step === 2) stop.abort();
    }
    expect(kinds.at(-1)).toBe('cancelled');
    expect(kinds.filter((kind) => kind === 'step')).toHaveLength(2);
  });

  test('the predictor alone gives the same numbers, from the checkpoint', async () => {
    const trainer = open(module);
    await all(trainer.train());
    const forward = await emitted(program, { predictOnly: true });
    expect(forward.sizes.minified).toBeLessThan(text.sizes.minified);
    const predictor = (await imported(folder, forward.js)).createPredictor({ read });
    predictor.load(trainer.save());
    const rows = name === 'xor' ? { x: [0, 1, 1, 1, 0, 0, 1, 0, 0.5, 0.5] } : { x: [0.2, 3.9, 3.1, 2.2] };
    const [here, there] = [await trainer.predict(rows), await predictor.predict(rows)];
    expect(here.values.every(Number.isFinite)).toBe(true);
    expect(here.rows).toBe(name === 'xor' ? 5 : 2);
    expect(there.values).toEqual(here.values);
    if (name === 'flowers') expect(there.names).toEqual(['iris', 'lily', 'rose']);
  });

  test('imports nothing but modules of Node, and those when it runs as a command', async () => {
    const { js } = await emitted(program, { worker: true });
    const imports = js.match(/^\s*(?:import|export)\b[^;]*\bfrom\b.*|\bimport\([^)]*\)|\brequire\(/gm) ?? [];
    expect(imports.map((text) => text.replaceAll(/\s+/g, ' '))).toEqual(['import( /* @vite-ignore */ name)']);
    expect(js).toContain("name = ['node:fs', 'promises'].join('/');");
  });

  test('a checkpoint of something else is refused and changes nothing', async () => {
    const trainer = open(module);
    const before = trainer.save();
    expect(() => trainer.resume(new Uint8Array([1, 2, 3]))).toThrow();
    expect(() => trainer.load(before.subarray(0, before.length - 4))).toThrow();
    const other = new TextDecoder('latin1').decode(before).replace(module.meta.hash, '0'.repeat(16));
    expect(() => trainer.resume(Uint8Array.from(other, (c) => c.charCodeAt(0)))).toThrow('program');
    expect(trainer.save()).toEqual(before);
  });

  test('is a command', async () => {
    const file = join(folder, `${name}-command.mjs`);
    await writeFile(file, (await emitted(program, { minify: true })).js);
    const run = (...words: string[]) =>
      spawnSync(process.execPath, [file, ...words], { cwd: folder, encoding: 'utf8' });
    const first = run('train', '--epochs', '4', '--out', 'four.safetensors');
    expect(first).toMatchObject({ status: 0, stdout: '' });
    expect(first.stderr).toMatch(/^epoch 1 .*loss/m);
    const resumed = run('resume', 'four.safetensors', '--epochs', '6', '--out', 'six.safetensors');
    expect(resumed).toMatchObject({ status: 0 });
    const session = await inProcess(program, folder, 6);
    await all(train(session));
    expect(new Uint8Array(await readFile(join(folder, 'six.safetensors')))).toEqual(checkpointBytes(session));

    await writeFile(
      join(folder, 'input.csv'),
      name === 'xor' ? '0,1\n1,1\n' : 'width,height\n0.1,4.2\n3.2,2\n',
    );
    const predicted = run('predict', 'six.safetensors', 'input.csv');
    expect(predicted).toMatchObject({ status: 0, stderr: '' });
    expect(predicted.stdout.trim().split('\n')).toHaveLength(2);
    if (name === 'flowers') expect(predicted.stdout).toMatch(/^(rose|lily|iris),/);

    expect(run().status).toBe(2);
    expect(run('resume', 'missing.safetensors').status).toBe(3);
    expect(run('resume', 'input.csv')).toMatchObject({ status: 3 });
    await writeFile(join(folder, 'words.csv'), 'width,height\n1,tall\n');
    expect(run('predict', 'six.safetensors', 'words.csv').status).toBe(3);
    if (name !== 'flowers') return;
    const lost = run('train', '--epochs', '4', '--out', 'nowhere/four.safetensors');
    expect(lost).toMatchObject({ status: 3, stderr: expect.stringMatching(/^ENOENT.*nowhere/) });
    const nowhere = run('train', '--data', 'flowers.train=nowhere.csv');
    expect(nowhere).toMatchObject({ status: 3 });
    expect(nowhere.stderr).toContain('--data flowers.train=FILE');
    // The only source needs no name; slips are usage errors, not passed over.
    await writeFile(join(folder, 'mine.csv'), flowers());
    expect(run('train', '--data', 'mine.csv', '--epochs', '1').stderr).toMatch(/^end .* valid\.loss /m);
    for (const slip of [
      ['--data'],
      ['--data', 'flower.train=mine.csv'],
      ['--epoch', '1'],
      ['--epochs', 'many'],
      ['--epochs', '1.5'],
      ['--seed', '0.5'],
    ])
      expect(run('train', ...slip).status, slip.join(' ')).toBe(2);
  });
});

test('arrays and files may be handed in instead', async () => {
  const program = await compiled('flowers', folder);
  const { createTrainer } = await imported(folder, (await emitted(program)).js);
  const rows = flowers()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
  const x = rows.map(([w, h]) => [Number(w), Number(h)]);
  const y = rows.map((row) => row[2]!);
  const results = [];
  for (const given of [{ files: { 'flowers.csv': flowers() } }, { data: { flowers: { x, y } } }]) {
    const trainer = createTrainer({ ...given, epochs: 2 });
    await all(trainer.train());
    results.push(readSafetensors(trainer.save()).tensors);
  }
  expect(results[1]).toEqual(results[0]);
});

test('a program that predicts nothing is a command too, and `load` reads its file', async () => {
  const text = (first: string) => `bpnet 1
dim B
data flowers {
  train = csv("flowers.csv")
  x: [2] = standardize(raw[0:2])
}
train latent {
  seed 2
  data d = flowers
  enc  = dense(2)
  param centre: [2] = 0
  ${first}
  step first { loss = mean((enc(d.x) - centre)^2)
    update enc with sgd(0.1) }
  batch B = 10
  epochs 2
}`;
  const write = async (name: string, program: string) =>
    writeFile(join(folder, name), (await emitTrainer(await compiledText(program, folder))).js);
  await write('latent.mjs', text(''));
  const run = (...words: string[]) => spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' });
  expect(run('latent.mjs', 'train', '--out', 'latent.safetensors')).toMatchObject({ status: 0 });
  expect(run('latent.mjs', 'predict', 'latent.safetensors', 'x').stderr).not.toContain('predict FILE');
  await write('again.mjs', text('load "latent.safetensors" into enc').replace('sgd(0.1)', 'sgd(0)'));
  expect(run('again.mjs', 'train', '--out', 'again.safetensors')).toMatchObject({ status: 0 });
  const weights = async (name: string) =>
    readSafetensors(await readFile(join(folder, name))).tensors['dense.W'];
  expect(await weights('again.safetensors')).toEqual(await weights('latent.safetensors'));
});

test('a run that diverges says so and exits with 4, without a checkpoint', async () => {
  const steep = (await readFile(join(programs, 'xor.bpnet'), 'utf8'))
    .replace('return sigmoid(h @ W2 + b2)', 'return (h @ W2 + b2) * 1e12')
    .replace('lr = 0.1', 'lr = 1e6')
    .replace('train classic', 'train steep');
  const file = join(folder, 'steep.mjs');
  await writeFile(file, (await emitted(await compiledText(steep))).js);
  const { status, stderr } = spawnSync(process.execPath, [file, 'train'], { cwd: folder, encoding: 'utf8' });
  expect(status).toBe(4);
  expect(stderr).toMatch(/^end /m);
  expect(existsSync(join(folder, 'steep.safetensors'))).toBe(false);
});

test('Ctrl-C writes a checkpoint and exits with 130', async () => {
  const file = join(folder, 'long.mjs');
  await writeFile(file, (await emitted(await compiled('xor'))).js);
  const child = spawn(process.execPath, [file, 'train', '--epochs', '1e9', '--out', 'cut.safetensors'], {
    cwd: folder,
  });
  child.stderr.once('data', () => child.kill('SIGINT'));
  const [code] = await once(child, 'exit');
  expect(code).toBe(130);
  const run = JSON.parse(readSafetensors(await readFile(join(folder, 'cut.safetensors'))).metadata['run']!);
  expect(run.step).toBeGreaterThan(0);
});

test('the XOR example as a trainer is under 6 KB, everything included', async () => {
  const example = await readFile(join(import.meta.dirname, '../../examples/xor/model.bpnet'), 'utf8');
  const { sizes } = await emitted(await compiledText(example), { minify: true });
  expect(sizes.minified).toBeLessThan(6144);
});

test('the types compile, and refuse what the model does not have', async () => {
  const use = (name: string, call: string) =>
    `import { createTrainer } from './${name}.mjs';\nconst trainer = createTrainer({ epochs: 1 });\n${call}\n`;
  for (const name of ['xor', 'flowers']) {
    await writeFile(join(folder, `${name}.d.mts`), (await emitted(await compiled(name, folder))).dts);
  }
  const good =
    "for await (const event of trainer.train()) if (event.kind === 'end') event.quantities.accuracy.toFixed();";
  await writeFile(join(folder, 'good.mts'), use('xor', `${good}\nawait trainer.predict({ x: [0, 1] });`));
  await writeFile(
    join(folder, 'rows.mts'),
    use('flowers', `${good}\nawait trainer.predict([{ width: 1, height: 2 }]);`),
  );
  await writeFile(join(folder, 'bad.mts'), use('xor', 'await trainer.predict({ z: [0, 1] });'));
  const tsc = join(packageRoot(), 'node_modules/.bin/tsc');
  const check = (file: string) =>
    spawnSync(tsc, ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', file], {
      cwd: folder,
      encoding: 'utf8',
    });
  expect(check('good.mts')).toMatchObject({ stdout: '', status: 0 });
  expect(check('rows.mts')).toMatchObject({ stdout: '', status: 0 });
  expect(check('bad.mts').stdout).toContain("'z' does not exist in type");
});

test('the types have the names and sizes of the model', async () => {
  const { dts } = await emitted(await compiled('xor'));
  expect(dts).toContain("export type Quantity = 'loss' | 'accuracy';");
  expect(dts).toContain('/** [n, 2], row after row */');
  expect(dts).toContain("readonly 'Mlp.W1': readonly [2, 4];".replaceAll("'", '"'));
  expect((await emitted(await compiled('flowers', folder))).dts).toContain("'flowers.csv'");
});
