import fc from 'fast-check';
import { afterAll, test } from 'vitest';
import type { Program } from '../../compiler/ir/program.ts';
import { expectClose } from './close.ts';
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
