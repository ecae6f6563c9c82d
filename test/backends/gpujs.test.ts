import { GPU } from 'gpu.js';
import { describe, expect, test } from 'vitest';
import { launchOn } from '../../compiler/backends/gpujs/backend.ts';
import { emitGpuJs } from '../../compiler/backends/gpujs/emit.ts';
import type { GpuJs } from '../../compiler/backends/gpujs/machine.ts';
import type { GpuPlan, GpuPlanStep } from '../../compiler/backends/gpujs/plan.ts';
import { js } from '../../compiler/backends/js/backend.ts';
import { openDim } from '../../compiler/ir/dim.ts';
import type { Kernel } from '../../compiler/ir/kernel.ts';
import type { Buffer, Program } from '../../compiler/ir/program.ts';
import { someNumber } from './agree.ts';
import { at, call, fold, kernel, load, loop, number, program, ref, store } from './build.ts';
import { compiledExample } from './example-programs.ts';
import { far, onGpuJs, read, write } from './remote.ts';

const B = openDim('B');

function planOf(p: Program): GpuPlan {
  const emitted = emitGpuJs(p);
  if ('refused' in emitted) throw new Error(emitted.refused.map(({ text }) => text).join('; '));
  return emitted.plan;
}
function refusals(p: Program): readonly string[] {
  const emitted = emitGpuJs(p);
  return 'refused' in emitted ? emitted.refused.map(({ text }) => text) : [];
}
function callsOf(
  steps: readonly GpuPlanStep[],
): readonly { readonly arrays: number; readonly size: number }[] {
  return steps.flatMap((step) => ('steps' in step ? callsOf(step.steps) : step.calls.map(([, , arrays]) => ({ arrays: arrays.length, size: 0 })))); // prettier-ignore
}

/** The same numbers in, twice, on gpu.js and on js. */
async function expectNear(p: Program, sizes: readonly number[] = [], fill = someNumber): Promise<void> {
  const [want, got] = [js.launch(p), await onGpuJs('cpu', p)];
  for (const launched of [want, got]) {
    for (const buffer of p.buffers) write(launched, buffer, (i) => fill(buffer, i));
    for (const step of [3, 4]) launched.run('step', sizes, step, 10, 2);
  }
  const stored = p.buffers.filter((buffer) => storedBy(p, buffer));
  const [expected, values] = [await read(want, stored), await read(got, stored)];
  stored.forEach(({ name }, i) => expect(far(expected[i]!, values[i]!, 1e-5), name).toEqual([]));
}
function storedBy({ entries }: Program, { id }: Buffer): boolean {
  return entries['step']!.steps.some((step) => step.kind === 'kernel' && step.kernel.body.some((stmt) => stmt.kind === 'store' && stmt.buffer === id)); // prettier-ignore
}
/** Every buffer lasts, so that it can be looked at. */
function lasting(
  arrays: Parameters<typeof program>[1],
  kernels: readonly Kernel[],
  capacities = {},
): Program {
  return program('f32', arrays.map((array) => ({ role: 'state', ...array })), kernels, capacities); // prettier-ignore
}

