import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reportCrash } from '../../cli/crash.ts';
import { exit } from '../../cli/exit.ts';
import type { Metafile } from '../../cli/metafile.ts';
import { bpnet, folderWith } from './run.ts';

const xor = `bpnet 1
dim B, H = 3

data xor {
  x: [2] = [[0, 0], [0, 1], [1, 0], [1, 1]]
  y: [1] = [[0], [1], [1], [0]]
}

model Mlp(x: [B, 2]) -> [B, 1] {
  param W1: [2, H] ~ xavier_uniform
  param b1: [H]    = 0
  param W2: [H, 1] ~ xavier_uniform
  param b2: [1]    = 0
  h = tanh(x @ W1 + b1)
  return h @ W2 + b2
}

train xor_mlp {
  seed 1
  data d = xor
  net  = Mlp()
  z    = net(d.x)
  loss = mean((z - d.y)^2)
  update net with sgd(lr = 0.1)
  batch B = all
  epochs 5
}
`;
const withXor = () => folderWith({ 'xor.bpnet': xor });

describe('check', () => {
  test('looks at every train block', async () => {
    const block = xor.slice(xor.indexOf('train xor_mlp'));
    const second = block.replace('xor_mlp', 'again').replace('Mlp()', 'Mpl()');
    const cwd = folderWith({ 'm.bpnet': `${xor}\n${second}` });
    const { code, stderr } = await bpnet(['check', 'm.bpnet'], { cwd });
    expect(code).toBe(exit.program);
    expect(stderr).toContain('did you mean `Mlp`?');
    expect(stderr).toContain('1 file checked: 1 error');
  });

  test('several files; the worst decides', async () => {
    const cwd = folderWith({ 'a.bpnet': xor, 'b.bpnet': xor.replace('h @ W2', 'h @ W3') });
    const { code, stderr } = await bpnet(['check', 'a.bpnet', 'b.bpnet'], { cwd });
    expect(code).toBe(exit.program);
    expect(stderr).toContain('error[unknown-name]');
    expect(stderr).toContain('┌─ b.bpnet:15:14');
    expect(stderr).toContain('2 files checked: 1 error');
  });

  test('--json: an array of diagnostics with places', async () => {
    const { code, stdout, stderr } = await bpnet(['check', '-', '--json'], {
      cwd: withXor(),
      stdin: xor.replace('h @ W2', 'h @ W3'),
    });
    expect(code).toBe(exit.program);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual([
      {
        code: 'unknown-name',
        severity: 'error',
        message: 'There is nothing called `W3` here.',
        file: '<stdin>',
        start: { line: 15, column: 14, offset: expect.any(Number) },
        end: { line: 15, column: 16, offset: expect.any(Number) },
        notes: [],
        fixes: [expect.stringMatching(/^did you mean `W[12]`\?$/)],
      },
    ]);
    expect((await bpnet(['check', 'xor.bpnet', '--json'], { cwd: withXor() })).stdout).toBe('[]\n');
  });

  test('--format github: annotations', async () => {
    const cwd = folderWith({ 'b.bpnet': xor.replace('h @ W2', 'h @ W3') });
    const { stdout } = await bpnet(['check', 'b.bpnet', '--format', 'github'], { cwd });
    expect(stdout).toMatch(
      /^::error file=b\.bpnet,line=15,endLine=15,col=14,endColumn=16,title=unknown-name::There is nothing called `W3` here\.%0Adid you mean `W[12]`\?\n$/,
    );
  });

  test('at most ten errors, unless asked', async () => {
    const wrong = Array.from({ length: 14 }, (_, i) => `const c${i} = nothing${i}_there\n`).join('');
    const cwd = folderWith({ 'b.bpnet': xor.replace('data xor', `${wrong}data xor`) });
    const { stderr } = await bpnet(['check', 'b.bpnet'], { cwd });
    expect(stderr.match(/^error\[/gm)).toHaveLength(10);
    expect(stderr).toContain('and 4 more errors; --error-limit 0 prints all of them');
    expect(
      (await bpnet(['check', 'b.bpnet', '--error-limit', '0'], { cwd })).stderr.match(/^error\[/gm),
    ).toHaveLength(14);
  });

  test('warnings: off, as errors, counted', async () => {
    const unused = xor.replace('param b2: [1]    = 0', 'param b2: [1]    = 0\n  param spare: [1] = 0');
    const cwd = folderWith({ 'w.bpnet': unused });
    const plain = await bpnet(['check', 'w.bpnet'], { cwd });
    expect(plain.stderr).toContain('warning[unused-param]');
    expect(plain.code).toBe(exit.ok);
    const off = await bpnet(['check', 'w.bpnet', '-W', 'unused-param=off'], { cwd });
    expect(off.stderr).not.toContain('unused-param');
    const error = await bpnet(['check', 'w.bpnet', '-W', 'unused-param=error'], { cwd });
    expect(error.stderr).toContain('error[unused-param]');
    expect(error.code).toBe(exit.program);
    const counted = await bpnet(['check', 'w.bpnet', '--max-warnings', '0'], { cwd });
    expect(counted.stderr).toContain('error: 1 warning, at most 0 allowed by --max-warnings');
    expect(counted.code).toBe(exit.program);
  });
});

describe('fmt', () => {
  const ugly = 'bpnet 1\nconst a=1   // one\n';
  const neat = 'bpnet 1\nconst a = 1 // one\n';

  test('rewrites, then has nothing to do; --check only lists', async () => {
    const cwd = folderWith({ 'a.bpnet': ugly });
    const listed = await bpnet(['fmt', '--check', '.'], { cwd });
    expect(listed).toMatchObject({ code: exit.program, stdout: 'a.bpnet\n', stderr: '1 file to format\n' });
    expect(readFileSync(join(cwd, 'a.bpnet'), 'utf8')).toBe(ugly);
    expect((await bpnet(['fmt', 'a.bpnet'], { cwd })).stderr).toBe('1 file formatted\n');
    expect((await bpnet(['fmt', '--check', 'a.bpnet'], { cwd })).code).toBe(exit.ok);
    expect(readdirSync(cwd)).toEqual(['a.bpnet']);
  });

  test('stdin to stdout, the same text', async () => {
    const cwd = folderWith({ 'a.bpnet': ugly });
    await bpnet(['fmt', 'a.bpnet'], { cwd });
    const { stdout } = await bpnet(['fmt', '-'], { stdin: ugly });
    expect(stdout).toBe(readFileSync(join(cwd, 'a.bpnet'), 'utf8'));
    expect(stdout.replace(/ +/g, ' ')).toContain(neat.split('\n')[1]);
  });

  test('a file with mistakes is reported and left alone', async () => {
    const cwd = folderWith({ 'a.bpnet': 'bpnet 1\nconst = 3\n' });
    const { code, stderr } = await bpnet(['fmt', 'a.bpnet'], { cwd });
    expect(code).toBe(exit.program);
    expect(stderr).toContain('1 file with errors, left alone');
    expect(readFileSync(join(cwd, 'a.bpnet'), 'utf8')).toBe('bpnet 1\nconst = 3\n');
  });

  test('a missing file is a usage error', async () => {
    expect(await bpnet(['fmt', 'none.bpnet'], { cwd: withXor() })).toEqual({
      code: exit.usage,
      stdout: '',
      stderr: 'error: cannot read none.bpnet: no such file or folder\n',
    });
  });
});

describe('explain', () => {
  test('a page with a bad and a good example', async () => {
    const { code, stdout } = await bpnet(['explain', 'error[shape-mismatch]']);
    expect(code).toBe(exit.ok);
    expect(stdout).toMatch(/^error\[shape-mismatch\]\n\n[\s\S]*Not like this[\s\S]*Like this/);
  });

  test('the list, and a slip of the hand', async () => {
    expect((await bpnet(['explain'])).stdout).toContain('shape-mismatch');
    expect(await bpnet(['explain', 'shape-mismach'])).toEqual({
      code: exit.usage,
      stdout: '',
      stderr:
        'error: there is no diagnostic called "shape-mismach"\n  = help: did you mean "shape-mismatch"?\n',
    });
  });
});

describe('new', () => {
  test('copies a template that checks where it lands, and never overwrites', async () => {
    const cwd = folderWith({});
    const { code, stdout, stderr } = await bpnet(['new', 'iris', 'mine'], { cwd });
    expect(code).toBe(exit.ok);
    expect(stdout).toContain('data/iris/iris.csv');
    expect(stderr).toContain('cd mine\n  bpnet train model.bpnet');
    expect((await bpnet(['check', 'mine/model.bpnet'], { cwd })).code).toBe(exit.ok);
    const again = await bpnet(['new', 'iris', 'mine'], { cwd });
    expect(again.code).toBe(exit.usage);
    expect(again.stderr).toContain('mine exists and is not empty; nothing was written');
  });

  test('every template says what it is, and checks where it lands', { timeout: 240_000 }, async () => {
    const { stdout } = await bpnet(['new', '--json'], { cwd: folderWith({}) });
    const templates = JSON.parse(stdout) as { name: string; summary: string }[];
    expect(templates.length).toBeGreaterThan(10);
    for (const { name, summary } of templates) {
      expect(summary, name).not.toBe('');
      const cwd = folderWith({});
      await bpnet(['new', name], { cwd });
      const checked = await bpnet(['check', '-q', join(name, 'model.bpnet')], { cwd });
      expect(checked, name).toMatchObject({ code: exit.ok, stderr: '' });
    }
  });

  test('a slip of the hand', async () => {
    const { stderr } = await bpnet(['new', 'irsi'], { cwd: folderWith({}) });
    expect(stderr).toBe('error: there is no template called "irsi"\n  = help: did you mean "iris"?\n');
  });
});

describe('inspect', () => {
  test.for(['--forward', '--backward', '--fused', '--memory', '--cost'])('%s', async (view) => {
    const { code, stdout } = await bpnet(['inspect', 'xor.bpnet', view], { cwd: withXor() });
    expect(code).toBe(exit.ok);
    expect(stdout).toMatchSnapshot();
  });

  test('every value has one name', async () => {
    const { stdout } = await bpnet(['inspect', 'xor.bpnet', '--ir', 'json'], { cwd: withXor() });
    const { nodes } = JSON.parse(stdout) as {
      nodes: { op: string; name: string; leaf: { kind: string } | null }[];
    };
    const inline = ['constant', 'size', 'broadcast'];
    const names = nodes.filter((n) => !inline.includes(n.op) && n.leaf?.kind !== 'host').map((n) => n.name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('drawings: dot, svg, html', async () => {
    const cwd = withXor();
    const dot = await bpnet(['inspect', 'xor.bpnet', '--ir', 'dot'], { cwd });
    expect(dot.stdout).toContain('subgraph cluster_backward');
    const svg = await bpnet(['inspect', 'xor.bpnet', '--ir', 'svg', '-o', 'x.svg'], { cwd });
    expect(svg.stderr).toBe('wrote x.svg\n');
    expect(readFileSync(join(cwd, 'x.svg'), 'utf8')).toContain('</svg>');
    const html = await bpnet(['inspect', 'xor.bpnet', '--ir', 'html'], { cwd });
    expect(html.stdout).toMatch(/^<!doctype html>[\s\S]*<svg[\s\S]*<\/html>\n$/);
  });

  test('of a loop: what its turns keep for the way back, and what is computed again', async () => {
    const looped = `bpnet 1
dim B, T = 3, H = 2, V = 4
data p { ids: int<V>[T] = [[0, 1, 2], [3, 2, 1]] }
model Net(ids: int<V>[B, T]) -> [B, H] {
  param W: [H, H] ~ normal(0.3)
  param E: [V, H] ~ normal(1)
  e = E[ids]
  scan t in T carry (h: [B, H] = 0) {
    repeat 2 carry (k: [B, H] = h) { k = tanh(k @ W) }
    z = sigmoid(e[:, t] + k)
    h = z * exp(h)
  }
  return h
}
train t {
  seed 3
  data d = p
  net  = Net()
  loss = mean(net(d.ids)^2)
  update net with sgd(0.1)
  batch B = all
  steps 1
}
`;
    const cwd = folderWith({ 'm.bpnet': looped });
    const { stdout } = await bpnet(['inspect', 'm.bpnet', '--forward'], { cwd });
    expect(stdout.slice(stdout.indexOf('loop '))).toMatchInlineSnapshot(`
      "loop %1, each of 3 turns                   shape   for the way back  from
        h, as the turn begins                    [B, H]  kept              m.bpnet:8
        %1 = scan(Net.W, h)                      []      computed again    :9
        k = scan_output(%1, output = 0)          [B, H]  computed again    :9
        %2 = at_turn(e, axis = 1, turn = turn0)  [B, H]  computed again    :10
        %3 = %2 + k                              [B, H]  computed again    :10
        z = sigmoid(%3)                          [B, H]  computed again    :10
        %4 = exp(h)                              [B, H]  computed again    :11
        %5 = z * %4                              [B, H]  –                 :11
      loop %1, each of 2 turns  shape   for the way back  from
        k, as the turn begins   [B, H]  kept              :9
        %1 = k @ Net.W          [B, H]  kept              :9
        %2 = tanh(%1)           [B, H]  computed again    :9
        kept: what a turn carries on, its sums, products and draws, and what takes less room than what it follows from;
        computed again: what follows from these element by element, and loops within
      "
    `);
    const all = await bpnet(['inspect', 'm.bpnet', '--ir', 'html'], { cwd });
    expect(all.code).toBe(exit.ok);
    expect(all.stdout).toContain('computed again: what follows from these element by element');
  });

  test('unknown entries and unwritable files', async () => {
    const cwd = withXor();
    const entry = await bpnet(['inspect', 'xor.bpnet', '--entry', 'setp'], { cwd });
    expect(entry).toMatchObject({ code: exit.usage, stdout: '' });
    expect(entry.stderr).toBe('error: there is no entry called "setp"\n  = help: did you mean step?\n');
    const output = await bpnet(['inspect', 'xor.bpnet', '--ir', 'dot', '-o', 'no/x.dot'], { cwd });
    expect(output).toMatchObject({
      code: exit.usage,
      stderr: 'error: cannot write no/x.dot: no such file or folder\n',
    });
  });
});

describe('gradcheck', () => {
  test('a table, and agreement', async () => {
    const { code, stdout, stderr } = await bpnet(['gradcheck', 'xor.bpnet'], { cwd: withXor() });
    expect(code).toBe(exit.ok);
    expect(stdout).toMatch(/✓ {2}Mlp\.W1 +6\/6 +\d\.\de-\d+/);
    expect(stderr).toBe('gradients of 4 parameter tensors agree (f64, order 1, tolerance 1e-6)\n');
  });

  test('order 2: the derivative of the derivative', async () => {
    const { code, stderr } = await bpnet(['gradcheck', 'xor.bpnet', '--order', '2'], { cwd: withXor() });
    expect(stderr).toBe('gradients of 4 parameter tensors agree (f64, order 2, tolerance 1e-6)\n');
    expect(code).toBe(exit.ok);
  });

  test('order 3, and what the program asks for: `check gradients order 3 dtype f64`', async () => {
    const asked = folderWith({ 'm.bpnet': xor.replace('  batch', '  check gradients order 3\n  batch') });
    for (const [cwd, flags] of [
      [withXor(), ['--order', '3']],
      [asked, []],
    ] as const) {
      const file = cwd === asked ? 'm.bpnet' : 'xor.bpnet';
      const { code, stderr } = await bpnet(['gradcheck', file, ...flags], { cwd });
      expect(stderr).toBe('gradients of 4 parameter tensors agree (f64, order 3, tolerance 1e-6)\n');
      expect(code).toBe(exit.ok);
    }
    const told = await bpnet(['gradcheck', 'm.bpnet', '--order', '1', '--dtype', 'f32'], { cwd: asked });
    expect(told.stderr).toContain('(f32, order 1, tolerance 0.02)');
    const wrong = folderWith({ 'm.bpnet': xor.replace('  batch', '  check gradients order 7\n  batch') });
    expect((await bpnet(['check', 'm.bpnet'], { cwd: wrong })).stderr).toContain(
      'Expected an order from 1 to 3',
    );
  });

  test('a program without a loss has nothing to check, and that is said', async () => {
    const explicit = xor.replace(/ {2}loss = .*\n/, '').replace(/( {2}update .*)/, '$1 from params(net)');
    const cwd = folderWith({ 'm.bpnet': explicit });
    const { code, stdout, stderr } = await bpnet(['gradcheck', 'm.bpnet'], { cwd });
    expect(stderr).toContain('has no `loss` to differentiate');
    expect({ code, stdout }).toEqual({ code: exit.usage, stdout: '' });
  });

  test('what is detached counts as constant, in loops too', async () => {
    const looped = `bpnet 1
dim B, T = 3, H = 2
data p { x: [T, H] = [[[1, 2], [0.3, -1], [2, 0.1]]] }
train t {
  seed 3
  data d = p
  param W: [H, H] ~ normal(0.3)
  scan t in T carry (h: [B, H] = 0.5) {
    repeat 2 carry (k: [B, H] = h) { k = detach(sin(k @ W)) * cos(k @ W) }
    h = detach(tanh(h @ W)) + 0.1 * tanh(d.x[:, t] @ W) + detach(k) * k
    emit hs: [B, T, H] = h
  }
  loss = mean(hs^2) * mean(detach(hs))
  update W with sgd(0.1)
  batch B = all
  steps 1
}
`;
    for (const order of ['1', '2']) {
      const ran = await bpnet(['gradcheck', 'm.bpnet', '--order', order], {
        cwd: folderWith({ 'm.bpnet': looped }),
      });
      expect(ran.stdout).toMatch(/✓ {2}W +4\/4/);
      expect(ran.code).toBe(exit.ok);
    }
  });

  test('what is detached counts as constant', async () => {
    const cwd = folderWith({ 'm.bpnet': xor.replace('mean((z - d.y)^2)', 'mean(detach(z) * (z - d.y)^2)') });
    expect((await bpnet(['gradcheck', 'm.bpnet'], { cwd })).code).toBe(exit.ok);
  });

  test('`step` blocks: the loss of each by what it updates, with states as trained', async () => {
    const alternating = xor
      .replace('tanh(x @ W1 + b1)', 'tanh(x @ W1 + b1) |> batch_norm |> dropout(0.2)')
      .replace(/ {2}loss[^\n]*\n {2}update[^\n]*\n/, (lines) => `  step first 3 times {\n${lines}  }\n  step second {\n${lines.replace('loss = ', 'loss = mean((z - normal(shape(z)))^2) * ')}  }\n`); // prettier-ignore
    const cwd = folderWith({ 'm.bpnet': alternating });
    for (const order of ['1', '2']) {
      const { code, stdout, stderr } = await bpnet(['gradcheck', 'm.bpnet', '--order', order], { cwd });
      expect(stderr).toContain(`gradients of 12 parameter tensors agree (f64, order ${order}`);
      expect(stdout).toMatch(/✓ {2}first: Mlp\.W1 +6\/6/);
      expect(stdout).toMatch(/✓ {2}second: Mlp\.batch_norm_1\.gamma +3\/3/);
      expect(code).toBe(exit.ok);
    }
  });

  test('without a loss, the numbers whose gradients it asks for', async () => {
    const explicit = xor.replace(/ {2}loss = (.*)\n/, '  cost = $1\n  g = grad(cost, params(net))\n').replace(/( {2}update .*)/, '$1 from g'); // prettier-ignore
    const { code, stdout } = await bpnet(['gradcheck', 'm.bpnet'], { cwd: folderWith({ 'm.bpnet': explicit }) }); // prettier-ignore
    expect(stdout).toMatch(/✓ {2}cost: Mlp\.W1 +6\/6/);
    expect(code).toBe(exit.ok);
  });

  test('several files, one after the other; those whose data is handed in are passed over', async () => {
    const handed = xor.replace(/ = \[\[.*/g, '');
    const cwd = folderWith({ 'a.bpnet': xor, 'b.bpnet': handed });
    const { code, stderr } = await bpnet(['gradcheck', 'a.bpnet', 'b.bpnet', '--rows', '2'], { cwd });
    expect(stderr).toMatch(/^a\.bpnet\ngradients of 4 .*\nb\.bpnet\n.*: not checked\n$/);
    expect(code).toBe(exit.ok);
    expect((await bpnet(['gradcheck', 'b.bpnet'], { cwd })).code).toBe(exit.usage);
  });

  test('at a kink there is nothing to compare with: counted, and left out', async () => {
    // The slopes of both sides differ; the first of equals is derived.
    const kink = folderWith({
      'm.bpnet': xor
        .replace('mean((z - d.y)^2)', 'sum(max(b, 2 * b))')
        .replace('z    = net(d.x)', 'z    = net(d.x)\n  b = z - detach(z)'),
    });
    const { code, stdout, stderr } = await bpnet(['gradcheck', 'm.bpnet'], { cwd: kink });
    expect(code).toBe(exit.ok);
    expect(stdout).toMatch(/parameter +tried +at kinks .*\n.*Mlp.W1 +6\/6 +[1-6] /);
    expect(stderr).toContain('elements at kinks left out');
  });

  test('disagreement is exit code 1', async () => {
    // A staircase so fine that it looks like a slope, which no step of it has.
    const stairs = folderWith({ 'm.bpnet': xor.replace('mean((z - d.y)^2)', 'mean(floor(z * 1e14) / 1e14) + 0 * mean(z)') }); // prettier-ignore
    const { code, stdout } = await bpnet(['gradcheck', 'm.bpnet', '--json'], { cwd: stairs });
    expect(code).toBe(exit.program);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, precision: 'f64', order: 1 });
  });
});

describe('compile', () => {
  test('a trainer that runs, with types beside it', { timeout: 120_000 }, async () => {
    const cwd = withXor();
    const { code, stdout } = await bpnet(['compile', 'xor.bpnet', '-o', 'trainer.mjs'], { cwd });
    expect(code).toBe(exit.ok);
    expect(stdout).toMatch(/trainer\.mjs\ntrainer\.d\.ts\ntrainer\.d\.mts\n {2}as written/);
    expect(readFileSync(join(cwd, 'trainer.mjs'), 'utf8')).not.toMatch(/^import /m);
    for (const name of ['trainer.d.ts', 'trainer.d.mts']) expect(existsSync(join(cwd, name))).toBe(true);
  });

  test('--metafile: what was read and what was written, by part', { timeout: 120_000 }, async () => {
    const cwd = withXor();
    writeFileSync(join(cwd, 'points.csv'), 'a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n');
    writeFileSync(join(cwd, 'mlp.bpnet'), xor.slice(0, xor.indexOf('train')).replace(/data[^}]*}\n/, ''));
    const source = `bpnet 1
use "mlp.bpnet"

data xor {
  train = csv("points.csv")
  x: [2] = raw[0:2]
  y: [1] = raw[2:3]
}

${xor.slice(xor.indexOf('train'))}`;
    writeFileSync(join(cwd, 'm.bpnet'), source);
    const argv = [
      'compile',
      'm.bpnet',
      '-o',
      't.mjs',
      '--metafile',
      'meta.json',
      '--minify',
      '--name',
      'gate',
    ];
    const { code, stdout, stderr } = await bpnet(argv, { cwd });
    expect({ code, stderr }).toEqual({ code: exit.ok, stderr: expect.stringContaining('run it') });
    expect(stdout).toContain('meta.json\n');
    const meta = JSON.parse(readFileSync(join(cwd, 'meta.json'), 'utf8')) as Metafile;
    expect(Object.keys(meta.inputs)).toEqual(['m.bpnet', 'mlp.bpnet', 'points.csv']);
    expect(meta.inputs['m.bpnet']).toEqual({
      bytes: source.length,
      sha256: createHash('sha256').update(source).digest('hex'),
    });
    expect(Object.keys(meta.outputs)).toEqual(['t.mjs', 't.d.ts', 't.d.mts']);
    expect(meta.outputs['t.mjs']!.bytes).toBe(readFileSync(join(cwd, 't.mjs')).length);
    expect(meta.outputs['t.mjs']!.bytes).toBe(meta.sizes.minified);
    const { kernels, runtime, data } = meta.parts;
    expect(kernels + runtime + data).toBe(meta.sizes.bytes);
    expect(Math.min(kernels, runtime, data)).toBeGreaterThan(100);
    expect(meta.kernels['step']!.length).toBeGreaterThan(3);
    expect(meta.name).toBe('gate');
    expect(readFileSync(join(cwd, 't.mjs'), 'utf8')).toContain('gate');
  });

  test('--worker: the same file answers messages', { timeout: 120_000 }, async () => {
    const cwd = withXor();
    const plain = await bpnet(['compile', 'xor.bpnet', '-o', '-'], { cwd });
    const worker = await bpnet(['compile', 'xor.bpnet', '-o', '-', '--worker'], { cwd });
    expect(plain.stdout).not.toContain('onmessage');
    expect(worker.stdout).toContain('onmessage = serve(createTrainer)');
  });

  test.for(['a b', '', '*/'])('--name %j is refused', async (name) => {
    const { code, stderr } = await bpnet(['compile', 'xor.bpnet', '--name', name], { cwd: withXor() });
    expect(code).toBe(exit.usage);
    expect(stderr).toContain('A name has letters, digits, _, - and dots');
  });

  test('other targets and odd names are refused before any work', async () => {
    const cwd = withXor();
    expect((await bpnet(['compile', 'xor.bpnet', '--target', 'pytorch'], { cwd })).code).toBe(exit.target);
    expect((await bpnet(['compile', 'xor.bpnet', '-o', 'x.txt'], { cwd })).code).toBe(exit.usage);
  });
});

describe('bench', () => {
  test('steps a second, with the source line of every kernel', async () => {
    const { code, stdout } = await bpnet(['bench', 'xor.bpnet', '--profile', '--seconds', '0.05'], {
      cwd: withXor(),
    });
    expect(code).toBe(exit.ok);
    expect(stdout).toMatch(/^xor_mlp on wasm: [\d.,]+ steps\/s/);
    expect(stdout).toMatch(/limits here, one thread: [\d.]+ GFLOP\/s/);
    expect(stdout).toMatch(/^k\d+_matmul\S* .* :14$/m);
  });

  test('--json: what the kernels do is counted, whatever the time', async () => {
    const args = ['bench', 'xor.bpnet', '--profile', '--seconds', '0.05', '--json', '--target', 'js'];
    const { stdout } = await bpnet(args, { cwd: withXor() });
    const { target, flops, kernels, stepsPerSecond } = JSON.parse(stdout) as {
      target: string;
      flops: number;
      stepsPerSecond: number;
      kernels: { name: string; flops: number; bytes: number; ms: number }[];
    };
    expect(target).toBe('js');
    expect(stepsPerSecond).toBeGreaterThan(0);
    expect(kernels.reduce((sum, kernel) => sum + kernel.flops, 0)).toBe(flops);
    const hidden = kernels.find(({ name }) => name.includes('tanh'))!;
    // x @ W1 + b1 of 4 rows: 2 terms each for 3 columns; read x, W1 and b1, write h.
    expect(hidden.bytes).toBe(4 * (4 * 2 + 2 * 3 + 3 + 4 * 3));
  });
});

test('doctor: this machine can train', async () => {
  const { code, stdout } = await bpnet(['doctor', '--json']);
  expect(code).toBe(exit.ok);
  expect(JSON.parse(stdout)).toMatchObject({ healthy: true });
});

test('an internal error leaves a report, not a stack trace', () => {
  let stderr = '';
  const sink = { write: (text: string) => void (stderr += text), isTTY: false, columns: () => 80 };
  const io = { stdout: sink, stderr: sink, env: {}, cwd: '/some where' } as never;
  const code = reportCrash(new Error('a wheel came off'), ['train', 'm.bpnet'], io);
  expect(code).toBe(exit.internal);
  expect(stderr).toMatch(/^error\[internal\]: a bug in bpnet: a wheel came off\n {2}= report: (.+)\n/);
  expect(stderr).toContain("= reproduce: cd '/some where' && bpnet train m.bpnet");
  const report = readFileSync(/report: (.+)/.exec(stderr)![1]!, 'utf8');
  expect(report).toContain('Error: a wheel came off\n    at ');
});

test('a folder in place of a program', async () => {
  const cwd = withXor();
  mkdirSync(join(cwd, 'folder'));
  writeFileSync(join(cwd, 'folder', 'x'), '');
  expect((await bpnet(['train', 'folder'], { cwd })).stderr).toBe(
    'error: cannot read folder: it is a folder\n',
  );
});
