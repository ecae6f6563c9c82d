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
