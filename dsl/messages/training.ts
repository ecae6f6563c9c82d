import { message } from '../diagnostic.ts';

/** What can go wrong while training runs. */

export const diverged = message({
  code: 'diverged',
  group: 'training',
  severity: 'error',
  text: (step: number, value: string, op: string, line: number | null) =>
    `Training diverged at step ${step}: the first ${value} comes out of ${op}${line === null ? '' : ` on line ${line}`}.`,
  explain: {
    why: 'A loss that is NaN or infinite never recovers, so the run stops and the step is replayed to find the operation it came from. The usual remedies: a smaller learning rate, `clip_norm = 1`, a warm-up, and the stable forms `bce_logits`, `cross_entropy` and `log_softmax` in place of `log(sigmoid(z))`.',
    bad: 'train t {\n  update net with sgd(lr = 100)\n}',
    good: 'train t {\n  update net with sgd(lr = 0.01, clip_norm = 1)\n}',
  },
});

export const stepWithoutUpdate = message({
  code: 'step-without-update',
  group: 'training',
  severity: 'error',
  text: (name: string) => `The block \`step ${name}\` has no \`update\`.`,
  explain: {
    why: 'A `step` block is one of several updates that alternate: it computes a loss of its own and changes parameters by it. What is only watched is a `metric`, outside of the blocks.',
    bad: 'train t {\n  step critic 5 times {\n    loss = mean(C(fake)) - mean(C(d.x))\n  }\n}',
    good: 'train t {\n  step critic 5 times {\n    loss = mean(C(fake)) - mean(C(d.x))\n    update C with adam(1e-4)\n  }\n}',
  },
});

export const coupledRows = message({
  code: 'coupled-rows',
  group: 'training',
  severity: 'error',
  text: (what: string) =>
    `\`${what}\` couples rows of a batch: on a split it would depend on where the split is cut into batches.`,
  explain: {
    why: 'A quantity of a split is that of all its rows at once, not a mean over batches. It is computed in pieces, so that each piece must be made of its own rows: sums, means, maxima over the batch are combined, but a comparison of rows with rows (`p[i, z] * q[j, z]`), a sort or a running sum along the batch depends on which rows lie in one piece. As the loss of a step all of it is fine. For a quantity of a split measure something of each row, collect the rows, or take the whole split as one batch: `batch B = all`.',
    bad: 'train t {\n  alike[i, j] = p[i, z] * q[j, z]\n  loss = mean(logsumexp(alike))\n  stop when plateau(valid.loss)\n}',
    good: 'train t {\n  alike[i, j] = p[i, z] * q[j, z]\n  loss = mean(logsumexp(alike))\n  p_all = collect(p)\n  q_all = collect(q)\n  near[i, j] = p_all[i, z] * q_all[j, z]\n  metric contrast = mean(logsumexp(near))\n  stop when plateau(valid.contrast, patience = 3)\n}',
  },
});

export const unwritableOutput = message({
  code: 'unwritable-output',
  group: 'training',
  severity: 'error',
  text: (path: string, why: string) => `Cannot write "${path}": ${why}.`,
  explain: {
    why: 'This is checked before training begins, so that hours of work are not lost at the first save.',
    bad: 'train t {\n  save every 100 steps to "no-such-folder/net.safetensors"\n}',
    good: 'train t {\n  save every 100 steps to "net.safetensors"\n}',
  },
});

export const checkpointMismatch = message({
  code: 'checkpoint-mismatch',
  group: 'training',
  severity: 'error',
  text: (path: string, what: string) => `"${path}" does not fit this program: ${what}.`,
  explain: {
    why: 'Parameters are found by their path of bindings (`Cnn.dense_1.W`) and must have the same shape. The program has changed since the file was written, or it belongs to another one.',
    bad: 'train t {\n  net = Big()\n  load "small.safetensors" into net\n}',
    good: 'train t {\n  net = Small()\n  load "small.safetensors" into net\n}',
  },
});

export const badOverride = message({
  code: 'bad-override',
  group: 'training',
  severity: 'error',
  text: (option: string, why: string) => `The option ${option} cannot be used: ${why}.`,
  explain: {
    why: '`--set` replaces a `const` or a `dim` that has a value, `--data` a source of a data block. The name must exist in the program and the value must be of its kind.',
    bad: 'const nu = 0.01  // bpnet train … --set mu=0.02',
    good: 'const nu = 0.01  // bpnet train … --set nu=0.02',
  },
});

export const noTrainBlock = message({
  code: 'no-train-block',
  group: 'training',
  severity: 'error',
  text: (file: string) => `${file} has no train block.`,
  explain: {
    why: 'A train block says what is trained: data, model, loss, optimizer, and how long. Without one there is nothing to compile; declarations alone are for `use` in other files.',
    bad: 'model M(x: [n, 2]) -> [n, 1] {\n  return x |> dense(1)\n}',
    good: 'train fit {\n  data d = points\n  net = M()\n  loss = mean(mse(net(d.x), d.y))\n  update net with sgd(0.1)\n  batch B = 32\n  epochs 10\n}',
  },
});

