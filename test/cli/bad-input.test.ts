import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { exit, type ExitCode } from '../../cli/exit.ts';
import { bpnet, folderWith } from './run.ts';

/** Everything a user can get wrong, end to end: what is printed, and the exit code. */
interface Case {
  readonly title: string;
  readonly code: ExitCode;
  readonly program: string;
  /** Besides the good table. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly argv?: readonly string[];
}

const table = `a,b,kind\n${Array.from({ length: 20 }, (_, i) => `${i},${i % 3},${i % 2}`).join('\n')}\n`;

/** A small program; each case breaks one thing of it. */
const good = `bpnet 1
dim B, H = 4, K = 2

data points {
  train = csv("points.csv")
  x: [2]    = raw[0:2]
  y: int<K> = raw.kind
}

model Net(x: [B, 2]) -> [B, K] {
  param W: [2, H] ~ xavier_uniform
  param b: [H]    = 0
  h = tanh(x @ W + b)
  return h |> dense(K)
}

train net_on_points {
  seed 1
  data d = points(test = 0.2)
  net  = Net()
  z    = net(d.x)
  loss = mean(cross_entropy(z, d.y))
  update net with sgd(lr = 0.1)
  batch B = 4
  epochs 2
}
`;

function broken(from: string, to: string): string {
  if (!good.includes(from)) throw new Error(`"${from}" is not in the program`);
  return good.replace(from, to);
}
function row(number: number, text: string): string {
  return table
    .split('\n')
    .map((line, i) => (i + 1 === number ? text : line))
    .join('\n');
}

/** Two 2×2 images. */
const idxImages = new Uint8Array([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8]);
const idxLabels = new Uint8Array([0, 0, 8, 1, 0, 0, 0, 2, 0, 1]);
const images = broken('csv("points.csv")', 'idx("images.gz", "labels.gz")')
  .replace('raw[0:2]', 'reshape(f32(raw.image), [4])[0:2]')
  .replace('raw.kind', 'raw.label')
  .replace('points(test = 0.2)', 'points');

const cases: readonly Case[] = [
  {
    title: 'shapes clash in forward',
    code: exit.program,
    program: broken('param W: [2, H]', 'param W: [3, H]'),
  },
  { title: 'an unknown name', code: exit.program, program: broken('tanh(x @ W + b)', 'tanh(x @ W + bb)') },
  { title: 'an unknown function', code: exit.program, program: broken('tanh(', 'tahn(') },
  {
    title: 'a name declared twice',
    code: exit.program,
    program: broken('param b: [H]    = 0', 'param b: [H] = 0\n  param b: [H] = 1'),
  },
  { title: 'a dim declared twice', code: exit.program, program: broken('K = 2', 'K = 2, H = 5') },
  {
    title: 'files that use each other',
    code: exit.program,
    program: broken('dim B,', 'use "other.bpnet"\ndim B,'),
    files: { 'other.bpnet': 'bpnet 1\nuse "m.bpnet"\n' },
  },
  { title: 'a missing program', code: exit.usage, program: good, argv: ['train', 'none.bpnet'] },
  { title: 'a missing data file', code: exit.data, program: broken('points.csv', 'pionts.csv') },
  { title: 'a missing column', code: exit.data, program: broken('raw.kind', 'raw.knid') },
  {
    title: 'text in a numeric column',
    code: exit.data,
    program: good,
    files: { 'points.csv': row(5, '3,many,1') },
  },
  { title: 'an empty cell', code: exit.data, program: good, files: { 'points.csv': row(5, '3,,1') } },
  { title: 'NaN in a cell', code: exit.data, program: good, files: { 'points.csv': row(5, '3,NaN,1') } },
  { title: 'a short row', code: exit.data, program: good, files: { 'points.csv': row(5, '3') } },
  {
    title: 'a label outside int<K>',
    code: exit.data,
    program: good,
    files: { 'points.csv': row(5, '3,0,2') },
  },
  {
    title: 'a truncated idx',
    code: exit.data,
    program: images,
    files: { 'images.gz': gzipSync(idxImages.subarray(0, 20)), 'labels.gz': gzipSync(idxLabels) },
  },
  {
    title: 'a truncated gz',
    code: exit.data,
    program: images,
    files: { 'images.gz': gzipSync(idxImages).subarray(0, 20), 'labels.gz': gzipSync(idxLabels) },
  },
  { title: 'an empty file', code: exit.data, program: good, files: { 'points.csv': '' } },
  {
    title: 'a header and nothing else',
    code: exit.data,
    program: good,
    files: { 'points.csv': 'a,b,kind\n' },
  },
  { title: 'a diverging run', code: exit.numeric, program: broken('cross_entropy(z, d.y)', 'log(1 - z)') },
  { title: 'an unknown --set', code: exit.usage, program: good, argv: ['train', 'm.bpnet', '--set', 'HH=3'] },
  {
    title: 'an unknown --data',
    code: exit.usage,
    program: good,
    argv: ['train', 'm.bpnet', '--data', 'points.tain=x.csv'],
  },
  {
    title: 'a batch below 1 on the command line',
    code: exit.usage,
    program: good,
    argv: ['train', 'm.bpnet', '--set', 'batch=-1'],
  },
  {
    title: 'a dim of 0 on the command line',
    code: exit.usage,
    program: good,
    argv: ['train', 'm.bpnet', '--set', 'H=0'],
  },
  {
    title: 'parameters from a file that is not there',
    code: exit.data,
    program: broken('epochs 2', 'epochs 2\n  load "none.safetensors" into net'),
  },
  {
    title: 'parameters from a file that holds none',
    code: exit.data,
    program: broken('epochs 2', 'epochs 2\n  load "points.csv" into net'),
  },
  {
    title: 'a rule on a split without rows',
    code: exit.data,
    program: broken('epochs 2', 'epochs 2\n  save best valid.loss to "m.safetensors"'),
  },
  { title: 'more memory than there is', code: exit.program, program: broken('H = 4', 'H = 1e15') },
  {
    title: 'an output in no folder',
    code: exit.usage,
    program: good,
    argv: ['train', 'm.bpnet', '-o', 'no/such/m.safetensors'],
  },
  {
    title: 'an output that is a folder',
    code: exit.usage,
    program: good,
    argv: ['train', 'm.bpnet', '-o', 'folder'],
  },
  {
    title: 'a save rule below a file',
    code: exit.usage,
    program: broken('epochs 2', 'epochs 2\n  save every 1 epochs to "points.csv/m.safetensors"'),
  },
  {
    title: 'neither data nor steps',
    code: exit.program,
    program:
      'bpnet 1\nmodel M() -> [] {\n  param w: [] = 1\n  return w\n}\ntrain t {\n  net = M()\n  loss = net()^2\n  update net with sgd(0.1)\n}\n',
  },
  {
    title: 'a tower of operators',
    code: exit.program,
    program: broken('cross_entropy(z, d.y)', `cross_entropy(z, d.y)${' + 1'.repeat(20_000)}`),
  },
  {
    title: 'a short row in a file of --data',
    code: exit.data,
    program: good,
    files: { 'mine.csv': row(5, '3') },
    argv: ['train', 'm.bpnet', '--data', 'points.train=mine.csv'],
  },
  {
    title: 'a file of --data in one of two places',
    code: exit.usage,
    program: broken('csv("points.csv")', 'csv("points.csv")\n  test = csv("points.csv")'),
    files: { 'mine.csv': table },
    argv: ['train', 'm.bpnet', '--data', 'points.test=mine.csv'],
  },
  {
    title: 'gradients compared in a memory of its own',
    code: exit.usage,
    program: good,
    argv: ['gradcheck', 'm.bpnet', '--target', 'gpujs', '--dtype', 'f32'],
  },
  {
    title: 'gradients by no parameters',
    code: exit.usage,
    program: 'bpnet 1\ntrain t {\n  loss = 1 + 1\n  steps 5\n}\n',
    argv: ['gradcheck', 'm.bpnet'],
  },
  {
    title: 'a trainer of more memory than a module has',
    code: exit.program,
    program: broken('H = 4', 'H = 1e9'),
    argv: ['compile', 'm.bpnet', '-o', 't.mjs'],
  },
  {
    title: 'a profile of a machine that runs on its own',
    code: exit.usage,
    program: good,
    argv: ['bench', 'm.bpnet', '--target', 'gpujs', '--profile'],
  },
  {
    title: 'a trainer in no folder',
    code: exit.usage,
    program: good,
    argv: ['compile', 'm.bpnet', '-o', 'no/such/t.mjs'],
  },
];

describe('bad input', () => {
  test.for(cases)('$title', async ({ program, files = {}, argv = ['train', 'm.bpnet'], code }) => {
    const cwd = folderWith({ 'points.csv': table, 'm.bpnet': program, ...files });
    mkdirSync(join(cwd, 'folder'));
    const ran = await bpnet(argv, { cwd });
    // The line that opens a run holds sizes that are not the point here.
    const said = ran.stderr.replace(/^net_on_points {2}.*\n/, '').replaceAll(cwd, '<here>');
    expect(said).toMatchSnapshot();
    expect(ran.stdout).toBe('');
    expect(ran.code).toBe(code);
  });

  test('a batch larger than the data trains with what there is, and says so', async () => {
    const cwd = folderWith({ 'points.csv': table, 'm.bpnet': broken('batch B = 4', 'batch B = 400') });
    const ran = await bpnet(['train', 'm.bpnet'], { cwd });
    expect(ran.stderr).toContain('warning[batch-larger-than-data]');
    expect(ran.code).toBe(exit.ok);
  });

  test('0 steps end at once, with nothing measured', async () => {
    const without = 'bpnet 1\ntrain t {\n  loss = 1 + 1\n  steps 0\n}\n';
    const cwd = folderWith({
      'points.csv': table,
      'm.bpnet': broken('epochs 2', 'epochs 0'),
      'w.bpnet': without,
    });
    for (const file of ['m.bpnet', 'w.bpnet']) {
      const ran = await bpnet(['train', file], { cwd });
      expect(ran).toMatchObject({ code: exit.ok, stdout: expect.stringContaining('finished: 0 steps') });
      expect(ran.stdout + ran.stderr).not.toMatch(/NaN|last step|: +rows/);
    }
  });

  test('the good program is good', async () => {
    const cwd = folderWith({ 'points.csv': table, 'm.bpnet': good });
    expect(await bpnet(['check', 'm.bpnet'], { cwd })).toMatchObject({ code: 0, stdout: '' });
  });
});
