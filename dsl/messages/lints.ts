import { message } from '../diagnostic.ts';

/** Warnings: the program is valid, but probably not what was meant. */

export const unusedParam = message({
  code: 'unused-param',
  group: 'lints',
  severity: 'warning',
  text: (name: string) => `The parameter \`${name}\` is never used.`,
  explain: {
    why: 'It takes memory and is saved with the model, but nothing depends on it. Often another name was meant further down.',
    bad: 'model M(x: [B, 2]) -> [B, 2] {\n  param W: [2, 2] ~ xavier_uniform\n  param b: [2] = 0\n  return x @ W\n}',
    good: 'model M(x: [B, 2]) -> [B, 2] {\n  param W: [2, 2] ~ xavier_uniform\n  param b: [2] = 0\n  return x @ W + b\n}',
  },
});

export const unreachableParam = message({
  code: 'unreachable-param',
  group: 'lints',
  severity: 'warning',
  text: (names: readonly string[]) =>
    `The loss does not depend on ${names.map((name) => `\`${name}\``).join(', ')}: this \`update\` never changes ${names.length === 1 ? 'it' : 'them'}.`,
  explain: {
    why: 'Nothing of it reaches the loss, or a `detach` or a comparison stands in between, so its gradient is zero and it keeps its initial value. Parameters that no `update` names are frozen without a word.',
    bad: 'train t {\n  h = detach(enc(d.x))\n  loss = mean((dec(h) - d.x)^2)\n  update enc, dec with adam(1e-3)\n}',
    good: 'train t {\n  h = enc(d.x)\n  loss = mean((dec(h) - d.x)^2)\n  update enc, dec with adam(1e-3)\n}',
  },
});

export const noUpdate = message({
  code: 'no-update',
  group: 'lints',
  severity: 'warning',
  text: () => 'Nothing is trained: no `update` names a model.',
  explain: {
    why: 'Only an `update` changes parameters. Without one, every step computes the loss of the initial parameters.',
    bad: 'train t {\n  net = M()\n  loss = mean(mse(net(d.x), d.y))\n}',
    good: 'train t {\n  net = M()\n  loss = mean(mse(net(d.x), d.y))\n  update net with adam(1e-3)\n}',
  },
});

export const doubleSoftmax = message({
  code: 'double-softmax',
  group: 'lints',
  severity: 'warning',
  text: () =>
    '`cross_entropy` takes logits and applies softmax itself, but this value has been through softmax already.',
  explain: {
    why: 'Softmax twice flattens the distribution: training still moves, slowly, and never gets confident. Hand over the logits.',
    bad: 'train t {\n  loss = mean(cross_entropy(softmax[K](z), d.y))\n}',
    good: 'train t {\n  loss = mean(cross_entropy(z, d.y))\n}',
  },
});

export const sigmoidBceLogits = message({
  code: 'sigmoid-bce-logits',
  group: 'lints',
  severity: 'warning',
  text: () =>
    '`bce_logits` takes logits and applies sigmoid itself, but this value has been through sigmoid already.',
  explain: {
    why: 'Sigmoid twice squeezes everything into 0.5 … 0.73, so the loss cannot become small. Hand over the logits, or use `binary_cross_entropy` for probabilities.',
    bad: 'train t {\n  loss = mean(bce_logits(sigmoid(z), d.y))\n}',
    good: 'train t {\n  loss = mean(bce_logits(z, d.y))\n}',
  },
});

export const dropoutBeforeOutput = message({
  code: 'dropout-before-output',
  group: 'lints',
  severity: 'warning',
  text: () => 'Dropout is the last thing before the output, so parts of the answer itself are set to zero.',
  explain: {
    why: 'Dropout belongs between layers. On the output it makes the loss noisy and teaches nothing.',
    bad: 'model M(x: [B, 9]) -> [B, 3] {\n  return x |> dense(3) |> dropout(0.5)\n}',
    good: 'model M(x: [B, 9]) -> [B, 3] {\n  return x |> dropout(0.5) |> dense(3)\n}',
  },
});

export const unguardedLog = message({
  code: 'unguarded-log',
  group: 'lints',
  severity: 'warning',
  text: (op: string) => `\`${op}\` meets a value that can become 0, where it or its slope is infinite.`,
  explain: {
    why: 'One such element makes the loss, and then every parameter, NaN. Keep the argument away from zero, or use a form that was made for it: `log_softmax`, `softplus`, `bce_logits`.',
    bad: 'fn entropy(p: [n]) -> [] = -sum(p * log(p))',
    good: 'fn entropy(p: [n]) -> [] = -sum(p * log(p + 1e-9))',
  },
});

export const learningRateRange = message({
  code: 'learning-rate-range',
  group: 'lints',
  severity: 'warning',
  text: (rate: string, optimizer: string, usual: string) =>
    `A learning rate of ${rate} is unusual for \`${optimizer}\`; ${usual} is common.`,
  explain: {
    why: 'Adaptive optimizers such as adam move each parameter by about the learning rate per step, whatever the size of the gradient, so they need smaller rates than plain sgd.',
    bad: 'train t {\n  update net with adam(lr = 1)\n}',
    good: 'train t {\n  update net with adam(lr = 1e-3)\n}',
  },
});

export const gradIndependent = message({
  code: 'grad-independent',
  group: 'lints',
  severity: 'warning',
  text: () =>
    'What is differentiated does not depend on what it is differentiated by: this gradient is zero everywhere.',
  explain: {
    why: 'Between the two stands a `detach`, a comparison, or a rebinding: a name means its latest value, and the gradient is taken with respect to exactly that.',
    bad: 'train t {\n  x = d.x * 2\n  u = net(d.x)\n  u_x = grad(sum(u), x)\n}',
    good: 'train t {\n  x = d.x * 2\n  u = net(x)\n  u_x = grad(sum(u), x)\n}',
  },
});

export const notCarried = message({
  code: 'not-carried',
  group: 'lints',
  severity: 'warning',
  text: (name: string) =>
    `\`${name}\` is not carried: every turn begins with what it was before the loop, and it is that again after it.`,
  explain: {
    why: 'A loop hands on to the next turn, and to what follows it, the names in its `carry` list. Any other name that is bound inside is a new value of that turn. In `repeat n { … }` without `carry`, which is written out turn by turn, a name that is bound again does go on.',
    bad: 'fn total(x: [4, 2]) -> [2] {\n  sum = zeros([2])\n  scan t in 4 { sum = sum + x[t] }\n  return sum\n}',
    good: 'fn total(x: [4, 2]) -> [2] {\n  scan t in 4 carry (sum: [2] = 0) { sum = sum + x[t] }\n  return sum\n}',
  },
});
