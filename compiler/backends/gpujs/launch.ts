import type { Launched, Remote, RemoteBackend } from '../backend.ts';
import { launchOn } from './backend.ts';
import { gpuJsLibrary } from './machine.ts';
import { makeGpuProgram } from './make.ts';

/** gpu.js, an optional peer: WebGL where there is one, else its own JavaScript. */
export const gpujs: RemoteBackend = {
  name: 'gpujs',
  refuse: (program) => makeGpuProgram(program).refused,
  async launch(program): Promise<Launched & { readonly remote: Remote }> {
    const Gpu = await gpuJsLibrary();
    return launchOn(new Gpu({}), program);
  },
};
