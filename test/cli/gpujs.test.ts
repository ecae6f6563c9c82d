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
