import type { Program } from '../../ir/program.ts';
import type { Launched, Remote, RemoteBackend } from '../backend.ts';
import { openDevice } from './adapter.ts';
import type { Gpu } from './device.ts';
import { emitWebgpu } from './emit.ts';
import { launchOnDevice } from './launch.ts';

/** WebGPU: one storage buffer, a shader a kernel, a submission a step. `gpu` is `navigator.gpu`, or a package's. */
export function webgpuOn(gpu: Gpu): RemoteBackend {
  return {
    name: 'webgpu',
    async launch(program: Program): Promise<Launched & { readonly remote: Remote }> {
      const emitted = emitWebgpu(program);
      const device = await openDevice(gpu, emitted.arenaBytes);
      return { program, intStride: 1, ...(await launchOnDevice(device, emitted)) };
    },
  };
}
