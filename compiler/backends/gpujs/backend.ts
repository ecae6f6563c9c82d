import type { Program } from '../../ir/program.ts';
import { counterRandom } from '../../ir/random.ts';
import type { Launched, Remote, RemoteBackend } from '../backend.ts';
import { hostScalars } from '../host-scalars.ts';
import { type GpuDraw, type GpuJs, gpuJsLibrary, gpuMachine } from './machine.ts';
import { cellProgram } from './cell-program.ts';
import { emitGpuJs } from './emit.ts';

/** gpu.js, an optional peer: WebGL where there is one, else its own JavaScript. */
export const gpujs: RemoteBackend = {
  name: 'gpujs',
  refuse: (program) => cellProgram(program).refused,
  async launch(program): Promise<Launched & { readonly remote: Remote }> {
    const Gpu = await gpuJsLibrary();
    return launchOn(new Gpu({}), program);
  },
};

/** A program on a gpu.js of the caller's. */
export function launchOn(gpu: GpuJs, program: Program): Launched & { readonly remote: Remote } {
  const emitted = emitGpuJs(program);
  if ('refused' in emitted) throw new Error(emitted.refused.map(({ text }) => text).join('; '));
  const memory = new ArrayBuffer(program.arenaBytes);
  const [float, int] = [new Float32Array(memory), new Int32Array(memory)];
  const gpuJs = Promise.resolve(gpu);
  const { run, remote } = gpuMachine(gpuJs, emitted.plan, { float, int }, hostScalars(program), drawHere);
  return { program, float, int, intStride: 1, run, remote };
}

const drawHere: GpuDraw = (dist, stream, ...key) => {
  const { randomKey, normalf, uniform } = counterRandom();
  const [seedLow, seedHigh, step, turn] = key;
  const half = (which: 0 | 1) => randomKey(which, seedLow, seedHigh, stream, step, turn);
  const [k, l] = [half(0), half(1)];
  const element = dist === 'normal' ? normalf : uniform;
  return (index) => element(k, l, index);
};
