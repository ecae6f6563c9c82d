import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { optimize } from '../../compiler/3-optimize/optimize.ts';
import { lower } from '../../compiler/4-lower/lower.ts';
import { js } from '../../compiler/backends/js/backend.ts';
import type { Affine } from '../../compiler/ir/affine.ts';
import type { Expr } from '../../compiler/ir/kernel.ts';
import type { Program } from '../../compiler/ir/program.ts';
import { opNames, findOp } from '../../compiler/ops/calculus.ts';
import { planOf, valuesFor } from '../ops/check-op.ts';
import { noBrowser, openSite, type Site } from '../trainer/browser.ts';
import { someNumber } from './agree.ts';
import { affine, at, fold, kernel, load, loop, number, program as programOf, ref, store, typed } from './build.ts'; // prettier-ignore
import { compiledExample } from './example-programs.ts';
import type { Case, Outcome, runCases } from './gpujs-page.ts';
import { graphOf } from './op-graph.ts';
import { far, read, write } from './remote.ts';

if (noBrowser !== null) console.info(`gpu.js on WebGL and WebGPU is skipped: ${noBrowser}`);

/** Both on a software driver: semantics, not speed. */
const modes = ['webgl2', 'webgpu'] as const;
/** Their exp and log are good to five units in the last place or so. */
const tolerance = 2e-5;

