import { expect, test } from 'vitest';
import { trained } from '../language/harness.ts';
import { golden } from './program.ts';

const { values, cases } = golden<{
  values: readonly number[];
  cases: readonly { readonly options: string; readonly rates: readonly number[] }[];
}>('plateau');

/** One step an epoch, and a metric that takes the values one after the other. */
const program = (options: string) => `dim B
data p {
  m: [${values.length}] = [[${values.join(', ')}]]
  i: [${values.length}] = [[${values.map((_, i) => i + 1).join(', ')}]]
}
train t {
  data d = p
  param w: [] = 0
  loss = w
  metric m = sum(where(d.i == step, d.m, 0))
  update w with sgd(lr = plateau(0.1, ${options}))
  batch B = all
  epochs ${values.length + 1}
  log w every 1 steps
}`;

test.for(cases.map(({ options, rates }) => [options, rates] as const))(
  'plateau(0.1, %s): the rates of PyTorch',
  async ([options, rates]) => {
    for (const on of ['m', 'train.m']) {
      const mode = options.includes('mode') ? '' : ', mode = lowest';
      const { events } = await trained(program(`on = ${on}, ${options}${mode}`));
      const w = events.flatMap((e) => (e.kind === 'step' ? [e.quantities['w']!] : []));
      // w is measured before it is changed: the change in step k is the rate after k − 1 epochs.
      const used = w.slice(1).map((each, i) => w[i]! - each);
      expect(used).toHaveLength(values.length);
      [0.1, ...rates.slice(0, -1)].forEach((rate, i) => expect(used[i]).toBeCloseTo(rate, 12));
    }
  },
);
