import { GPU } from 'gpu.js';
import { launchOn } from '../../compiler/backends/gpujs/backend.ts';
import type { GpuJs } from '../../compiler/backends/gpujs/machine.ts';
import type { Launched } from '../../compiler/backends/backend.ts';
import type { Buffer, Program } from '../../compiler/ir/program.ts';
import { values } from './agree.ts';
import { noVulkan, realWebgpu } from './gpu.ts';

/** A machine with memory of its own, which computes in f32 but not to the last bit. */
export interface RemoteMachine {
  readonly name: string;
  readonly launch: (program: Program) => Promise<Launched>;
  /** Why it is not tried here; null: it is. */
  readonly skip: string | null;
}

const webgpu = await realWebgpu();

/** Every one of them must agree with the reference within a tolerance. */
export const remotes: readonly RemoteMachine[] = [
  { name: 'gpujs, cpu', launch: (program) => onGpuJs('cpu', program), skip: null },
  { name: 'webgpu', launch: (program) => webgpu!.launch(program), skip: webgpu ? null : noVulkan },
];

export async function onGpuJs(mode: 'cpu', program: Program): Promise<Launched> {
  return launchOn(new GPU({ mode }) as unknown as GpuJs, program);
}

export function write(launched: Launched, buffer: Buffer, value: (i: number) => number): void {
  const { float, int, intStride, remote } = launched;
  const { offset, size, type } = buffer;
  for (let i = 0; i < size; i++) {
    if (type.dtype === 'float') float[offset + i] = value(i);
    else int[(offset + i) * intStride] = value(i);
  }
  remote?.push(offset, size);
}

export async function read(launched: Launched, buffers: readonly Buffer[]): Promise<readonly number[][]> {
  await launched.remote?.pull(buffers.map(({ offset, size }) => ({ at: offset, size })));
  return buffers.map((buffer) => values(launched, buffer));
}

/** Elements that differ by more than `tolerance` of the largest, with what they are. */
export function far(expected: readonly number[], got: readonly number[], tolerance: number): string[] {
  const largest = expected.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 0);
  return expected
    .flatMap((x, i) => {
      const same = x === got[i] || (Number.isNaN(x) && Number.isNaN(got[i]!));
      return same || Math.abs(x - got[i]!) <= tolerance * Math.max(largest, 1)
        ? []
        : [`[${i}]: ${x}, not ${got[i]}`];
    })
    .slice(0, 5);
}
