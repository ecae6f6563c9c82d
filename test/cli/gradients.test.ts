import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exit } from '../../cli/exit.ts';
import { bpnet, folderWith } from './run.ts';

/**
 * The derived gradients of every example program, in f64, against differences of its loss: a few elements of every
 * parameter, two rows. All elements, on whole batches: `bpnet gradcheck examples/*\/model.bpnet --samples 1000000`.
 */
const few = ['--samples', '3', '--rows', '2', '--tolerance', '1e-6', '--json'];

interface Case {
  readonly flags?: readonly string[];
  /** What is put in for a piece of the program. */
  readonly changed?: readonly (readonly [from: RegExp | string, to: string])[];
}
/** More than the first train block as it stands. */
const cases: Readonly<Record<string, readonly Case[]>> = {
  'burgers-pinn': [{}], // order 3: the program asks for it
  'contrastive-digits': [{}, { flags: ['--train', 'probe'], changed: [[/load .*/, '']] }],
  'equilibrium-propagation': [
    {},
    // Through both phases, whose turns hold gradients.
    { flags: ['--set', 'H=8'], changed: [[/update .*/, 'loss = mean((yn - d.y)^2) + mean(h * hn)\n  update E with sgd(0.05)']] },
  ],
  'q-learning': [
    {
      changed: [
        ['s: [4] ', 's: [4] = [[0.1, -0.2, 0.3, 0.1], [0.2, 0.4, -0.1, 0]] '],
        ['a: int<A> ', 'a: int<A> = [0, 1] '],
        ['r: [] ', 'r: [] = [1, 1] '],
        ["s': [4] ", "s': [4] = [[0.1, 0, 0.2, 0.1], [0.3, 0.4, -0.2, 0.1]] "],
        ['over: [] ', 'over: [] = [0, 1] '],
      ],
    },
  ],
  'tiny-gpt': [{ flags: ['--set', 'T=8', '--set', 'E=16'] }],
  'wgan-gp': [{}, { flags: ['--order', '2', '--samples', '1'] }],
  xor: [{}, { flags: ['--order', '3'] }],
}; // prettier-ignore

describe('every example', () => {
  for (const name of readdirSync('examples').filter((name) => existsSync(`examples/${name}/model.bpnet`))) {
    test.for(cases[name] ?? [{}])(`${name} %o`, { timeout: 120_000 }, async ({ flags = [], changed = [] }) => {
      let text = readFileSync(`examples/${name}/model.bpnet`, 'utf8');
      for (const [from, to] of changed) {
        expect(text).toMatch(from);
        text = text.replace(from, to);
      }
      const cwd = folderWith({ 'model.bpnet': text.replaceAll('"../data/', `"${resolve('examples/data')}/`) });
      const { code, stdout, stderr } = await bpnet(['gradcheck', 'model.bpnet', ...few, ...flags], { cwd });
      expect(stderr.replace(/warning[^]*?= explain.*\n/g, '').trim()).toBe('');
      const { ok, precision, parameters } = JSON.parse(stdout) as Checked;
      expect(parameters.filter(({ ok }) => !ok)).toEqual([]);
      expect({ code, ok, precision }).toEqual({ code: exit.ok, ok: true, precision: 'f64' });
      // What is left out is the exception.
      const [tried, kinks] = (['tried', 'kinks'] as const).map((key) => parameters.reduce((sum, each) => sum + each[key], 0));
      expect(tried).toBeGreaterThan(0);
      expect(kinks! / tried!).toBeLessThan(0.3);
    }); // prettier-ignore
  }
});

interface Checked {
  readonly ok: boolean;
  readonly precision: string;
  readonly parameters: readonly { readonly ok: boolean; readonly tried: number; readonly kinks: number }[];
}