export const badCheckpoint = message({
  code: 'bad-checkpoint',
  group: 'training',
  severity: 'error',
  text: (what: string) => `This is no checkpoint: ${what}.`,
  explain: {
    why: 'A checkpoint is a safetensors file written by a run. This file is something else, is cut short, or holds tensors without a run; `load "file" into net` takes the latter.',
    bad: 'bpnet resume iris.csv',
    good: 'bpnet resume iris.safetensors',
  },
});

export const changedProgram = message({
  code: 'changed-program',
  group: 'training',
  severity: 'error',
  text: (name: string) => `The checkpoint is of another program: ${name}.`,
  explain: {
    why: 'A run continues to the bit only with the very program that began it: the same kernels, and data cut in the same way. With `--allow-changed` tensors of the same name and shape are taken over.',
    bad: 'bpnet resume model.safetensors                   // after changing the model',
    good: 'bpnet resume model.safetensors --allow-changed',
  },
});

export const nothingLearned = message({
  code: 'nothing-learned',
  group: 'training',
  severity: 'error',
  text: () => 'Fields of this program learn from training data, and it has seen none.',
  explain: {
    why: '`standardize`, `minmax`, `fill` and `category` take their numbers from the training rows. A calling program that hands in batch after batch shows none of these beforehand: let it train on data or load a checkpoint first, or give the numbers in the program.',
    bad: 'data memory {\n  s: [4] = standardize(raw.s)   // model.step({ s: … })\n}',
    good: 'data memory {\n  s: [4] = raw.s / 10           // model.step({ s: … })\n}',
  },
});

export const nothingToLoad = message({
  code: 'nothing-to-load',
  group: 'training',
  severity: 'error',
  text: (name: string) => `There are no parameters named \`${name}\`.`,
  explain: {
    why: '`load … into net` gives the parameters of an instance the values of a file; the name after `into` is that of an instance with parameters.',
    bad: 'train t {\n  net = Mlp()\n  load "mlp.safetensors" into z\n}',
    good: 'train t {\n  net = Mlp()\n  load "mlp.safetensors" into net\n}',
  },
});

export const noTextModel = message({
  code: 'no-text-model',
  group: 'training',
  severity: 'error',
  text: (model: string) => `\`${model}\` is no model that continues text.`,
  explain: {
    why: 'Text is generated token by token from a model that is applied to windows of a text, `int<V>[B, T]`, and gives scores for the token after each, `[B, T, V]`. The model is bound to a name in the train block, and V is the size of the vocabulary of its data.',
    bad: 'train t {\n  net = Classifier()\n  print generate(net, "once")\n}',
    good: 'train t {\n  net  = CharModel()\n  loss = mean(cross_entropy(net(d.ids[:, 0:T]), d.ids[:, 1:T+1]))\n  print generate(net, "once", n = 100)\n}',
  },
});

export const vanishingGradient = message({
  code: 'vanishing-gradient',
  group: 'training',
  severity: 'warning',
  text: (layer: string, norm: string, step: number, largest: string, other: string) =>
    `the gradient of ${layer} has the norm ${norm} at step ${step}, that of ${largest} ${other}`,
  explain: {
    why: 'Next to the gradients of other layers, this one is nothing: less than a ten-millionth of the largest. The layer does not learn. Deep stacks of saturating activations do this, and dead units of `relu`; residual connections, normalisation, other initial values or `gelu` help. It is measured where the program logs norms: `log grad_norm every 100 steps`.',
    bad: 'model Deep(x: [B, 8]) -> [B, 8] {\n  repeat 30 { x = x |> dense(8) |> sigmoid }\n  return x\n}',
    good: 'model Deep(x: [B, 8]) -> [B, 8] {\n  repeat 30 { x = x + (x |> layer_norm |> dense(8) |> gelu) }\n  return x\n}',
  },
});

export const explodingGradient = message({
  code: 'exploding-gradient',
  group: 'training',
  severity: 'warning',
  text: (layer: string, norm: string, step: number) =>
    `the gradient of ${layer} has the norm ${norm} at step ${step}`,
  explain: {
    why: 'A norm above 1,000, or none that is a number, means steps far beyond where the gradient holds. Clip it (`clip_norm = 1`), take a smaller learning rate, or smaller initial values; a loss that is a sum over many elements may be a mean instead. It is measured where the program logs norms: `log grad_norm every 100 steps`.',
    bad: 'train t {\n  loss = sum((net(d.x) - d.y)^2)\n  update net with sgd(0.1)\n  log grad_norm every 100 steps\n}',
    good: 'train t {\n  loss = mean((net(d.x) - d.y)^2)\n  update net with sgd(0.1, clip_norm = 1)\n  log grad_norm every 100 steps\n}',
  },
});
