import type { BufferId, Kernel } from '../ir/kernel.ts';
import type { Buffer, Program } from '../ir/program.ts';
import { slotBytes } from './arena.ts';
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

/** A row of the memory plan. Lasting buffers live from the first kernel to the last. */
export interface MemoryRow {
  readonly buffer: Buffer;
  /** Kernels by position in the entry; null: it lasts between entries. */
  readonly from: number | null;
  readonly to: number | null;
  readonly offsetBytes: number;
  readonly bytes: number;
}

/** What an entry touches, in the order of the arena; for `inspect --memory`. */
export function memoryMap(program: Program, entry: string): readonly MemoryRow[] {
  const { kernels, hosts, outputs } = program.entries[entry]!;
  const slot = slotBytes(program.precision);
  const lives = new Map(scratchLifetimes(kernels, program.buffers).map((life) => [life.buffer, life]));
  const touched = new Set<BufferId>([...Object.values(outputs), ...hosts.map((host) => host.buffer)]);
  for (const { body } of kernels)
    for (const id of [...buffersRead(body), ...buffersWritten(body)]) touched.add(id);
  return program.buffers
    .filter((buffer) => touched.has(buffer.id) || buffer.role === 'rng')
    .toSorted((a, b) => a.offset - b.offset || a.id - b.id)
    .map((buffer) => {
      const life = lives.get(buffer.id);
      const from = life?.from ?? null;
      return {
        buffer,
        from,
        to: life?.to ?? null,
        offsetBytes: buffer.offset * slot,
        bytes: buffer.size * slot,
      };
    });
}
