import type { BufferId, Kernel } from '../ir/kernel.ts';
import type { Buffer } from '../ir/program.ts';
import { buffersRead, buffersWritten } from './walk-kernel.ts';

/** From the kernel that writes it first to the last that touches it, by position in the entry. */
export interface BufferLife {
  readonly buffer: BufferId;
  readonly from: number;
  readonly to: number;
}

export function scratchLifetimes(
  kernels: readonly Kernel[],
  buffers: readonly Buffer[],
): readonly BufferLife[] {
  const lives = new Map<BufferId, { buffer: BufferId; from: number; to: number }>();
  kernels.forEach((kernel, i) => {
    for (const buffer of [...buffersRead(kernel.body), ...buffersWritten(kernel.body)]) {
      if (buffers[buffer]!.role !== 'scratch') continue;
      const life = lives.get(buffer);
      if (life) life.to = i;
      else lives.set(buffer, { buffer, from: i, to: i });
    }
  });
  return [...lives.values()];
}
