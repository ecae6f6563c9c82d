import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build as esbuild } from 'esbuild';
import { GPU } from 'gpu.js';
import { build as vite } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compiled, emitted, imported } from './helpers.ts';

/** A trainer that went through a bundler and its minifier gives the bytes of the one that did not. */
const targets = ['js', 'wasm', 'gpujs'] as const;
const options = { epochs: 200, gpu: GPU, mode: 'cpu' };

describe.each(targets)('%s', (target) => {
  let folder: string;
  let expected: Uint8Array;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bundled-'));
    const { js } = await emitted(await compiled('xor', folder), { target });
    await writeFile(join(folder, 'trainer.mjs'), js);
    await writeFile(join(folder, 'main.mjs'), "export { createTrainer } from './trainer.mjs';\n");
    expected = await saved(js);
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function saved(js: string): Promise<Uint8Array> {
    const trainer = (await imported(folder, js)).createTrainer(options);
    for await (const event of trainer.train()) void event;
    return trainer.save();
  }

  test('esbuild', async () => {
    const outfile = join(folder, 'esbuild.mjs');
    const entryPoints = [join(folder, 'main.mjs')];
    const { warnings } = await esbuild({ entryPoints, outfile, bundle: true, minify: true, format: 'esm', logLevel: 'silent' }); // prettier-ignore
    expect(warnings.map(({ text }) => text)).toEqual([]);
    expect(await saved(await readFile(outfile, 'utf8'))).toEqual(expected);
  }, 60_000);

  test('Vite', async () => {
    const warnings: string[] = [];
    await vite({
      root: folder,
      configFile: false,
      logLevel: 'silent',
      build: {
        outDir: join(folder, 'vite'),
        minify: true,
        modulePreload: false,
        rolldownOptions: {
          input: join(folder, 'main.mjs'),
          preserveEntrySignatures: 'strict',
          output: { entryFileNames: 'main.mjs' },
          onwarn: ({ message }) => void warnings.push(message),
        },
      },
    });
    expect(warnings).toEqual([]);
    expect(await saved(await readFile(join(folder, 'vite', 'main.mjs'), 'utf8'))).toEqual(expected);
  }, 60_000);
});