describe('what would be wrong without a word', () => {
  test('loops are not cut off after a thousand turns: their bounds are literals', async () => {
    const sum = fold('s', 'sum', 'in-order', [loop('k', B)], load(0, at({ k: 1 })));
    const p = lasting([{ name: 'x', dims: [B] }, { name: 's', dims: [9000] }], [
      kernel('k', [loop('i', 9000)], [sum, store(1, at({ i: 1 }), ref('s'))]),
    ], { B: 1500 }); // prettier-ignore
    const loops = planOf(p).kernels.flatMap(([source]) => source.match(/for \(.*/g) ?? []);
    expect(loops).toHaveLength(1);
    for (const head of loops) expect(head).toMatch(/^for \(let (\w+) = 0; \1 < \d+; \1\+\+\) \{$/);
    await expectNear(p, [1500]);
    await expectNear(p, [1200]);
  });

  test('a kernel of more than seven arrays is made of parts', async () => {
    const arrays = Array.from({ length: 20 }, (_, i) => ({ name: `x${i}`, dims: [6] }));
    const sum = arrays.map((_, i) => load(i, at({ i: 1 }))).reduce((a, b) => call('add', a, b) as typeof a);
    const p = lasting([...arrays, { name: 'y', dims: [6] }], [kernel('k', [loop('i', 6)], [store(20, at({ i: 1 }), sum)])]); // prettier-ignore
    const plan = planOf(p);
    const counts = callsOf(plan.entries['step']!.steps).map(({ arrays: n }) => n);
    expect(counts.length).toBeGreaterThan(2);
    expect(Math.max(...counts)).toBeLessThanOrEqual(7);
    await expectNear(p);
  });

  test('so is one within a fold', async () => {
    const arrays = Array.from({ length: 10 }, (_, i) => ({ name: `x${i}`, dims: [5, 4] }));
    const product = arrays.map((_, i) => load(i, at({ i: 4, k: 1 }))).reduce((a, b) => call('add', a, b) as typeof a); // prettier-ignore
    const sum = fold('s', 'sum', 'in-order', [loop('k', 4)], product);
    const p = lasting([...arrays, { name: 'y', dims: [5] }], [kernel('k', [loop('i', 5)], [sum, store(10, at({ i: 1 }), ref('s'))])]); // prettier-ignore
    expect(
      Math.max(...callsOf(planOf(p).entries['step']!.steps).map(({ arrays: n }) => n)),
    ).toBeLessThanOrEqual(7);
    await expectNear(p);
  });

  test('tanh, sigmoid, exp and softplus of large numbers are finite', async () => {
    const fns = ['tanh', 'sigmoid', 'softplus', 'erf'] as const;
    const numbers = [0, 1, -1, 9, -9, 20, -20, 88, -88, 500, -500, 1e20, -1e20, 1e-6];
    const n = numbers.length;
    const p = lasting([{ name: 'x', dims: [n] }, ...fns.map((name) => ({ name, dims: [n] }))], [
      kernel('k', [loop('i', n)], fns.map((fn, f) => store(f + 1, at({ i: 1 }), call(fn, load(0, at({ i: 1 })))))),
    ]); // prettier-ignore
    expect(planOf(p).kernels.map(([source]) => source).join('')).not.toContain('Math.tanh'); // prettier-ignore
    await expectNear(p, [], (_, i) => numbers[i % n]!);
  });

  test('an array whose flat index is not exact in f32 is refused, and so are ints that are not', () => {
    const fill = (n: number) => [kernel('k', [loop('i', n)], [store(0, at({ i: 1 }), number(1))])];
    expect(refusals(lasting([{ name: 'x', dims: [2 ** 23 - 1] }], fill(2 ** 23 - 1)))).toEqual([]);
    expect(refusals(lasting([{ name: 'x', dims: [2 ** 23] }], fill(2 ** 23)))).toEqual([
      '8388608 elements in a tensor (x): its arrays have fewer than 8388608',
    ]);
    const far = { kind: 'coordinate', index: { offset: 2 ** 24, terms: [] } } as const;
    const p = lasting([{ name: 'n', dims: [], dtype: 'int' }], [kernel('k', [], [store(0, at({}), far)])]);
    expect(refusals(p)).toEqual(['positions up to 16777216: it carries ints as f32, exact below 16777216']);
  });

  test('an int beyond what f32 carries is not handed over', async () => {
    const p = lasting(
      [
        { name: 'n', dims: [2], dtype: 'int' },
        { name: 'y', dims: [2], dtype: 'int' },
      ],
      [kernel('k', [loop('i', 2)], [store(1, at({ i: 1 }), load(0, at({ i: 1 }), 'int'))])],
    );
    const launched = await onGpuJs('cpu', p);
    write(launched, p.buffers[0]!, () => 2 ** 24);
    expect(() => launched.run('step', [], 1, 1)).toThrow('an int of 16777216 or more');
  });

  test('outputs are flat, arguments stay of one kind, and what is replaced is given back', async () => {
    const { program: digits } = await compiledExample('digits/model.bpnet', 'f32');
    const seen = counting();
    const launched = launchOn(seen.gpu, digits);
    const sizes = digits.entries['step']!.dims.map((name) => digits.capacities[name]!);
    launched.run('init', [], 0, 1);
    const live: number[] = [];
    for (let step = 1; step <= 6; step++) {
      for (const buffer of digits.buffers) if (buffer.role === 'data') write(launched, buffer, (i) => i % 2);
      launched.run('step', sizes, step, 10);
      launched.remote.note([{ at: 0, size: 1 }], () => {});
      await launched.remote.pull([]);
      live.push(seen.live());
    }
    expect(seen.outputs.every((output) => output.length === 1)).toBe(true);
    expect(seen.kinds.filter((kinds) => kinds.size > 1)).toEqual([]);
    expect(live.slice(2)).toEqual(live.slice(2).map(() => live[2]));
  });
});

test('a kernel that stores several reads what lay there before', async () => {
  const k = kernel('k', [loop('i', 10)], [
    { kind: 'let', name: 'm', dtype: 'float', value: call('add', call('mul', load(1, at({ i: 1 })), number(0.9)), load(2, at({ i: 1 }))) },
    store(1, at({ i: 1 }), ref('m')),
    store(0, at({ i: 1 }), call('sub', load(0, at({ i: 1 })), call('mul', load(1, at({ i: 1 })), ref('m')))),
  ]); // prettier-ignore
  const two = lasting([{ name: 'w', dims: [10] }, { name: 'm', dims: [10] }, { name: 'g', dims: [10] }], [k]); // prettier-ignore
  const got = await onGpuJs('cpu', two);
  for (const buffer of two.buffers) write(got, buffer, () => 2);
  got.run('step', [], 1, 1);
  const [w, m] = await read(got, two.buffers);
  expect([w![0], m![0]]).toEqual([2 - 2 * 3.799999952316284, 3.799999952316284].map(Math.fround));
});

test('cells that no point of the loops has keep what they hold', async () => {
  const k = kernel('k', [loop('i', 3), loop('j', B)], [
    store(1, at({ i: 8, j: 1 }, 2), load(0, at({ i: 5, j: 1 }))),
  ]); // prettier-ignore
  await expectNear(lasting([{ name: 'x', dims: [3, 5] }, { name: 'y', dims: [3, 8] }], [k], { B: 5 }), [4]); // prettier-ignore
});

test('long folds into few cells are made of parts', async () => {
  for (const fn of ['sum', 'max', 'min'] as const) {
    const s = fold('s', fn, 'lanes', [loop('k', B), loop('l', 7)], load(0, at({ k: 7, l: 1 })));
    const p = lasting([{ name: 'x', dims: [B, 7] }, { name: 'y', dims: [] }], [kernel('k', [], [s, store(1, at({}), ref('s'))])], { B: 701 }); // prettier-ignore
    const calls = callsOf(planOf(p).entries['step']!.steps);
    expect(calls).toHaveLength(2);
    for (const rows of [701, 700, 333, 1]) await expectNear(p, [rows]);
  }
});

test('a program in f64 is refused', () => {
  expect(refusals(program('f64', [], []))).toEqual(['f64: it computes in f32']);
});

/** gpu.js in cpu mode, whose results are counted as textures are. */
function counting() {
  const library = new GPU({ mode: 'cpu' });
  const outputs: (readonly number[])[] = [];
  const kinds: Set<string>[] = [];
  let live = 0;
  class Texture {
    readonly values: Float32Array;
    constructor(values: Float32Array) {
      this.values = values;
      live++;
    }
    toArray() {
      return this.values;
    }
    delete() {
      live--;
    }
  }
  const gpu: GpuJs = {
    createKernel(source, settings) {
      const run = library.createKernel(source as never, settings) as unknown as (...args: unknown[]) => Float32Array; // prettier-ignore
      outputs.push((settings as { output: readonly number[] }).output);
      const own: Set<string>[] = [];
      return (...args) => {
        args.forEach((arg, i) => {
          if (!own[i]) kinds.push((own[i] = new Set()));
          own[i]!.add((arg as object).constructor.name);
        });
        return new Texture(run(...args.map((arg) => (arg instanceof Texture ? arg.values : arg))));
      };
    },
    destroy: () => {},
  };
  return { gpu, outputs, kinds, live: () => live };
}
