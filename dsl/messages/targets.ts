import { enoughBytes, exactBytes } from '../bytes.ts';
import { message } from '../diagnostic.ts';

/** What a target cannot do, refused at compile time with the source line. */

export const targetUnsupported = message({
  code: 'target-unsupported',
  group: 'targets',
  severity: 'error',
  text: (target: string, what: string) => `The target ${target} cannot do ${what}.`,
  explain: {
    why: 'Each target refuses what it cannot do correctly, before anything runs. Choose another target, or another formulation.',
    bad: 'fn f(x: f64[n]) -> f64[n] = exp(x)  // webgpu has no f64',
    good: 'fn f(x: [n]) -> [n] = exp(x)',
  },
});

export const memoryLimit = message({
  code: 'memory-limit',
  group: 'targets',
  severity: 'error',
  text: (limit: number, least: number) =>
    `${exactBytes(limit)} of memory are not enough: at least ${enoughBytes(least)} are needed.`,
  explain: {
    why: 'With `--max-memory` the plan is made smaller until it fits: values of the forward pass are computed again in the backward pass instead of being kept, first what follows element by element, then sums. Parameters, the state of optimizers and one batch of data are always there. What grows with the batch is halved with it; `accumulate` keeps the steps as they were.',
    bad: 'train t {\n  update net with adam(1e-3)\n  batch B = 1024\n}',
    good: 'train t {\n  update net with adam(1e-3)\n  batch B = 256 accumulate 4\n}',
  },
});
