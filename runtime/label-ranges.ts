import type { SplitName } from '../compiler/plan.ts';
import { fail } from './fail.ts';
import { readSlot, type Session } from './session.ts';
import { runSweep } from './sweep.ts';

/** Labels that the program works out lie in the ranges of their types, in every split. */
export async function checkLabels(s: Session): Promise<void> {
  const { ranges } = s.plan;
  if (!ranges) return;
  const splits = (['train', 'valid', 'test'] satisfies SplitName[]).filter((name) =>
    s.datasets.some((d) => d.splits[name].length),
  );
  for (const split of splits) {
    const outputs = await runSweep(s, ranges.sweep, split);
    for (const { name, field, below, span } of ranges.labels) {
      const value = (what: string) => readSlot(s, outputs[`${name}/${what}`]!, 0);
      const [least, most] = [value('least'), value('most')];
      const whole = value('broken') === 0;
      if (whole && least >= 0 && most < below) continue;
      const found = whole ? `goes from ${least} to ${most}` : 'is not always a whole number';
      const text = `In the ${split} rows ${field} ${found}; its type allows 0 … ${below - 1}.`;
      fail('label-out-of-range', text, { span });
    }
  }
}
