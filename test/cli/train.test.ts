import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exit } from '../../cli/exit.ts';
import { checkpointRun } from '../../runtime/checkpoint.ts';
import { writeSafetensors } from '../../runtime/safetensors.ts';
import { bpnet, folderWith, type Ran } from './run.ts';

/** Flowers of two kinds, told apart by their width; labels have names. */
const rows = Array.from({ length: 40 }, (_, i) => {
  const kind = i % 2 === 0 ? 'rose' : 'lily';
  return `${(i % 7) / 7},${(kind === 'rose' ? 1 : 3) + (i % 5) / 10},${kind}`;
});
const csv = `length,width,kind\n${rows.join('\n')}\n`;
const program = `bpnet 1
dim B, K = 2

data flowers {
  train = csv("flowers.csv")
  x: [2]    = standardize(raw[0:2])
  y: int<K> = category(raw.kind)
}

model Net(x: [B, 2]) -> [B, K] {
  return x |> dense(4) |> tanh |> dense(K)
}

train flowers_net {
  seed 3
  data d = flowers(valid = 0.2, test = 0.2)
  net  = Net()
  z    = net(d.x)
  loss = mean(cross_entropy(z, d.y))
  update net with adam(lr = 0.05)
  batch B = 8
  epochs 6
  metric accuracy = mean(argmax[K](z) == d.y)
}
`;
const flowers = () => folderWith({ 'flowers.csv': csv, 'm.bpnet': program });

