import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { optimize } from '../../compiler/3-optimize/optimize.ts';
import { lower } from '../../compiler/4-lower/lower.ts';
import { buffersRead, buffersWritten } from '../../compiler/ir/kernel-walk.ts';
import { scratchLifetimes } from '../../compiler/4-lower/memory-map.ts';
import { constant, floorDiv, plus, remainder, variable } from '../../compiler/ir/affine.ts';
import { call, load, mul, sumInOrder } from '../../compiler/ir/formula-build.ts';
import { checkKernel, checkProgram } from '../../compiler/ir/kernel-check.ts';
import { programText } from '../../compiler/ir/kernel-print.ts';
import type { Kernel } from '../../compiler/ir/kernel.ts';
import { allKernels } from '../../compiler/ir/program.ts';
import { capacities as graphCapacities, someGraph } from '../passes/random-graphs.ts';
import { differences, evaluateGraph, runGraph, runProgram } from '../passes/run-graph.ts';
import { B, capacities, dense, kernelsOf, makeGraph, programOf, shape } from './graphs.ts';

describe('a dense layer and its update', () => {
  test('reads well', () => {
    expect(programText(programOf(optimize(dense(), { check: true })))).toMatchInlineSnapshot(`
      "entry step(B)  scratch 256 bytes
        output loss = step.loss
        k0_matmul_add_tanh_tanh_slope  contraction m i0 n i1 k k0
          for i0 < B, i1 < 4
            s0 = sum[k0 < 3]((x[3*i0 + k0] * W[4*k0 + i1]))
            t1 = tanh((s0 + b[i1]))
            t2 = (1 - (t1 * t1))
            %6[4*i0 + i1] = t1
            %8[4*i0 + i1] = t2
        k1_mean
          s0 = sum[k0 < 4·B in lanes](%6[k0])
          step.loss[0] = (s0 / size(4·B))
        k2_matmul_times_sub  contraction m i0 n i1 k k0
          for i0 < 3, i1 < 4
            s0 = sum[k0 < B]((x[3*k0 + i0] * %8[4*k0 + i1]))
            W[4*i0 + i1] = (W[4*i0 + i1] - (0.5 * s0))
        k3_sum_times_sub
          for i0 < 4
            s0 = sum[k0 < B in lanes](%8[4*k0 + i0])
            b[i0] = (b[i0] - (0.5 * s0))

      arena 432 bytes
          0   96  data     x          [B, 3]
         96   48  param    W          [3, 4]
        144   16  param    b          [4]
        160    4  output   step.loss  []
        176  128  scratch  %6         [B, 4]
        304  128  scratch  %8         [B, 4]
      "
    `);
  });

  test('the same kernels do the work without the passes', () => {
    const plain = programOf(dense());
    const optimised = programOf(optimize(dense()));
    expect(differences(runProgram(plain, { B: 5 }), runProgram(optimised, { B: 5 }))).toEqual([]);
  });
});

