// Contractions as programs have them: a product and the two of its gradient, with what is fused to them.
import { compile } from '../../dist/index.js';
import { webgpuOn } from '../../dist/compiler/backends/webgpu/backend.js';
import { predictKernel, tilingOf } from './predict.mjs';

const text = `bpnet 1
dim N = 64
train products {
  seed 1
  param a: [N, N] ~ normal(0.01)
  param b: [N, N] ~ normal(0.01)
  loss = sum((a @ b)^2)
  update a, b with sgd(0.0001)
  steps 1
}`;
const repeats = [1, 8, 64, 512];

/** A row for each form at size n: seconds of a dispatch among others of one pass, and the prediction. */
export async function measureProducts(gpu, n, peaks, quick) {
  const compiled = await compile(text, { set: { N: n } });
  if (!compiled.ok) throw new Error(compiled.text);
  const { step, init } = compiled.program.entries;
  const kernels = step.steps.map(({ kernel }) => kernel).filter((kernel) => kernel?.contraction);
  if (kernels.length !== 3) throw new Error(`${kernels.length} contractions, not 3`);
  const entries = { init };
  kernels.forEach((kernel, i) => {
    for (const times of repeats) {
      const name = `${i} ${times}`;
      const { straight: _, ...entry } = step;
      const steps = Array.from({ length: times }, () => ({ kind: 'kernel', kernel }));
      entries[name] = { ...entry, name, hosts: [], steps };
    }
  });
  const program = { ...compiled.program, entries };
  const { run, remote } = await webgpuOn(async () => gpu).launch(program);
  const done = () => remote.pull([{ at: 0, size: 1 }]);
  const timed = async (name) => {
    const began = performance.now();
    run(name, [], 1, 1);
    await done();
    return Math.max((performance.now() - began) / 1000 - peaks.round, 1e-9);
  };
  try {
    run('init', [], 0, 1);
    await done();
    const rows = [];
    for (const [i, kernel] of kernels.entries()) {
      let seconds;
      for (const times of repeats) {
        await timed(`${i} ${times}`); // the pipeline is made
        const all = [];
        for (let k = 0; k < (quick ? 1 : 5); k++) all.push(await timed(`${i} ${times}`));
        seconds = Math.min(...all) / times;
        if (seconds * times > (quick ? 0.01 : 0.05)) break;
      }
      const flops = 2 * n ** 3;
      const { seconds: predicted } = predictKernel(kernel, program, peaks);
      rows.push({
        n,
        form: formOf(kernel, program),
        tiling: tilingOf(kernel, program),
        flops,
        seconds,
        predicted,
      });
    }
    return rows;
  } finally {
    remote.close();
  }
}

/** By what it multiplies: g is the gradient of the product. */
function formOf({ contraction: { a, b } }, { buffers }) {
  const names = [a, b].map((load) => buffers.find(({ id }) => id === load.buffer).name);
  if (names.includes('a')) return names.includes('b') ? 'a b' : 'aᵀ g';
  return 'g bᵀ';
}