interface Line {
  readonly event: string;
  readonly [key: string]: unknown;
}
function events({ stdout }: Ran): Line[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

describe('train', () => {
  test('with `save best` a run ends with the best weights, and says so', async () => {
    // w goes 0, 0.6, 1.08, 1.464 … towards 3, and scores best near 1.
    const overshooting = `bpnet 1
dim B
data points { x: [] = [3, 3, 3, 3] }
train over {
  data d = points(valid = 0.25)
  param w: [] = 0
  loss = mean((w - d.x)^2)
  update w with sgd(0.1)
  batch B = all
  epochs 6
  metric score = mean(-(w - d.x / 3)^2)
  save best valid.score to "best.safetensors"
}
`;
    const cwd = folderWith({ 'm.bpnet': overshooting });
    const { stdout } = await bpnet(['train', 'm.bpnet', '-o', 'end.safetensors'], { cwd });
    expect(stdout).toMatch(/^valid +3\.6864 +-0\.0064$/m);
    expect(stdout).toMatch(/^finished: 6 epochs, .*\nbest at epoch 2: valid\.score -0\.0064, restored\n$/m);
    const epoch = (name: string) => checkpointRun(readFileSync(join(cwd, name))).epoch;
    expect([epoch('best.safetensors'), epoch('end.safetensors')]).toEqual([2, 2]);
    const { stdout: evaluated } = await bpnet(['eval', 'end.safetensors', '--split', 'valid'], { cwd });
    expect(evaluated).toMatch(/^valid\.score +-0\.0064/m);
    const longer = await bpnet(['resume', 'end.safetensors', '--epochs', '2'], { cwd });
    expect(longer.stdout).toContain('best at epoch 2: valid.score -0.0064, the last');
  });

  test('says what it is about to do, then results on stdout', async () => {
    const { code, stdout, stderr } = await bpnet(['train', 'm.bpnet'], { cwd: flowers() });
    expect(code).toBe(exit.ok);
    expect(stderr).toMatch(
      /^flowers_net {2}22 parameters · [\d.]+ KiB peak memory · d: 24 train, 8 valid, 8 test rows · seed 3 · target wasm\n/,
    );
    expect(stderr).toContain('epoch 6/6  loss ');
    expect(stderr).toContain('nothing saved: add -o model.safetensors');
    expect(stdout).toMatch(
      /^ +loss +accuracy\nlast step .*\nvalid .*\ntest .*\nfinished: 6 epochs, 18 steps in .*\n$/,
    );
  });

  test.for<[Record<string, string>, boolean]>([
    [{}, true],
    [{ TERM: 'dumb' }, false],
    [{ CI: 'true' }, false],
  ])('on a terminal, with %j: rewrites its line %j', async ([env, rewrites]) => {
    const { stderr } = await bpnet(['train', 'm.bpnet'], { cwd: flowers(), tty: true, env });
    expect(stderr.includes('\r')).toBe(rewrites);
    expect(stderr.includes('\x1b[K')).toBe(rewrites);
  });

  test('--quiet leaves the results', async () => {
    const { stdout, stderr } = await bpnet(['train', 'm.bpnet', '-q'], { cwd: flowers() });
    expect(stderr).toBe('');
    expect(stdout).toContain('finished: 6 epochs');
  });

  test('--json: one event per line, with a schema version and numbers that round-trip', async () => {
    const ran = await bpnet(['train', 'm.bpnet', '--json', '--epochs', '2'], { cwd: flowers() });
    expect(ran.stderr).toBe('');
    const lines = events(ran);
    expect(lines.map(({ event }) => event)).toEqual([
      'start', 'step', 'step', 'step', 'epoch', 'step', 'step', 'step', 'epoch', 'end',
    ]); // prettier-ignore
    expect(lines[0]).toEqual({
      event: 'start',
      schema: 1,
      name: 'flowers_net',
      hash: expect.stringMatching(/^[0-9a-f]{16}$/),
      seed: 3,
      target: 'wasm',
      params: 22,
      peakBytes: expect.any(Number),
      step: 0,
      steps: 6,
      rows: { d: { train: 24, valid: 8, test: 8 } },
    });
    expect(lines[1]).toEqual({
      event: 'step',
      step: 1,
      epoch: 1,
      quantities: { loss: expect.any(Number), accuracy: expect.any(Number) },
    });
    const { loss } = lines[1]!['quantities'] as { loss: number };
    expect(Math.fround(loss)).toBe(loss);
    expect(lines.at(-1)).toMatchObject({ event: 'end', reason: 'finished', rule: null, step: 6, epoch: 2 });
  });

  test('the seed and --set decide the run', async () => {
    const cwd = flowers();
    const curve = async (...flags: string[]) =>
      (await bpnet(['train', 'm.bpnet', '--json', '--epochs', '1', ...flags], { cwd })).stdout;
    const first = await curve();
    const withoutTime = (text: string) => text.replace(/"seconds":[^}]+/g, '');
    expect(withoutTime(await curve())).toBe(withoutTime(first));
    expect(withoutTime(await curve('--seed', '4'))).not.toBe(withoutTime(first));
    expect(
      events({ code: 0, stderr: '', stdout: await curve('--set', 'batch=24') }).filter(
        ({ event }) => event === 'step',
      ),
    ).toHaveLength(1);
  });

  test('targets agree to the bit', async () => {
    const cwd = flowers();
    const curve = async (target: string) =>
      events(await bpnet(['train', 'm.bpnet', '--json', '--epochs', '1', '--target', target], { cwd }))
        .filter(({ event }) => event === 'step')
        .map(({ quantities }) => quantities);
    expect(await curve('reference')).toEqual(await curve('js'));
    expect(await curve('wasm')).toEqual(await curve('js'));
  });

  test('from stdin, with another data file', async () => {
    const cwd = folderWith({ 'other.csv': csv });
    const { code, stdout } = await bpnet(
      ['train', '-', '--data', 'flowers.train=other.csv', '--epochs', '1'],
      { cwd, stdin: program },
    );
    expect(code).toBe(exit.ok);
    expect(stdout).toContain('finished: 1 epoch, 3 steps');
  });

  test.for([
    ['pytorch', exit.target, 'target pytorch is not available in this version'],
    ['wsam', exit.usage, 'there is no target called "wsam"'],
  ] as const)('--target %s', async ([target, code, message]) => {
    const ran = await bpnet(['train', 'm.bpnet', '--target', target], { cwd: flowers() });
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(message);
    expect(ran.stderr).toContain('available: js, wasm, webgpu, gpujs, reference');
  });
});

