import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exit } from '../../cli/exit.ts';
import { isPng } from '../../runtime/png.ts';
import { bpnet, folderWith } from './run.ts';

const program = (report: string) => `bpnet 1
dim B
data points {
  x: [4] = [[0, 1, 2, 3], [4, 5, 6, 7]]
}
train drawn {
  data d = points
  param w: [] = 1
  loss = mean(w * d.x)
  update w with sgd(0)
  batch B = all
  steps 4
  ${report}
}
`;

test('prints go to stdout with the results, remarks on pictures to stderr', async () => {
  const cwd = folderWith({
    'm.bpnet': program(
      'every 2 steps {\n    print "at", step, loss\n    image grid(d.x, [2, 2]) to "p/x-{step}.png"\n  }',
    ),
  });
  const { code, stdout, stderr } = await bpnet(['train', 'm.bpnet'], { cwd });
  expect(code).toBe(exit.ok);
  expect(stdout).toMatch(/^at 2 3\.5\nat 4 3\.5\n +loss\nlast step +3\.5\n/);
  expect(stderr).toContain('step 2  drew p/x-2.png\n');
  expect(isPng(readFileSync(join(cwd, 'p/x-4.png')))).toBe(true);
});

test('as JSON a picture is the name of its file', async () => {
  const cwd = folderWith({
    'm.bpnet': program('every 4 steps { image grid(d.x, [2, 2]) to "x.png" }\n  print "done"'),
  });
  const { stdout } = await bpnet(['train', 'm.bpnet', '--json'], { cwd });
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(lines).toContainEqual({ event: 'image', step: 4, epoch: 4, path: 'x.png', width: 4, height: 2 });
  expect(lines).toContainEqual({ event: 'print', step: 4, epoch: 4, text: 'done' });
});

test('a picture that cannot be written is told before step 1', async () => {
  const cwd = folderWith({
    'm.bpnet': program('every 1 steps { image grid(d.x, [2, 2]) to "m.bpnet/x.png" }'),
  });
  const { code, stderr } = await bpnet(['train', 'm.bpnet'], { cwd });
  expect(code).toBe(exit.usage);
  expect(stderr).toContain('nothing was trained');
  expect(existsSync(join(cwd, 'x.png'))).toBe(false);
});

const speaker = `bpnet 1
dim B, T = 4
dim V = vocab("letters.txt")
data letters {
  train = text("letters.txt", window = T + 1)
  ids: int<V>[T + 1] = raw
}
model Next(ids: int<V>[B, T]) -> [B, T, V] {
  param table: [V, V] ~ normal(0.5)
  return table[ids]
}
train speaker {
  seed 3
  data d = letters
  net  = Next()
  loss = mean(cross_entropy(net(d.ids[:, 0:T]), d.ids[:, 1:T+1]))
  update net with sgd(1)
  batch B = 4
  steps 200
}
`;

test('generate continues a prompt; the same seed says the same', async () => {
  const cwd = folderWith({ 'm.bpnet': speaker, 'letters.txt': 'abcd\n'.repeat(20) });
  const trained = await bpnet(['train', 'm.bpnet', '-o', 'm.safetensors'], { cwd });
  expect(trained.stderr).toContain('next:  bpnet generate m.safetensors');
  const say = (...flags: string[]) => bpnet(['generate', 'm.safetensors', ...flags], { cwd });
  const greedy = await say('--prompt', 'cd', '-n', '6', '--temperature', '0');
  expect(greedy).toEqual({ code: exit.ok, stdout: 'cd\nabcd\n\n', stderr: '' });
  const bold = ['--temperature', '5', '-n', '40'];
  const first = await say(...bold, '--seed', '4');
  expect(first.stdout).toHaveLength(42); // a new line to begin with, 40 letters, and the end of the line
  expect(await say(...bold, '--seed', '4')).toEqual(first);
  expect((await say(...bold, '--seed', '5')).stdout).not.toBe(first.stdout);
  expect((await say(...bold, '--top-k', '1', '--prompt', 'a')).stdout).toMatch(/^(abcd\n)+a\n$/);
  const json = JSON.parse(
    (await say('--json', '-n', '2', '--prompt', 'a', '--temperature', '0')).stdout,
  ) as object;
  expect(json).toEqual({ prompt: 'a', text: 'abc', seed: 3, model: 'Next' });
  expect(
    await bpnet(['generate', 'm.safetensors', '--prompt', '-', '-n', '1', '--temperature', '0'], {
      cwd,
      stdin: 'ab',
    }),
  ).toMatchObject({
    stdout: 'abc\n',
  });
});