describe('overwriting a parameter', () => {
  test('comes after every reader of the old value', () => {
    const graph = makeGraph(({ g, data, param, matmul, times }) => {
      const x = data('x', B, 3);
      const W = param('W', 3, 3);
      g.output('param', 'W', times(W, 2));
      g.output('value', 'y', matmul(x, W)); // later in the graph, of the old W
    });
    const names = kernelsOf(graph).map((kernel) => kernel.name);
    expect(names).toEqual(['k0_matmul', 'k1_times']);
    expect(
      differences(runProgram(programOf(graph), { B: 5 }), evaluateGraph(graph, { B: 5 }, 'f32')),
    ).toEqual([]);
  });

  test('is done by copying where the writer reads other elements', () => {
    const graph = makeGraph(({ g, param, matmul }) => {
      const W = param('W', 3, 3);
      g.output('param', 'W', matmul(W, W));
    });
    const program = programOf(graph);
    expect(allKernels(program.entries['step']!).map((kernel) => kernel.name)).toEqual([
      'k0_matmul',
      'k1_copy',
    ]);
    expect(differences(runProgram(program, {}), evaluateGraph(graph, {}, 'f32'))).toEqual([]);
  });

  test('is done by copying where a reader of the old value needs the new one', () => {
    const graph = makeGraph(({ g, param, times, matmul }) => {
      const W = param('W', 3, 3);
      const next = times(W, 2);
      g.output('param', 'W', next);
      g.output('value', 'both', matmul(next, W));
    });
    const program = programOf(graph);
    expect(allKernels(program.entries['step']!).at(-1)!.name).toBe('k2_copy');
    expect(differences(runProgram(program, {}), evaluateGraph(graph, {}, 'f32'))).toEqual([]);
  });

  test('nothing in the same kernel reads the old value after it is overwritten', () => {
    const graph = makeGraph(({ g, param, times, apply }) => {
      const [V, W] = [param('V', 3, 3), param('W', 3, 3)];
      g.output('param', 'V', times(W, 2));
      g.output('value', 'moved', apply('add', W, V)); // shares the kernel, because it reads W too
    });
    const program = programOf(graph);
    expect(allKernels(program.entries['step']!)).toHaveLength(1);
    expect(differences(runGraph(graph, {}, {}, 'f32'), evaluateGraph(graph, {}, 'f32'))).toEqual([]);
  });

  test('two parameters can change places', () => {
    const graph = makeGraph(({ g, param }) => {
      const [V, W] = [param('V', 3, 3), param('W', 3, 3)];
      g.output('param', 'V', W);
      g.output('param', 'W', V);
    });
    expect(differences(runProgram(programOf(graph), {}), evaluateGraph(graph, {}, 'f32'))).toEqual([]);
  });

  test('one value can be written to two places', () => {
    const graph = makeGraph(({ g, param, times }) => {
      const next = times(param('V', 3, 3), 2);
      param('W', 3, 3);
      g.output('param', 'V', next);
      g.output('param', 'W', next);
      g.output('value', 'y', next);
    });
    expect(differences(runProgram(programOf(graph), {}), evaluateGraph(graph, {}, 'f32'))).toEqual([]);
  });
});

describe('loops', () => {
  const loopsOf = (kernel: Kernel): readonly unknown[] => kernel.loops.map(({ extent }) => extent);

  test('element by element work is one loop, whatever the rank', () => {
    const graph = makeGraph(({ g, data, apply }) =>
      g.output('value', 'y', apply('tanh', data('x', B, 28, 28))),
    );
    expect(kernelsOf(graph).map(loopsOf)).toEqual([[{ coef: 784, of: ['B'] }]]);
  });

  test('a row that is broadcast keeps its own loop', () => {
    const graph = makeGraph(({ g, data, param, apply, rows }) => {
      const x = data('x', B, 4);
      g.output('value', 'y', apply('add', x, rows(param('b', 4), x)));
    });
    expect(kernelsOf(optimize(graph)).map(loopsOf)).toEqual([[B, 4]]);
  });

  test('a fold over neighbouring axes is one loop', () => {
    const graph = makeGraph(({ g, data, mean }) => g.output('value', 'm', mean(data('x', B, 28, 28))));
    const [fold] = kernelsOf(graph)[0]!.body;
    expect(fold?.kind === 'fold' && fold.loops).toEqual([{ name: 'k0', extent: { coef: 784, of: ['B'] } }]);
  });

  test('a contiguous reshape is a view: no kernel, no memory', () => {
    const graph = makeGraph(({ g, data, apply }) => {
      const x = data('x', B, 28, 28);
      const ranges = (name: string) => (name === 'i1' ? ([0, 783] as const) : null);
      const index = ['i0', floorDiv(variable('i1'), 28, ranges), remainder(variable('i1'), 28, ranges)];
      g.output('value', 'y', apply('exp', g.node('reshape', {}, [x], shape(B, 784), load(0, index))));
    });
    const program = programOf(graph);
    expect(allKernels(program.entries['step']!)).toHaveLength(1);
    expect(program.buffers.map((buffer) => buffer.role)).toEqual(['data', 'output']);
  });
});

