import { expect, test } from 'vitest';
import type { SaveRule } from '../../compiler/plan.ts';
import { ruleTexts } from '../../trainer/host-text.ts';

test('rules are asked in the order of the runtime, whatever order they are written in', () => {
  const save: readonly SaveRule[] = [
    { kind: 'every', every: { count: 1, unit: 'epochs' }, path: 'every' },
    { kind: 'best', quantity: 'loss', mode: 'lowest', path: 'best' },
  ];
  const texts = ruleTexts({
    plateaus: [],
    stop: [],
    save,
    log: [],
    reports: [],
    blocks: [],
    quantities: ['loss'],
  });
  expect(texts.map((text) => text.replace(/\w+\.save/, 'save'))).toEqual([
    'bestRule(save[1])',
    'saveRule(save[0])',
  ]);
});
