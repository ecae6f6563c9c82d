import { expect, test } from 'vitest';
import { sweepOf } from '../../compiler/1-build/sweep.ts';
import { graphBuilder } from '../../compiler/ir/builder.ts';
import { scalar } from '../../compiler/ir/tensor-type.ts';
import { calculus } from '../../compiler/ops/calculus.ts';
import { said, trained } from './harness.ts';

/** A right program; each case changes one line of it. */
const good = `dim B, H = 4, K = 2
data points {
  x: [2]    = [[0, 1], [1, 0], [1, 1], [0, 0]]
  y: int<K> = [0, 1, 0, 1]
}
model Net(x: [B, 2]) -> [B, K] {
  h = x |> dense(H) |> tanh
  return h |> dense(K)
}
train t {
  seed 1
  data d = points
  net  = Net()
  z    = net(d.x)
  loss = mean(cross_entropy(z, d.y))
  update net with sgd(0.1)
  batch B = 2
  epochs 2
}`;
function changed(from: string, to: string): string {
  if (!good.includes(from)) throw new Error(`"${from}" is not in the program`);
  return good.replace(from, to);
}

test('the good program is good', async () => {
  expect(await said(good)).toEqual([]);
});

test.for([
  ['x |> dense(H)', 'Net()(x) |> dense(H)', 'Net → Net'],
  ['model Net', 'fn f(x: [...]) -> [...] = g(x)\nfn g(x: [...]) -> [...] = f(x)\nmodel Net', null],
] as const)('what applies itself without end is told once: %s', async ([from, to, circle]) => {
  const text = circle === null ? changed(from, to).replace('tanh', 'f') : changed(from, to);
  expect(await said(text)).toEqual([
    `cyclic-use: These declarations need each other in a circle: ${circle ?? 'g → f → g'}.`,
  ]);
});

test('a layer may apply itself where its hyper-parameters bring that to an end', async () => {
  const stack = `layer Stack(n)(x: [..., K]) -> [..., K] {
  return if n == 0 then x else x |> dense(K) |> Stack(n - 1)
}
model Net`;
  expect(
    await said(changed('model Net', stack).replace('h |> dense(K)', 'h |> dense(K) |> Stack(20)')),
  ).toEqual([]);
});

test('data is used under the name a train block gives it, and the message says how', async () => {
  const told = async (from: string, to: string) => said(changed(from, to));
  expect(await told('net(d.x)', 'net(points.x)')).toEqual([
    'unknown-name: There is nothing called `points.x` here.',
  ]);
  expect(await told('net(d.x)', 'net(points)')).toEqual([
    'not-a-tensor: Expected a tensor or a number, but this is a data set.',
  ]);
  expect(await told('net(d.x)', 'net(t)')).toEqual(['unknown-name: There is nothing called `t` here.']);
});

const centred = `layer centred()(x: [n, C]) -> [n, C] {
  return x - mean[C](x, keep = true)
}
model Net`;

test('an axis without a name is found by its size, where only one has it', async () => {
  const of = (x: string) => changed('model Net', centred).replace('x |> dense(H)', `${x} |> dense(H)`);
  expect(await said(of('x |> centred'))).toEqual([]);
  expect(await said(of('x @ (normal([2, 2]) |> centred)'))).toEqual([
    'unknown-axis: Several axes of [2, 2] could be `C`.',
  ]);
});

test.for([
  ['h = not h', '[B, H]'],
  ['h = h and h > 0', '[B, H]'],
  ['h = where(h, h, h)', '[B, H]'],
  ['h = if h then h else -h', '[B, H]'],
  ['h = where(1, h, h)', 'a number'],
])('a condition is true or false: %s', async ([line, got]) => {
  expect(await said(changed('  return', `  ${line}\n  return`))).toEqual([
    `type-mismatch: Expected true or false, such as \`x > 0\`, but this is ${got}.`,
  ]);
});
test.for([
  'h = where(step > 2, h, -h)',
  'h = where(h > 0 and step > 2, h, -h)',
  'h = if not (step > 2) then h else -h',
])('a comparison of step is a condition: %s', async (line) => {
  expect(await said(changed('  return', `  ${line}\n  return`))).toEqual([]);
});

test.for([
  ['seed 1', 'seed 1\n  seed 2', 'seed'],
  ['epochs 2', 'epochs 2\n  epochs 3', 'epochs'],
  ['batch B = 2', 'batch B = 2\n  batch B = 4', 'batch B'],
  ['data d = points', 'data d = points\n  data d = points(test = 0.5)', 'data d'],
  [
    'update net with sgd(0.1)',
    'update net with sgd(0.1)\n  update net with sgd(0.2)',
    'update Net.dense_1.W',
  ],
  ['update net with', 'update net, net with', 'update Net.dense_1.W'],
])('of two settings none is ignored: %s', async ([from, to, name]) => {
  expect(await said(changed(from!, to!))).toEqual([`duplicate-name: \`${name}\` is declared twice.`]);
});

test.for([
  ['batch B = 2', 'batch B', 'a size, such as `batch B = 64` or `batch B = all`', 'none'],
  ['epochs 2', 'epochs 2\n  precision f128', 'f32 or f64', 'f128'],
  ['data d = points', 'data d = points(0.5)', 'a split by name, such as `valid = 0.1`', '0.5'],
  ['sgd(0.1)', 'sgd(lr = z)', 'one number', '[B, K]'],
  ['sgd(0.1)', 'sgd(0.1, clip_norm = 0)', 'a number above 0 for `clip_norm`', '0'],
  ['epochs 2', 'epochs 2\n  log z every 1 steps', 'a quantity, which is one number', 'z, which is [B, K]'],
  ['epochs 2', 'epochs 2\n  stop when plateau(loss, patience = 0)', 'a number from 1 on for `patience`', '0'],
])('in the train block, %s → %s', async ([from, to, expected, got]) => {
  expect(await said(changed(from!, to!))).toEqual([
    `type-mismatch: Expected ${expected}, but this is ${got}.`,
  ]);
});

test('a precision of the language that cannot be compiled is not taken for another', async () => {
  expect(await said(changed('epochs 2', 'epochs 2\n  precision bf16'))).toEqual([
    'not-yet: The precision bf16 is part of the language, but this version cannot compile it yet.',
  ]);
});

test('a source that reads files needs the name of one', async () => {
  const text = changed('data points {', 'data points {\n  train = csv()');
  expect(await said(text)).toEqual(['type-mismatch: Expected csv("path"), but this is csv().']);
});

test('a chain longer than the stack is deep is cut at its folds', () => {
  const builder = graphBuilder();
  const c = calculus(builder);
  let x = builder.leaf({ kind: 'param', name: 'w' }, scalar);
  for (let i = 0; i < 20_000; i++) x = c.neg(x);
  builder.output('value', 'loss', x);
  const cut = sweepOf(builder.finish(), 'evaluate', new Map());
  expect('graphs' in cut && cut.graphs['evaluate_finish']!.nodes.length).toBe(20_001);
});

test('without data there are no epochs: told where they are asked for, and an empty block ends', async () => {
  const text = (rest: string) =>
    `train t {\n  param w: [] = 3\n  loss = w^2\n  update w with sgd(0.1)\n  ${rest}\n}`;
  expect(await said(text('epochs 3'))).toEqual([
    'type-mismatch: Expected `steps`: without data an epoch has no length, but this is epochs.',
  ]);
  expect(await said(text('steps 3'))).toEqual([]);
  const { events } = await trained('train t {\n}');
  expect(events.map(({ kind }) => kind)).toEqual(['start', 'end']);
});
