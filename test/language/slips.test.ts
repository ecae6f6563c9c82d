import { expect, test } from 'vitest';
import { compileText, said, trained } from './harness.ts';

const program = `dim B, K = 3, T = 4
data p {
  x: [T] = [[1, 2, 3, 4], [2, 3, 4, 5], [0, 1, 0, 1], [1, 1, 1, 1]]
  y: int<K> = [0, 1, 2, 0]
}
train t {
  seed 1
  data d = p(valid = 0.25)
  net  = dense(K)
  z    = net(d.x)
  loss = mean(cross_entropy(z, d.y))
  update net with sgd(0.1)
  batch B = 2
  epochs 2
}`;

/** What is put in for a line of the program, and all that is said. */
const before = (lines: string) => [['  net ', `  ${lines}\n  net `]] as const;
test.for([
  ['the turn bound again', before('scan t in 4 carry (h: [B] = 0) {\n    t = 3\n    h = h + d.x[:, t]\n  }'), 'duplicate-name: `t` is declared twice.'],
  ['the turn bound again, written out', before('repeat i in 3 { i = 2 }'), 'duplicate-name: `i` is declared twice.'],
  ['two axes for the turns', before('scan t in T carry (h: [T] = 0) {\n    h = h + 1\n    emit hs: [T, T] = h\n  }'), 'shape-mismatch: [T, T] has two axes T that the turns could fill.'],
  ['turns without end', before('repeat 100000 { h = d.x + 1 }'), 'type-mismatch: Expected at most 5000 turns that are written out, but this is 100000.'],
  ['positions that are floats', before('scan t in 2 carry (h: [B] = 0) { h = h + d.x[:, 2 * t] }'), 'type-mismatch: Expected whole numbers as positions, but this is floats, [].'],
  ['a window that grows', before('scan t in 2 carry (h: [B] = 0) { h = h + sum[1](d.x[:, t:2 - t]) }'), 'type-mismatch: Expected as many entries in every turn, as in `t:t+2`, but this is `d.x[:, t:2 - t]`.'],
  ['parts that are no parts', before('g = d.x |> group_norm(3)'), 'type-mismatch: Expected a size (a whole number or a dim), but this is 1.3333.'],
  ['a share of seven', before('g = d.x |> batch_norm(momentum = 7)'), 'type-mismatch: Expected a number from 0 to 1 for `momentum`, but this is 7.'],
  ['a decay of two', [['sgd(0.1)', 'adam(1e-3, beta1 = 2)']], 'type-mismatch: Expected a number from 0 to 1 for `beta1`, but this is 2.'],
  ['positions among all rows', before('m = argmax(d.x)'), 'type-mismatch: Expected an axis, as in `argmax[T](…)`, but this is `argmax` of all axes, the batch too.'],
  ['a rate that is no number', [['sgd(0.1)', 'sgd(0 / 0)']], 'type-mismatch: Expected a learning rate that is a finite number, but this is NaN.'],
  ['ever more batches', [['batch B = 2', 'batch B = 2 accumulate 1e30']], 'type-mismatch: Expected at most 1000000 batches an update for `accumulate`, but this is 1e+30.'],
  ['all of it, four times', [['batch B = 2', 'batch B = all accumulate 4']], 'type-mismatch: Expected batches that are parts of the data, as in `batch B = 64 accumulate 4`, but this is `all` of it, every time.'],
  ['a hole in a text', [['epochs 2', 'epochs 2\n  print "loss {loss} at {step}"']], 'unknown-name: There is nothing called `{loss}` here.'],
  ['a report of nothing', [['epochs 2', 'epochs 2\n  every 2 steps { }']], 'type-mismatch: Expected something to do, such as `print loss`, but this is nothing.'],
  ['a step called loss', [[/ {2}loss = .*\n.*\n/, '  step loss {\n    loss = mean(z)\n    update net with sgd(0.1)\n  }\n']], 'duplicate-name: `loss` is declared twice.'],
] as const)('%s', async ([, changes, message]) => {
  const text = changes.reduce((text, [from, to]) => text.replace(from, to), program);
  expect(text).not.toBe(program);
  expect(await said(text)).toEqual([message]);
}); // prettier-ignore

test('a loop that runs over an open dim is told how to give it a size', async () => {
  const text = program.replace(', T = 4', ', T = 4, S').replace('  net ', '  scan t in S carry (h: [B] = 0) { h = h + 1 }\n  net '); // prettier-ignore
  const [first] = (await compileText(text)).diagnostics;
  expect(first).toMatchObject({ code: 'type-mismatch', help: 'give it a size: `dim S = 16`' });
});

test.for([
  ['x[:, t:t+1]', [1, 10, 2, 20, 3, 30]],
  ['x[:, t:t+2]', [3, 30, 5, 50, 7, 70]],
  ['x[:, t+1:t+3] * 2', [10, 100, 14, 140, 18, 180]],
  ['x[:, 3-t:5-t]', [9, 90, 7, 70, 5, 50]],
] as const)('entries from the turn on, as many in every turn: %s', async ([slice, values]) => {
  const { session } = await trained(`data p { x: [5] = [[1, 2, 3, 4, 5], [10, 20, 30, 40, 50]] }
dim B
train t {
  data d = p
  param w: [] = 1
  x = d.x
  scan t in 3 { emit hs: [3, B] = sum[1](${slice}) }
  loss = sum(w * hs)
  ${[0, 1, 2].map((t) => `metric first${t} = min(hs[${t}])\n  metric second${t} = max(hs[${t}])`).join('\n  ')}
  update w with sgd(0)
  batch B = all
  steps 1
}`);
  expect(session.last.slice(1)).toEqual(values);
}); // prettier-ignore

test('a quantity of a split is not there before the first evaluation', async () => {
  const { events } = await trained(
    program.replace('epochs 2', 'epochs 2\n  every 1 steps { print valid.loss }'),
  );
  const texts = events.flatMap((event) => (event.kind === 'print' ? [event.text] : []));
  expect(texts[0]).toBe('–');
  expect(texts.at(-1)).toMatch(/^\d/);
});

test('a label between two classes is no whole number', async () => {
  await expect(trained(program.replace('[0, 1, 2, 0]', '[0, 1, 0.5, 0]'))).rejects.toThrow(
    'y is 0.5; its type allows whole numbers 0 … 2.',
  );
});
