import { ts } from 'ts-morph';
import { describe, expect, test } from 'vitest';
import { carry } from '../../trainer/carry.ts';
import type { SourceTree } from '../../trainer/sources.ts';
import { specialise } from '../../trainer/specialise.ts';

const files = {
  'runtime/loop.ts': `
    import type { Plan } from '../compiler/plan.ts';
    import { zip } from 'some-package';
    import { readCsv } from './csv.ts';
    import { half, unit } from './numbers.ts';

    // ── a rule for editors ──
    /** Runs the plan. */
    export function loop(plan: Plan, unused: number): number {
      const step = half(plan.steps as number); // prettier-ignore
      if (plan.csv !== null) readCsv(plan.csv);
      return step + { unit: 1 }.unit;
    }
    export function packed(): Uint8Array { return zip(unit); }
    interface Nothing { readonly half: string }
    export type { Nothing };
  `,
  'runtime/csv.ts': `
    export const separator = ',';
    export const readCsv = (text: string): string[] => text.split(separator);
  `,
  'runtime/numbers.ts': `
    import { twice } from '../compiler/twice.ts';
    export const unit = 1;
    const two = 2 * unit;
    export function half(x: number): number { const unit = x / two; return unit; }
    export function step(): number { return twice(half(2)); }
  `,
};
const read: SourceTree['read'] = (path) =>
  path === 'compiler/twice.ts'
    ? { text: 'export function twice(x: number): number { return x + x; }', language: 'ts' }
    : null;

function carried(entries: string[], options = {}, extra: Record<string, string> = {}) {
  const all = Object.entries({ ...files, ...extra });
  const sources = Object.fromEntries(all.map(([path, text]) => [path, { text, language: 'ts' as const }]));
  return carry(entries, options, { files: sources, read });
}

describe('carry', () => {
  test('takes what an entry reaches, in an order in which constants are ready, and nothing else', async () => {
    expect((await carried(['loop'])).text).toMatchInlineSnapshot(`
      "const unit = 1;

      const two = 2 * unit;

      function half(x) { const unit = x / two; return unit; }

      const separator = ',';

      const readCsv = (text) => text.split(separator);

      /** Runs the plan. */
      function loop(plan, unused) {
          const step = half(plan.steps);
          if (plan.csv !== null)
              readCsv(plan.csv);
          return step + { unit: 1 }.unit;
      }"
    `);
  });

  test('a fact about the plan leaves out what it makes unreachable', async () => {
    const { names, text } = await carried(['loop'], { known: { 'plan.csv': null, 'plan.steps': 4 } });
    expect(names).toEqual(['unit', 'two', 'half', 'loop']);
    expect(text).toContain('half(4)');
    expect(new Function(`${text}; return loop({}, 0)`)()).toBe(3);
  });

  test('a local name hides a top-level one', async () => {
    expect((await carried(['loop'])).names).not.toContain('step');
  });

  test('a replaced declaration brings its own needs', async () => {
    const { names } = await carried(['loop'], { instead: { readCsv: 'const readCsv = () => separator;' } });
    expect(names).toContain('separator');
  });

  test('what the runtime imports of the compiler is carried with it', async () => {
    const { text } = await carried(['step']);
    expect(new Function(`${text}; return step()`)()).toBe(2);
  });

  test('twins are refused, naming both files', async () => {
    const twin = { 'runtime/twin.ts': 'export const half = 0.5;' };
    await expect(carried(['loop'], {}, twin)).rejects.toThrow(
      /"half".*runtime\/numbers.ts.*runtime\/twin.ts/,
    );
  });

  test('a package cannot be carried', async () => {
    await expect(carried(['packed'])).rejects.toThrow(
      '"packed" cannot be carried, it uses "zip" of some-package',
    );
  });

  test('an unknown entry and work at import time are refused', async () => {
    await expect(carried(['lopp'])).rejects.toThrow('"lopp" is no top-level declaration');
    await expect(carried(['loop'], {}, { 'runtime/x.ts': 'start();' })).rejects.toThrow('nothing happens');
  });
});

describe('specialise', () => {
  const known = { 'plan.stop': [] as const, 'plan.fit': null, 'plan.batch': 4, 'split.valid': 0 };
  test.for([
    ['for (const rule of plan.stop) check(rule);', ''],
    ['{ if (plan.fit) sweep(plan.fit); go(); }', '{ go(); }'],
    ['if (a) for (const rule of plan.stop) check(rule);', 'if (a) ;'],
    ['const x = plan.fit ? sweep() : run.plan.batch;', 'const x = 4;'],
    ['const x = (plan.fit ? 1 : a + b) * 2;', 'const x = ((a + b)) * 2;'],
    ['const x = plan.fit?.stages ?? other;', 'const x = other;'],
    ['const x = plan.stop.length > 0 || y;', 'const x = y;'],
    ['if (plan.batch !== 4) a(); else b();', 'b();'],
    ['d.split.valid = plan.batch;', 'd.split.valid = 4;'],
    [
      '{ const { fit, name } = plan; if (fit) sweep(fit); log(name); }',
      '{ const { name } = plan; log(name); }',
    ],
    [
      '{ const { name, fit } = s.plan; go(name, fit, (fit) => fit, { fit }); }',
      '{ const { name } = s.plan; go(name, null, (fit) => fit, { fit: null }); }',
    ],
    [
      '{ const { fit, ...rest } = plan; go(fit, rest); }',
      '{ const { fit, ...rest } = plan; go(null, rest); }',
    ],
    [
      '{ const { batch: size } = plan; size.fit = size; plan.batch++; }',
      '{ const {  } = plan; size.fit = 4; plan.batch++; }',
    ],
    ['{ if (a.b !== c && plan.fit) plan.fit(); }', '{ }'],
    ['if (a() && plan.fit) plan.fit();', 'if (a() && null) plan.fit();'],
    ['{ if (!plan.fit) return 1; go(plan); }', '{ return 1; }'],
    ['const x = { fit: plan.fit, plan };', 'const x = { fit: null, plan };'],
    ['plan.stopped(plan.step);', 'plan.stopped(plan.step);'],
  ])('%s', ([before, after]) => {
    expect(specialise(ts, before!, known).trim()).toBe(after);
  });
});