describe('interrupted', () => {
  test.for([
    ['SIGINT', exit.interrupted],
    ['SIGTERM', exit.terminated],
  ] as const)('%s: a checkpoint, how to go on, %d', async ([signal, code]) => {
    const cwd = flowers();
    const ran = await bpnet(['train', 'm.bpnet'], { cwd, interruptAt: { text: 'epoch 2/6', signal } });
    expect(ran.code).toBe(code);
    expect(ran.stdout).toContain('interrupted: 2 epochs, ');
    expect(ran.stderr).toContain(
      'saved flowers_net.safetensors\ncontinue:  bpnet resume flowers_net.safetensors\n',
    );
    expect(existsSync(join(cwd, 'flowers_net.safetensors'))).toBe(true);
  });

  test('resumed, it ends with the very bits of a run that was left alone', async () => {
    const cwd = flowers();
    await bpnet(['train', 'm.bpnet', '-o', 'whole.safetensors'], { cwd });
    await bpnet(['train', 'm.bpnet', '-o', 'part.safetensors'], {
      cwd,
      interruptAt: { text: 'epoch 3/6', signal: 'SIGINT' },
    });
    const resumed = await bpnet(['resume', 'part.safetensors', '-o', 'joined.safetensors'], { cwd });
    expect(resumed.stderr).toMatch(/from step \d+/);
    const bytes = (name: string) => readFileSync(join(cwd, name)).toString('latin1');
    expect(bytes('part.safetensors')).not.toBe(bytes('whole.safetensors'));
    expect(bytes('joined.safetensors')).toBe(bytes('whole.safetensors'));
  });
});

