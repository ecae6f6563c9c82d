import { expect, test } from 'vitest';
import { hostValue } from '../../runtime/host-expr.ts';
import { compiled } from '../language/harness.ts';
import { golden } from './program.ts';

interface Schedule {
  readonly call: string;
  /** Of steps 1 … 20. */
  readonly rates: readonly number[];
}
const { schedules } = golden<{ schedules: readonly Schedule[] }>('schedules');

test.for(schedules.map((s) => [s.call, s.rates] as const))('%s: twenty rates', async ([call, rates]) => {
  const rate = await rateOf(call);
  rates.forEach((expected, i) => expect(rate(i + 1, 20)).toBeCloseTo(expected, 14));
});

test.each(['linear', 'cosine', 'one_cycle', 'warmup'])('%s is finite in runs of any length', async (name) => {
  for (const call of [
    `${name}(0.1)`,
    name.startsWith('one') ? `${name}(0.1, rise = 0.1)` : `${name}(0.1, 10)`,
  ]) {
    const rate = await rateOf(call);
    for (const steps of [1, 2, 3, 10, 11])
      for (let step = 1; step <= steps; step++) expect(rate(step, steps)).toSatisfy(Number.isFinite);
  }
});

/** The rate as the host computes it. */
async function rateOf(call: string): Promise<(step: number, steps: number) => number> {
  const { program } = await compiled(`
train t {
  steps 20
  param w: [] = 0
  loss = w^2
  update w with sgd(lr = ${call})
}`);
  const { hosts } = program.entries['step']!;
  const rate = hosts[0] ? hosts[0].expr : ({ kind: 'number', value: 0.1 } as const);
  return (step, steps) =>
    hostValue(
      rate,
      (name) => (name === 'step' ? step : steps),
      () => false,
    );
}