describe('contractions', () => {
  const classesOf = (kernel: Kernel | undefined): unknown => {
    const c = kernel?.contraction;
    return c && { batch: c.batch, m: c.m, n: c.n, k: c.k };
  };

  test('a matrix product, also of a transposed operand', () => {
    const graph = makeGraph(({ g, data, matmul, transpose }) => {
      const x = data('x', B, 3);
      g.output('value', 'y', matmul(transpose(x), x));
    });
    expect(kernelsOf(optimize(graph)).map(classesOf)).toEqual([
      { batch: [], m: ['i0'], n: ['i1'], k: ['k0'] },
    ]);
  });

  test('a batched product', () => {
    const graph = makeGraph(({ g, data }) => {
      const [a, b] = [data('a', B, 4, 3), data('b', B, 3, 5)];
      const product = mul(load(0, ['i0', 'i1', 'k']), load(1, ['i0', 'k', 'i2']));
      g.output(
        'value',
        'y',
        g.node('einsum', {}, [a, b], shape(B, 4, 5), sumInOrder([{ name: 'k', extent: 3 }], product)),
      );
    });
    expect(kernelsOf(graph).map(classesOf)).toEqual([{ batch: ['i0'], m: ['i1'], n: ['i2'], k: ['k0'] }]);
  });

  test('a padded convolution: guards and several k loops', () => {
    const graph = makeGraph(({ g, data, param }) => {
      const [x, w] = [data('x', B, 2, 6, 6), param('w', 4, 2, 3, 3)];
      const at = (i: string, k: string) => plus(variable(i), variable(k), constant(-1));
      const product = mul(
        load(0, ['i0', 'c', at('i2', 'u'), at('i3', 'v')], true),
        load(1, ['i1', 'c', 'u', 'v']),
      );
      const vars = [['c', 2], ['u', 3], ['v', 3]].map(([name, extent]) => ({ name, extent }) as { name: string; extent: number }); // prettier-ignore
      g.output('value', 'y', g.node('conv2d', {}, [x, w], shape(B, 4, 6, 6), sumInOrder(vars, product)));
    });
    const [kernel] = kernelsOf(graph);
    expect(classesOf(kernel)).toEqual({ batch: [], m: ['i1'], n: ['i0', 'i2', 'i3'], k: ['k0', 'k1', 'k2'] });
    expect(kernel!.contraction!.b.guards).toHaveLength(2);
  });

  test('none without a private loop on each side: a square, a product channel by channel', () => {
    const graph = makeGraph(({ g, data, param }) => {
      const x = data('x', B, 3);
      const square = sumInOrder([{ name: 'k', extent: 3 }], mul(load(0, ['i0', 'k']), load(0, ['i0', 'k'])));
      g.output('value', 'squares', g.node('einsum', {}, [x], shape(B), square));
      const deep = sumInOrder([{ name: 'k', extent: 3 }], mul(load(0, ['i0', 'k']), load(1, ['k'])));
      g.output('value', 'dots', g.node('einsum', {}, [x, param('w', 3)], shape(B), deep));
    });
    expect(kernelsOf(graph).map(classesOf)).toEqual([null, null]);
  });

  test('elementwise producers stay outside of the operands', () => {
    const graph = makeGraph(({ g, data, param, matmul, apply }) => {
      g.output('value', 'y', matmul(apply('neg', data('x', B, 3)), param('W', 3, 4)));
    });
    expect(kernelsOf(optimize(graph)).map((kernel) => kernel.contraction !== null)).toEqual([false, true]);
  });
});

test('a sum over one element starts at 0: −0 becomes 0', () => {
  const graph = makeGraph(({ g, data, apply, matmul }) => {
    const column = data('x', B, 1); // has −0 in its fourth row
    g.output('value', 'y', matmul(column, apply('exp', data('w', 1, 1))));
  });
  expect(differences(runProgram(programOf(graph), { B: 8 }), evaluateGraph(graph, { B: 8 }, 'f32'))).toEqual(
    [],
  );
});

