import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exit } from '../../cli/exit.ts';
import { bpnet, folderWith } from './run.ts';

const xor = readFileSync(join(import.meta.dirname, '..', 'trainer', 'programs', 'xor.bpnet'), 'utf8');

test('trains on gpu.js, to the loss of js', async () => {
  const cwd = folderWith({ 'xor.bpnet': xor });
  const losses = [];
  for (const target of ['gpujs', 'js']) {
    const ran = await bpnet(['train', 'xor.bpnet', '--target', target, '--set', 'epochs=200', '--json'], {
      cwd,
    });
    expect(ran.code).toBe(exit.ok);
    const end = JSON.parse(ran.stdout.trim().split('\n').at(-1)!) as { quantities: { loss: number } };
    losses.push(end.quantities.loss);
  }
  expect(losses[0]).toBeCloseTo(losses[1]!, 6);
});

test('what gpu.js cannot do is refused with its line, by train and by compile', async () => {
  const cwd = folderWith({ 'wide.bpnet': xor.replace('H = 4', 'H = 3000000') }); // prettier-ignore
  for (const verb of ['train', 'compile']) {
    const { code, stderr } = await bpnet([verb, 'wide.bpnet', '--target', 'gpujs'], { cwd });
    expect(code).toBe(exit.program);
    expect(stderr).toMatch(/error\[target-unsupported\]: The target gpujs cannot do .*elements/);
    expect(stderr).toMatch(/wide\.bpnet:\d+:\d+/);
  }
  const { code, stderr } = await bpnet(['train', 'wide.bpnet', '--target', 'gpujs', '--precision', 'f64'], { cwd }); // prettier-ignore
  expect(code).toBe(exit.program);
  expect(stderr).toContain('The target gpujs cannot do f64: it computes in f32.');
});

test('compare: js and wasm are equal, gpu.js is near', async () => {
  const cwd = folderWith({ 'xor.bpnet': xor });
  const words = ['compare', 'xor.bpnet', '--targets', 'js,wasm,gpujs', '--steps', '5'];
  const told = await bpnet(words, { cwd });
  expect(told.code).toBe(exit.ok);
  expect(told.stdout).toMatch(/^Mlp\.W2 +equal +\S+ \(\S+\)$/m);
  const { differences } = JSON.parse((await bpnet([...words, '--json'], { cwd })).stdout) as {
    differences: { tensor: string; target: string; error: number; relative: number }[];
  };
  const of = (name: string) => differences.filter(({ target }) => target === name);
  expect(of('wasm').filter(({ error }) => error !== 0)).toEqual([]);
  expect(of('gpujs').map(({ tensor }) => tensor)).toContain('loss');
  for (const { relative } of of('gpujs')) expect(relative).toBeLessThan(1e-4);
  expect((await bpnet(['compare', 'xor.bpnet', '--targets', 'js'], { cwd })).code).toBe(exit.usage);
});
