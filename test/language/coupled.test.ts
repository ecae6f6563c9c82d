import { expect, test } from 'vitest';
import { codes, compileText, onSplit, opened, said, trained } from './harness.ts';

/** Six rows in batches of four; `loss` is what is given, and asked for on the validation rows. */
function program(lines: string, { batch = '4', asked = 'loss', data = '' } = {}): string {
  return `dim B, Z = 2
data points {
  x: [Z] = [[0, 1], [1, 0], [1, 1], [2, 1], [0, 3], [1, 2]]
  y: int<Z> = [0, 1, 0, 1, 1, 0]
}
train t {
  seed 1
  data d = points${data}
  param w: [Z, Z] ~ normal(1)
  p = d.x @ w
  q = d.x
  ${lines}
  update w with sgd(0.01)
  batch B = ${batch}
  epochs 2
  ${asked === '' ? '' : `stop when plateau(train.${asked}, patience = 3)`}
}`;
}

test.for([
  'a[i, j] = p[i, z] * q[j, z]\n  loss = mean(logsumexp(a))',
  's[] = p[i, z] * q[j, z]\n  loss = s',
  'a = p @ transpose(q)\n  loss = mean(a)',
  'n = sum[Z](p)\n  a[i, j] = exp(n[i] - n[j])\n  loss = mean(a)',
])('rows compared with rows have no value on a split: %s', async (lines) => {
  expect(await codes(program(lines!))).toEqual(['coupled-rows']);
  // A step takes them, and so does a split that is one batch.
  expect(await codes(program(lines!, { asked: '' }))).toEqual([]);
  expect(await codes(program(lines!, { batch: 'all' }))).toEqual([]);
});

test.for([
  'loss = mean(softmax[B](p) * q)',
  'c[i, j] = p[b, i] * q[b, j]\n  loss = mean(c)',
  'loss = mean((transpose(p) @ q)^2)',
  'loss = mean(reshape(p, [Z*B])^2) + mean(reshape(reshape(p, [Z*B]), [B, Z]) * q)',
  'loss = mean(transpose(transpose(p) * 2) * q)',
  'loss = mean(cross_entropy(p, d.y)) + std(p)',
  'loss = mean(w[d.y] * q)',
  'loss = mean(cumsum[Z](p)) + mean(sort[Z](p)[:, 0])',
  'g = grad(sum(p^3), d.x)\n  loss = mean(g^2)',
  'm = max[Z](p)\n  loss = mean(m)',
])('rows by themselves and folds of them have one: in pieces as at once: %s', async (lines) => {
  const pieces = await onSplit(await opened(program(lines!)), 'train');
  const whole = await onSplit(await opened(program(lines!, { batch: 'all' })), 'train');
  expect(pieces['loss']).toBeCloseTo(whole['loss']!, 12);
});

test('a split that is one batch has the value of all its rows', async () => {
  const lines = 'a[i, j] = q[i, z] * q[j, z]\n  loss = mean(a)';
  const running = await opened(program(lines, { batch: 'all' }));
  // (Σ rows)² / 36: the columns sum to 5 and 8
  expect((await onSplit(running, 'train'))['loss']).toBeCloseTo((25 + 64) / 36, 12);
});

test('a collected comparison is that of all rows, and the loss beside it is left out', async () => {
  const lines = `a[i, j] = q[i, z] * q[j, z]
  loss = mean(a)
  all = collect(q)
  near[i, j] = all[i, z] * all[j, z]
  metric alike = mean(near)`;
  const asked = await opened(program(lines, { asked: 'alike' }));
  expect(await onSplit(asked, 'train')).toEqual({ alike: expect.closeTo((25 + 64) / 36, 12) });
  const { end } = await trained(program(lines, { asked: 'alike' }));
  expect(end.step).toBe(4); // 2 epochs of 2 steps
});

test('who holds rows back for nothing is told; without them nothing is said', async () => {
  const lines = 'a[i, j] = p[i, z] * q[j, z]\n  loss = mean(logsumexp(a))';
  expect(await said(program(lines, { asked: '' }))).toEqual([]);
  const result = await compileText(program(lines, { asked: '', data: '(valid = 0.5)' }));
  expect(result.diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
    ['coupled-rows', 'warning'],
  ]);
});

test('a loop whose turns mix rows is refused in the same words', async () => {
  const lines = `repeat 2 carry (h: [B, Z] = 0) { h = h + mean[B](p) * p }
  loss = mean(h)`;
  expect(await codes(program(lines))).toEqual(['coupled-rows']);
  expect(await codes(program(lines, { asked: '' }))).toEqual([]);
});