describe('resume, eval and predict', () => {
  const trained = async () => {
    const cwd = flowers();
    await bpnet(['train', 'm.bpnet', '-o', 'm.safetensors', '-q'], { cwd });
    return cwd;
  };

  test('a longer run', async () => {
    const cwd = await trained();
    const { code, stdout } = await bpnet(['resume', 'm.safetensors', '--epochs', '8'], { cwd });
    expect(code).toBe(exit.ok);
    expect(stdout).toContain('finished: 8 epochs, 24 steps');
  });

  test('a changed program is refused, unless asked for', async () => {
    const cwd = await trained();
    writeFileSync(join(cwd, 'm.bpnet'), program.replace('tanh', 'sigmoid'));
    const refused = await bpnet(['resume', 'm.safetensors', '--epochs', '7'], { cwd });
    expect(refused.code).toBe(exit.usage);
    expect(refused.stderr).toContain('error[changed-program]');
    expect(refused.stderr).toContain('--allow-changed');
    const allowed = await bpnet(['resume', 'm.safetensors', '--epochs', '7', '--allow-changed'], { cwd });
    expect(allowed.code).toBe(exit.ok);
  });

  test('other rows than it was trained on are refused, unless asked for', async () => {
    const cwd = await trained();
    const file = join(cwd, 'flowers.csv');
    const rows = readFileSync(file, 'utf8').trimEnd();
    writeFileSync(file, `${rows}\n${rows.split('\n').at(-1)}\n`);
    const refused = await bpnet(['resume', 'm.safetensors', '--epochs', '7'], { cwd });
    expect(refused.code).not.toBe(exit.ok);
    expect(refused.stderr).toContain('error[changed-program]');
    expect(refused.stderr).toContain('other rows');
    const allowed = await bpnet(['resume', 'm.safetensors', '--epochs', '7', '--allow-changed'], { cwd });
    expect(allowed.code).toBe(exit.ok);
  });

  test('rows without a header are all predicted, though the training file begins with a line to skip', async () => {
    const cwd = folderWith({
      'flowers.csv': `40 flowers\n${csv.split('\n').slice(1).join('\n')}`,
      'm.bpnet': program
        .replace('csv("flowers.csv")', 'csv("flowers.csv", header = false, skip = 1)')
        .replaceAll('raw.kind', 'raw[2]'),
      'new.csv': '1.5,0.5\n4.5,1.5\n',
    });
    const trained = await bpnet(['train', 'm.bpnet', '--epochs', '1', '-o', 'm.safetensors', '-q'], { cwd });
    expect(trained.stderr).toBe('');
    const { stdout } = await bpnet(['predict', 'm.safetensors', 'new.csv', '--json'], { cwd });
    expect(JSON.parse(stdout)).toHaveLength(2);
  });

  test('the program is found beside the checkpoint, or where --model says', async () => {
    const cwd = await trained();
    writeFileSync(join(cwd, 'moved.bpnet'), program);
    const away = folderWith({ 'm.safetensors': readFileSync(join(cwd, 'm.safetensors')) });
    const lost = await bpnet(['eval', 'm.safetensors'], { cwd: away });
    expect(lost.code).toBe(exit.usage);
    expect(lost.stderr).toContain('--model');
    const found = await bpnet(['eval', 'm.safetensors', '--model', join(cwd, 'moved.bpnet')], { cwd: away });
    expect(found.code).toBe(exit.ok);
  });

  test('eval: the test split, or the one asked for', async () => {
    const cwd = await trained();
    expect((await bpnet(['eval', 'm.safetensors'], { cwd })).stdout).toMatch(
      /^test\.loss .*\ntest\.accuracy .*\n$/,
    );
    const json = await bpnet(['eval', 'm.safetensors', '--split', 'train', '--json'], { cwd });
    expect(JSON.parse(json.stdout)).toEqual({
      split: 'train',
      rows: 24,
      step: 18,
      epoch: 6,
      quantities: { loss: expect.any(Number), accuracy: expect.any(Number) },
    });
  });

  test('predict answers with class names: csv, json, table', async () => {
    const cwd = await trained();
    writeFileSync(join(cwd, 'new.csv'), 'length,width\n0.5,1.1\n0.5,3.2\n');
    const csvOut = await bpnet(['predict', 'm.safetensors', 'new.csv'], { cwd });
    expect(csvOut.code).toBe(exit.ok);
    expect(csvOut.stdout).toMatch(/^prediction,output_0,output_1\nrose,.*\nlily,.*\n$/);
    const stdin = '[[0.5, 1.1], [0.5, 3.2]]';
    const json = await bpnet(['predict', 'm.safetensors', '-', '--format', 'json'], { cwd, stdin });
    const predicted = JSON.parse(json.stdout) as { prediction: string; output: number[] }[];
    expect(predicted.map(({ prediction }) => prediction)).toEqual(['rose', 'lily']);
    expect(predicted[0]!.output).toHaveLength(2);
    const records = '{"length": 0.5, "width": 1.1}\n{"length": 0.5, "width": 3.2}\n';
    expect(
      (await bpnet(['predict', 'm.safetensors', '-', '--format', 'json'], { cwd, stdin: records })).stdout,
    ).toBe(json.stdout);
    expect((await bpnet(['predict', 'm.safetensors', 'new.csv'], { cwd, tty: true })).stdout).toMatch(
      /^row {2}prediction {2}output\n {2}1 {2}rose/,
    );
    expect((await bpnet(['predict', 'm.safetensors'], { cwd })).stderr).toBe('8 rows of the test split\n');
  });

  test.for<[string[], number, string]>([
    [['predict', 'none.safetensors'], exit.usage, 'cannot read none.safetensors: no such file or folder'],
    [['predict', 'm.bpnet'], exit.data, 'error[bad-checkpoint]'],
    [['predict', 'm.safetensors', 'none.csv'], exit.usage, 'cannot read none.csv'],
    [['predict', 'm.safetensors', '--format', 'xml'], exit.usage, 'there is no format called "xml"'],
    [['resume', 'cut.safetensors'], exit.data, 'error[bad-checkpoint]'],
    [['resume', 'foreign.safetensors'], exit.data, 'error[bad-checkpoint]'],
  ])('%j', async ([argv, code, message]) => {
    const cwd = await trained();
    writeFileSync(join(cwd, 'cut.safetensors'), readFileSync(join(cwd, 'm.safetensors')).subarray(0, 900));
    writeFileSync(join(cwd, 'foreign.safetensors'), writeSafetensors({}, { run: 'no JSON' }));
    const ran = await bpnet(argv, { cwd });
    expect(ran.stderr).toContain(message);
    expect(ran.code).toBe(code);
  });
});