describe('memory', () => {
  test('what a kernel reads is what was last written there', () => {
    fc.assert(
      fc.property(someGraph, fc.boolean(), (graph, optimised) => {
        const options = { precision: 'f64', capacities: graphCapacities } as const;
        const program = lower({ step: optimised ? optimize(graph) : graph }, options);
        expect(checkProgram(program)).toEqual([]);
        const slots = program.arenaBytes / 8;
        const owner = Array.from({ length: slots }, () => -1);
        const region = (id: number): readonly number[] => {
          const { offset, size } = program.buffers[id]!;
          expect((offset * 8) % 16).toBe(0);
          expect(offset + size).toBeLessThanOrEqual(slots);
          return Array.from({ length: size }, (_, i) => offset + i);
        };
        const own = (id: number): void => region(id).forEach((slot) => (owner[slot] = id));
        const owned = (id: number): boolean => region(id).every((slot) => owner[slot] === id);
        for (const { id, role } of program.buffers) if (role !== 'scratch') own(id);
        for (const { body, name } of allKernels(program.entries['step']!)) {
          const read = [...buffersRead(body)];
          for (const id of read) expect(owned(id), `${name} reads ${program.buffers[id]!.name}`).toBe(true);
          const written = [...buffersWritten(body)];
          written.forEach(own);
          // Reading goes on while writing.
          for (const id of [...read, ...written])
            expect(owned(id), `${name} overwrites what it uses`).toBe(true);
        }
        for (const { id, role } of program.buffers) if (role !== 'scratch') expect(owned(id)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('a value lives from the kernel that writes it to the last that reads it', () => {
    const { entries, buffers } = programOf(optimize(dense()));
    const lives = scratchLifetimes(entries['step']!.steps, buffers);
    expect(lives.map(({ buffer, from, to }) => [buffers[buffer]!.name, from, to])).toEqual([
      ['%6', 0, 1],
      ['%8', 0, 3],
    ]);
  });

  test('entries share leaves and scratch space', () => {
    const graph = dense();
    const one = lower({ step: graph }, { precision: 'f32', capacities });
    const two = lower({ step: graph, again: graph }, { precision: 'f32', capacities });
    const outputs = 16; // the second entry's own loss
    expect(two.arenaBytes).toBe(one.arenaBytes + outputs);
  });

  test('unoptimised and optimised graphs give the same bits', () => {
    fc.assert(
      fc.property(someGraph, (graph) => {
        const options = { precision: 'f32', capacities: graphCapacities } as const;
        const names = graph.outputs.map(({ kind, name }) => (kind === 'value' ? `step.${name}` : name));
        const only = (all: ReturnType<typeof runProgram>) =>
          Object.fromEntries(names.map((name) => [name, all[name]!]));
        const plain = runProgram(lower({ step: graph }, options), { B: 4 });
        const fused = runProgram(lower({ step: optimize(graph) }, options), { B: 4 });
        expect(differences(only(plain), only(fused))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the check of kernels', () => {
  const program = programOf(dense());
  const kernel = allKernels(program.entries['step']!).find(({ contraction }) => contraction !== null)!;
  test('finds nothing wrong with what lowering makes', () => {
    expect(checkProgram(program)).toEqual([]);
  });
  test.each<[string, Kernel, RegExp]>([
    ['a missing definition', { ...kernel, body: kernel.body.slice(1) }, /used before it is defined/],
    ['a missing loop', { ...kernel, loops: kernel.loops.slice(1) }, /no loop i0/],
    [
      'a loop that runs too far',
      { ...kernel, loops: kernel.loops.map((loop) => ({ ...loop, extent: 99 })) },
      /which has \d+ elements/,
    ],
    ['a double definition', { ...kernel, body: [kernel.body[0]!, ...kernel.body] }, /is defined twice/],
  ])('finds %s', (_, broken, problem) => {
    expect(checkKernel(broken, program).join('\n')).toMatch(problem);
  });
});

test('values used twice and values a fold need not repeat are computed once', () => {
  const graph = makeGraph(({ g, data }) => {
    const [x, s] = [data('x', B, 3), data('s', B)];
    const inner = mul(call('exp', load(1, ['i0'])), load(0, ['i0', 'k']));
    const body = mul(inner, inner);
    g.output(
      'value',
      'y',
      g.node('f', {}, [x, s], shape(B), {
        kind: 'fold',
        fn: 'max',
        order: 'in-order',
        vars: [{ name: 'k', extent: 3 }],
        body,
      }),
    );
  });
  expect(programText(programOf(graph)).split('\n').slice(2, 9)).toMatchInlineSnapshot(`
    [
      "  k0_f",
      "    for i0 < B",
      "      t0 = exp(s[i0])",
      "      s2 = max[k0 < 3]",
      "        t1 = (t0 * x[3*i0 + k0])",
      "        in (t1 * t1)",
      "      step.y[i0] = s2",
    ]
  `);
});
