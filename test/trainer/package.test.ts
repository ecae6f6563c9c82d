import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { packageRoot } from '../../runtime/node/package-root.ts';
import { programs } from './helpers.ts';

const run = promisify(execFile);
vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

describe('the package, packed and installed into an empty folder', () => {
  let folder: string;
  const npx = (...words: string[]) => run('npx', ['--no-install', 'bpnet', ...words], { cwd: folder });
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bpnet-package-'));
    const packed = await run('npm', ['pack', '--silent', '--pack-destination', folder], {
      cwd: packageRoot(),
    });
    await writeFile(join(folder, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }');
    const archive = `./${packed.stdout.trim().split('\n').at(-1)}`;
    await run('npm', ['install', archive, '--prefer-offline', '--no-audit', '--no-fund'], { cwd: folder });
    await copyFile(join(programs, 'xor.bpnet'), join(folder, 'xor.bpnet'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('runs nothing when it is installed', async () => {
    const { scripts } = JSON.parse(await readFile(join(folder, 'node_modules/bpnet/package.json'), 'utf8'));
    expect(Object.keys(scripts)).not.toContain('preinstall');
    expect(Object.keys(scripts)).not.toContain('install');
    expect(Object.keys(scripts)).not.toContain('postinstall');
  });

  test('npx bpnet knows its version and trains', async () => {
    const { version } = JSON.parse(await readFile(join(packageRoot(), 'package.json'), 'utf8'));
    expect((await npx('--version')).stdout).toContain(version);
    const { stdout } = await npx('train', 'xor.bpnet', '--set', 'epochs=20', '--json');
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.at(-1)).toMatchObject({ reason: 'finished', step: 20 });
  });

  test('npx bpnet compile writes a trainer that runs by itself', async () => {
    await npx('compile', 'xor.bpnet', '-o', 'trainer.mjs', '--minify');
    const { stderr } = await run('node', ['trainer.mjs', 'train', '--epochs', '20'], { cwd: folder });
    expect(stderr).toContain('end 20 loss');
    expect(await readFile(join(folder, 'trainer.d.ts'), 'utf8')).toContain('createTrainer');
  });

  test("import { compile, train } from 'bpnet' works", async () => {
    const script = `
      import { compile, train } from 'bpnet';
      const program = await compile({ file: 'xor.bpnet' }, { set: { epochs: 20 } });
      if (!program.ok) throw new Error(program.text);
      const model = await train(program).model;
      const { values } = await model.predict([[0, 1], [1, 1]]);
      console.log(values.length, values.every(Number.isFinite));
    `;
    await writeFile(join(folder, 'use.mjs'), script);
    expect((await run('node', ['use.mjs'], { cwd: folder })).stdout.trim()).toBe('2 true');
  });
});