test('generate says what it cannot continue', async () => {
  const cwd = folderWith({ 'm.bpnet': speaker, 'letters.txt': 'abcd\n'.repeat(20), 'p.bpnet': program('') });
  await bpnet(['train', 'm.bpnet', '-o', 'm.safetensors', '--steps', '1'], { cwd });
  await bpnet(['train', 'p.bpnet', '-o', 'p.safetensors'], { cwd });
  const unknown = await bpnet(['generate', 'm.safetensors', '--prompt', 'abX'], { cwd });
  expect(unknown).toMatchObject({ code: exit.data, stdout: '' });
  expect(unknown.stderr).toContain('error[unknown-token]: "X" of the prompt is not in the vocabulary.');
  const points = await bpnet(['generate', 'p.safetensors', '--prompt', 'a'], { cwd });
  expect(points).toMatchObject({ code: exit.usage, stdout: '' });
  expect(points.stderr).toContain('drawn has no model that continues text');
  expect((await bpnet(['generate', 'm.safetensors', '--temperature', '-1'], { cwd })).code).toBe(exit.usage);
  expect((await bpnet(['generate', 'm.safetensors', '-n', '0'], { cwd })).code).toBe(exit.usage);
});

const rows = Array.from(
  { length: 40 },
  (_, i) => `${i % 4 === 3 ? 9 : i % 2},${i % 2 === 0 ? 'rose' : 'lily'}`,
);
const flowers = `bpnet 1
dim B, K = 2
data flowers {
  train = csv("flowers.csv")
  x: [1]    = raw[0:1] / 9
  y: int<K> = category(raw.kind)
}
model Net(x: [B, 1]) -> [B, K] {
  param w: [] = 1
  return concat[1](w * x, 0.05 * ones(shape(x)))
}
train kinds {
  data d = flowers
  net  = Net()
  z    = net(d.x)
  loss = mean(cross_entropy(z, d.y))
  update net with sgd(0)
  batch B = 16
  epochs 1
  print "of {epoch} epochs:", confusion(z, d.y), auc(z[:, 1] - z[:, 0], d.y == 1)
}
`;

test('a confusion table names the classes; eval prints what the program prints at the end, and its own', async () => {
  // Lilies (0) are 1 or 9, roses (1) 0: x > 0.05 is taken for a lily.
  const cwd = folderWith({ 'm.bpnet': flowers, 'flowers.csv': `size,kind\n${rows.join('\n')}\n` });
  const table = 'true \\ predicted  lily  rose\nlily                20     0\nrose                 0    20\n';
  const trained = await bpnet(['train', 'm.bpnet', '-o', 'm.safetensors'], { cwd });
  expect(trained.stdout).toContain(`of 1 epochs:\n${table}1\n`);
  const evaluated = await bpnet(['eval', 'm.safetensors'], { cwd });
  expect(evaluated.stdout).toMatch(/^train\.loss +0\.\d+\nof 1 epochs:\n/);
  expect(evaluated.stdout).toContain(table);
  const own = {
    'm.bpnet': flowers.replace(/  print .*\n/, ''),
    'flowers.csv': `size,kind\n${rows.join('\n')}\n`,
  };
  const plain = folderWith(own);
  await bpnet(['train', 'm.bpnet', '-o', 'm.safetensors'], { cwd: plain });
  const asked = await bpnet(['eval', 'm.safetensors', '--confusion'], { cwd: plain });
  expect(asked.stdout).toMatch(/^train\.loss +0\.\d+\n/);
  expect(asked.stdout).toContain(table);
  expect(asked.stderr).not.toContain('changed since');
  const json = JSON.parse(
    (await bpnet(['eval', 'm.safetensors', '--confusion', '--json'], { cwd: plain })).stdout,
  ) as object;
  expect(json).toMatchObject({
    confusion: {
      classes: ['lily', 'rose'],
      counts: [
        [20, 0],
        [0, 20],
      ],
    },
  });
});

