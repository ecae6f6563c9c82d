import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { js } from '../../compiler/backends/js/backend.ts';
import { emitWebgpu } from '../../compiler/backends/webgpu/emit.ts';
import { openDim } from '../../compiler/ir/dim.ts';
import type { Program } from '../../compiler/ir/program.ts';
import { expectClose } from './close.ts';
import { affine, at, call, fold, kernel, load, loop, program as programOf, ref, store } from './build.ts';
import { contractions, elementwise, folds } from './generated.ts';
import { realWebgpu, release } from './gpu.ts';

const webgpu = await realWebgpu();
afterAll(release);

const asked = { precisions: ['f32'], smooth: true } as const;
test.skipIf(!webgpu).each([
  ['elementwise kernels with guards and gathers', elementwise, 40],
  ['folds, whichever axis they run along,', folds, 60],
  ['contractions, whatever the layout and the sizes,', contractions, 60],
] as const)('on WebGPU generated %s agree', async (_, cases, numRuns) => {
  const check = async ({ program, sizes }: { program: Program; sizes: readonly number[] }) =>
    expectClose(webgpu!, program, sizes, undefined, 'step', { relative: 1e-4 }); // the reference adds up in order
  await fc.assert(fc.asyncProperty(cases(asked), check), { numRuns });
}, 120_000); // prettier-ignore

/** Large enough for tiles in workgroup memory, of each size, and no multiple of any. */
const tiled = [
  { batch: 1, m: 131, n: 67, k: 250, threads: 64 },
  { batch: 3, m: 66, n: 70, k: 161, threads: 64 },
  { batch: 1, m: 650, n: 630, k: 33, threads: 256 },
  { batch: 1, m: 1300, n: 1210, k: 34, threads: 256 },
];
const layouts = ['ik', 'ki'].flatMap((a) => ['kj', 'jk'].map((b) => [a, b] as const));
test
  .skipIf(!webgpu)
  .each(
    tiled.flatMap((size, i) =>
      (i < 2 ? layouts : layouts.slice(0, 1)).map((layout) => [size, layout] as const),
    ),
  )(
  'on WebGPU tiles of a contraction: %o %o',
  async ({ batch, m, n, k, threads }, [aOrder, bOrder]) => {
    const extents = { b: batch, i: m, j: n, k };
    const strides = (order: string) =>
      Object.fromEntries(
        [...order].map((name, i) => [
          name,
          order
            .slice(i + 1)
            .split('')
            .reduce((p, x) => p * extents[x as 'i'], 1),
        ]),
      );
    const a = load(0, at(strides(`b${aOrder}`)));
    const b = load(1, at(strides(`b${bOrder}`)), 'float', [{ index: affine({ k: 1 }, -1), below: k }]);
    const sum = fold('s', 'sum', 'in-order', [loop('k', k)], call('mul', a, b));
    const body = [sum, store(3, at(strides('bij')), call('add', ref('s'), load(2, at({ j: 1 }))))];
    const loops = [loop('b', batch), loop('i', openDim('M')), loop('j', n)];
    const contraction = { batch: ['b'], m: ['i'], n: ['j'], k: ['k'], a, b };
    const arrays = [
      { name: 'a', dims: [batch * m * k] },
      { name: 'b', dims: [batch * n * k] },
      { name: 'bias', dims: [n] },
      { name: 'c', dims: [batch * m * n] },
    ];
    const p = programOf('f32', arrays, [{ ...kernel('k', loops, body), contraction }], { M: m });
    const [shader] = emitWebgpu(p).shaders;
    expect(shader).toContain('var<workgroup> A');
    expect(shader).toContain(`@workgroup_size(${threads})`);
    // Sums of numbers of either sign: the size of the terms, not of the sum, is what rounding goes by.
    await expectClose(webgpu!, p, [m - 5], small, 'step', { relative: 1e-4 }, js);
  },
  120_000,
);

function small({ id }: { readonly id: number }, i: number): number {
  return ((Math.imul(i + 1 + id * 7919, 0x9e3779b1) >>> 0) / 2 ** 32 - 0.5) * 2;
}
