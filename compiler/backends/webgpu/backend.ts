import type { Program } from '../../ir/program.ts';
import type { Launched, Remote, RemoteBackend } from '../backend.ts';
import { hostScalars } from '../host-scalars.ts';
import { findGpu, openDevice } from './adapter.ts';
import type { Gpu } from './device.ts';
import { emitWebgpu } from './emit.ts';
import { webgpuMachine } from './machine.ts';

/** WebGPU: one storage buffer, a shader a kernel, a submission a step. `find` gives `navigator.gpu`, or a package's. */
export function webgpuOn(find: () => Promise<Gpu>): RemoteBackend {
  return {
    name: 'webgpu',
    refuse: ({ precision }) =>
      precision === 'f64' ? [{ entry: '', nodes: [], text: 'f64: it computes in f32' }] : [],
    async launch(program: Program): Promise<Launched & { readonly remote: Remote }> {
      const emitted = emitWebgpu(program);
      const open = await openDevice(await find(), emitted.arenaBytes);
      const bytes = new ArrayBuffer(emitted.lasting * 4);
      const copy = { float: new Float32Array(bytes), int: new Int32Array(bytes) };
      const machine = webgpuMachine(Promise.resolve(open), emitted, copy, hostScalars(program));
      return { program, intStride: 1, ...copy, ...machine };
    },
  };
}

export const webgpu = webgpuOn(findGpu);
