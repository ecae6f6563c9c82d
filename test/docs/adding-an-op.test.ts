import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(root, 'docs/adding-an-op.md'), 'utf8');

/** Fences of one kind: what follows the language on the first line, and the text. */
function fences(kind: RegExp): readonly (readonly [string, string])[] {
  return [...page.matchAll(/^```\w+ (\S+)\n([\s\S]*?)^```$/gm)].flatMap(([, what = '', text = '']) => {
    const found = kind.exec(what);
    return found ? [[found[1] ?? '', text] as const] : [];
  });
}

test('the page, followed to the letter, gives an op that works', { timeout: 240_000 }, () => {
  const copy = mkdtempSync(join(tmpdir(), 'bpnet-op-'));
  try {
    for (const folder of ['compiler', 'dsl', 'runtime', 'test/ops', 'test/language'])
      cpSync(join(root, folder), join(copy, folder), { recursive: true });
    for (const file of [
      'package.json',
      'tsconfig.json',
      'vitest.config.ts',
      'test/evaluate.ts',
      'test/formula-evaluate.ts',
    ])
      cpSync(join(root, file), join(copy, file));
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));

    const files = fences(/^file=(.*)$/);
    const lines = fences(/^line=(.*)$/);
    const programs = fences(/^(try)$/);
    expect([files.length, lines.length, programs.length]).toEqual([1, 1, 1]);
    for (const [path, text] of files) writeFileSync(join(copy, path), text);
    for (const [path, text] of lines) appendFileSync(join(copy, path), text);
    writeFileSync(join(copy, 'test/ops/page.test.ts'), trial(programs[0]![1]));

    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const names = 'gaussian|the program of the page';
    const ran = spawnSync(process.execPath, [vitest, 'run', 'test/ops', '-t', names], {
      cwd: copy,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
    expect(ran.stdout + ran.stderr).toMatch(/Tests {2}[45] passed/);
    expect(ran.status).toBe(0);
  } finally {
    rmSync(copy, { recursive: true });
  }
});

function trial(program: string): string {
  return `import { expect, test } from 'vitest';
import { trained } from '../language/harness.ts';
test('the program of the page trains', async () => {
  const { end } = await trained(${JSON.stringify(program)});
  expect(end.step).toBe(10);
  expect(Number.isFinite(end.quantities['loss'])).toBe(true);
});
`;
}
