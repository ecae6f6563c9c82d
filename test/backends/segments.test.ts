import { expect, test } from 'vitest';
import { allKernels } from '../../compiler/ir/program.ts';
import { compiled } from '../language/harness.ts';
import { expectAgreement } from './agree.ts';

/** The gradient of what is split is a sum of padded parts: each part of the row reads one of them. */
test.each([8, 6])('parts of %i that stand side by side', async (width) => {
  const { program } = await compiled(`
dim B
data d {
  x: [3] = [[0, 1, 2], [1, 3, 1], [2, 1, 0]]
}
model Parts(x: [B, 3]) -> [B, ${width}] {
  param W: [3, ${3 * width}] ~ xavier_uniform
  a, b, c = split(tanh(x @ W), 3)
  return a * b + sigmoid(c)
}
train parts {
  data d = d
  net = Parts()
  loss = mean(net(d.x)^2)
  update net with sgd(lr = 0.1)
  batch B = all
  epochs 3
}`);
  const guarded = allKernels(program.entries['step']!).filter(({ body }) =>
    JSON.stringify(body).includes('"below"'),
  );
  expect(guarded.length).toBeGreaterThan(0);
  expectAgreement(program, [3]);
  expectAgreement(program, [2]);
});