describe.skipIf(noBrowser !== null)('in Chromium', () => {
  let site: Site;
  const errors: string[] = [];

  beforeAll(async () => {
    const bundle = await build({
      entryPoints: [join(import.meta.dirname, 'gpujs-page.ts')],
      bundle: true,
      format: 'iife',
      globalName: 'page',
      write: false,
      minify: true,
    });
    const gpu = join(import.meta.dirname, '..', '..', 'node_modules', 'gpu.js', 'dist', 'gpu-browser.min.js');
    site = await openSite({ 'page.js': bundle.outputFiles[0]!.text, 'gpu.js': readFileSync(gpu, 'utf8') }, errors); // prettier-ignore
    for (const name of ['gpu.js', 'page.js']) await site.page.addScriptTag({ url: `${site.origin}${name}` });
  }, 60_000);
  afterAll(() => site?.close());

  async function onPage(mode: string, cases: readonly Case[]): Promise<Outcome[]> {
    const ran = await site.page.evaluate(
      ([mode, cases]) =>
        (globalThis as unknown as { page: { runCases: typeof runCases } }).page.runCases(mode, cases),
      [mode, cases] as const,
    );
    expect(errors).toEqual([]);
    return ran;
  }

  test.each(modes)(
    'every op, on %s',
    async (mode) => {
      const names: string[] = [];
      const cases: Case[] = [];
      for (const name of opNames()) {
        for (const sample of findOp(name)!.samples) {
          const program = lower(
            { op: optimize(graphOf(name, sample)) },
            { precision: 'f32', capacities: {} },
          );
          const [leaves] = fc.sample(valuesFor(planOf(sample)), { numRuns: 1, seed: 5 });
          const data = program.buffers.filter(({ role }) => role === 'data');
          names.push(`${name} ${JSON.stringify(sample)}`);
          cases.push({
            program,
            written: data.map((buffer) => [buffer.id, Array.from(leaves![buffer.name]!)] as const),
            runs: [['op', [], 1]],
            read: [program.entries['op']!.outputs['y']!],
          });
        }
      }
      const got = await onPage(mode, cases);
      const wrong: string[] = [];
      for (const [i, each] of cases.entries()) {
        const [[expected]] = (await onJs(each)) as [[number[]]];
        for (const line of far(expected, got[i]![0]![0]!, tolerance)) wrong.push(`${names[i]} ${line}`);
      }
      expect(wrong).toEqual([]);
    },
    200_000,
  );

  const programs = [
    ['digits/model.bpnet', {}],
    ['char-lstm/model.bpnet', {}],
    ['tiny-gpt/model.bpnet', {}],
    ['mnist-cnn/model.bpnet', {}],
  ] as const;
  test.each(modes.flatMap((mode) => programs.map(([model]) => [mode, model] as const)))(
    '%s: losses of %s',
    async (mode, model) => {
      const { program, plan } = await compiledExample(model, 'f32');
      const sizes = program.entries['step']!.dims.map((name) => program.capacities[name]!);
      const data = program.buffers.filter(({ role }) => role === 'data');
      const steps = [1, 2, 3, 4].map((step) => ['step', sizes, step] as const);
      const each: Case = {
        program,
        written: data.map((buffer) => [
          buffer.id,
          Array.from({ length: buffer.size }, (_, i) => plausible(buffer.type.dtype, someNumber(buffer, i))),
        ]),
        runs: [['init', [], 0], ...steps],
        read: [program.entries['step']!.outputs[plan.blocks[0]!.quantities[0]!]!],
      };
      const losses = (outcome: Outcome) => outcome.slice(1).map(([values]) => values![0]!);
      const [got] = await onPage(mode, [each]);
      const expected = losses(await onJs(each));
      losses(got!).forEach((loss, i) => {
        expect(Math.abs(loss - expected[i]!) / expected[i]!, `${losses(got!)}, not ${expected}`).toBeLessThan(
          1e-4,
        );
      });
    },
    120_000,
  );

  test.each(modes)(
    'cells and quotients of large indices are exact, on %s',
    async (mode) => {
      const [m, n] = [2796202, 3];
      const whole = { kind: 'coordinate', index: affine({ i: n, j: 1 }) } as const;
      const steps = [3, 7, 1021, 65537];
      const quotient = (by: number, kind: 'div' | 'mod') =>
        coordinate({ offset: 0, terms: [{ coef: 1, atom: { kind, of: affine({ k: 1 }), by } }] });
      const position = coordinate(affine({ k: 1 }));
      const off = (by: number) => {
        const [q, r] = [quotient(by, 'div'), quotient(by, 'mod')];
        const back = typed('int', 'add', typed('int', 'mul', q, number(by)), r);
        const inside = typed(
          'bool',
          'and',
          typed('bool', 'ge', r, number(0)),
          typed('bool', 'lt', r, number(by)),
        );
        return typed('int', 'select', typed('bool', 'and', typed('bool', 'eq', back, position), inside), number(0), number(1)); // prettier-ignore
      };
      const away = typed('int', 'abs', typed('int', 'sub', load(0, at({ k: 1 }), 'int'), position));
      const most = (value: ReturnType<typeof typed>, i: number) =>
        kernel(`most${i}`, [], [
          fold('s', 'max', 'in-order', [loop('k', m * n)], value, 'int'),
          store(1, at({}, i), ref('s')),
        ]); // prettier-ignore
      const p = programOf('f32', [
        { name: 'y', dims: [m, n], dtype: 'int', role: 'state' },
        { name: 'worst', dims: [steps.length + 1], dtype: 'int', role: 'state' },
      ], [
        kernel('fill', [loop('i', m), loop('j', n)], [store(0, at({ i: n, j: 1 }), whole)]),
        most(away, 0),
        ...steps.map((by, i) => most(off(by), i + 1)),
      ]); // prettier-ignore
      const [got] = await onPage(mode, [{ program: p, written: [], runs: [['step', [], 1]], read: [1] }]);
      expect(got![0]![0]).toEqual([0, 0, 0, 0, 0]);
    },
    120_000,
  );
});

function coordinate(index: Affine): Expr {
  return { kind: 'coordinate', index };
}

function plausible(dtype: string, value: number): number {
  return dtype === 'float' ? value / 10 : value % 2;
}

async function onJs({ program, written, runs, read: wanted }: Case): Promise<Outcome> {
  const launched = js.launch(program);
  for (const [id, values] of written) write(launched, program.buffers[id]!, (i) => values[i]!);
  const outcome: (readonly number[])[][] = [];
  for (const [entry, sizes, step] of runs) {
    launched.run(entry, sizes, step, 10);
    outcome.push([...(await read(launched, buffersOf(program, wanted)))]);
  }
  return outcome;
}
function buffersOf({ buffers }: Program, ids: readonly number[]) {
  return ids.map((id) => buffers[id]!);
}
