import { expect } from 'vitest';
import type { Backend, RemoteBackend } from '../../compiler/backends/backend.ts';
import { reference } from '../../compiler/backends/reference/backend.ts';
import type { Buffer, Program } from '../../compiler/ir/program.ts';
import { someNumber, values } from './agree.ts';

/** How far a machine with arithmetic of its own may be off, relative to the larger of the number and 1. */
export interface Tolerance {
  readonly relative: number;
}

/** Runs an entry on the reference and on a machine of its own, and expects about the same numbers in the whole arena. */
export async function expectClose(
  backend: RemoteBackend,
  program: Program,
  sizes: readonly number[] = [],
  fill: (buffer: Buffer, i: number) => number = someNumber,
  entry = 'step',
  { relative }: Tolerance = { relative: 2e-5 },
  yardstick: Backend = reference,
): Promise<void> {
  const seen = allSeen(program);
  const expected = yardstick.launch(seen);
  const got = await backend.launch(seen);
  try {
    for (const launched of [expected, got]) {
      for (const buffer of seen.buffers) {
        for (let i = 0; i < buffer.size; i++) {
          const slot = buffer.offset + i;
          if (buffer.type.dtype === 'float') launched.float[slot] = fill(buffer, i);
          else launched.int[slot * launched.intStride] = fill(buffer, i);
        }
        launched.remote?.push(buffer.offset, buffer.size);
      }
      for (const step of [3, 4]) launched.run(entry, sizes, step, 10, 2);
    }
    await got.remote.pull(seen.buffers.map(({ offset, size }) => ({ at: offset, size })));
    for (const buffer of seen.buffers) {
      expect(far(values(expected, buffer), values(got, buffer), relative), buffer.name).toEqual([]);
    }
  } finally {
    got.remote.close();
  }
}

/** The host sees what is lasting: here that is everything. */
export function allSeen(program: Program): Program {
  const buffers = program.buffers.map((b) => (b.role === 'scratch' ? { ...b, role: 'state' as const } : b));
  return { ...program, buffers };
}

export function far(expected: readonly number[], got: readonly number[], relative: number): string[] {
  return expected
    .flatMap((x, i) => {
      const y = got[i]!;
      if (Object.is(x, y) || x === y || Math.abs(x - y) <= relative * Math.max(1, Math.abs(x))) return [];
      return [`[${i}]: ${x}, not ${y}`];
    })
    .slice(0, 5);
}