test('where nothing scores classes there is no confusion table', async () => {
  const cwd = folderWith({ 'p.bpnet': program('') });
  await bpnet(['train', 'p.bpnet', '-o', 'p.safetensors'], { cwd });
  const { code, stderr } = await bpnet(['eval', 'p.safetensors', '--confusion'], { cwd });
  expect(code).toBe(exit.usage);
  expect(stderr).toContain('there is nothing to confuse');
});

test('--stats shows every layer now and then, and changes nothing of the run', async () => {
  const deep = flowers
    .replace(
      'param w: [] = 1\n  return concat[1](w * x, 0.05 * ones(shape(x)))',
      'param w: [] = 1\n  return w * x |> dense(3) |> relu |> dense(2, bias = false)',
    )
    .replace('sgd(0)', 'adam(0.01)')
    .replace('epochs 1', 'steps 20')
    .replace(/  print .*\n/, '');
  const cwd = folderWith({ 'm.bpnet': deep, 'flowers.csv': `size,kind\n${rows.join('\n')}\n` });
  const plain = await bpnet(['train', 'm.bpnet', '-o', 'plain.safetensors'], { cwd });
  const { stdout, stderr } = await bpnet(['train', 'm.bpnet', '-o', 'stats.safetensors', '--stats'], { cwd });
  const ends = (text: string) => text.replace(/ in .*/, '');
  expect(ends(stdout)).toBe(ends(plain.stdout));
  expect(readFileSync(join(cwd, 'stats.safetensors'))).toEqual(readFileSync(join(cwd, 'plain.safetensors')));
  expect(stderr.match(/^step \d+ +weights +gradient +mean +deviation +zeros$/gm)).toHaveLength(11);
  expect(stderr).toMatch(/^Net\.dense_1( +[\d.e-]+){4} +\d+ %$/m);
  expect(stderr).toMatch(/^Net\.relu_1( +[\d.e-]+){2} +\d+ %$/m);
  expect(stderr).toMatch(/^Net\.w +1 +[\d.e-]+$/m);

  const json = await bpnet(['train', 'm.bpnet', '--json', '--stats'], { cwd });
  const lines = json.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const stats = lines.filter(({ event }) => event === 'stats');
  expect(stats.map(({ step }) => step)).toEqual([1, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
  // The last layer's gradient is that of the program's own log.
  const logged = deep
    .replace('  steps 20', '  log grad_norm(net.last) every 1 steps\n  steps 20')
    .replace('|> dense(2, bias = false)', '|> last')
    .replace('  return w', '  last = dense(2, bias = false)\n  return w');
  const cwd2 = folderWith({ 'm.bpnet': logged, 'flowers.csv': `size,kind\n${rows.join('\n')}\n` });
  const both = await bpnet(['train', 'm.bpnet', '--json', '--stats'], { cwd: cwd2 });
  const events = both.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const norm = events.find(({ event, step }) => event === 'log' && step === 4)!['quantities'] as Record<
    string,
    number
  >;
  const seen = events.find(({ event, step }) => event === 'stats' && step === 4)!['layers'] as {
    layer: string;
    gradient: number;
  }[];
  expect(seen.find(({ layer }) => layer === 'Net.last')!.gradient).toBeCloseTo(
    norm['grad_norm(net.last)']!,
    6,
  );
});

test('--stats tells a layer whose gradient vanishes', async () => {
  const vanishing = flowers
    .replace(
      'param w: [] = 1\n  return concat[1](w * x, 0.05 * ones(shape(x)))',
      'return 1e-9 * (x |> dense(3)) |> dense(2)',
    )
    .replace('sgd(0)', 'adam(0.01)');
  const cwd = folderWith({ 'm.bpnet': vanishing, 'flowers.csv': `size,kind\n${rows.join('\n')}\n` });
  const { stderr } = await bpnet(['train', 'm.bpnet', '--stats'], { cwd });
  expect(
    stderr.match(/warning\[vanishing-gradient\]: the gradient of Net\.dense_1 has the norm/g),
  ).toHaveLength(1);
});
