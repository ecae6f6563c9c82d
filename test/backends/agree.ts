import { expect } from 'vitest';
import type { Backend, Launched } from '../../compiler/backends/backend.ts';
import { js } from '../../compiler/backends/js/backend.ts';
import { wasm } from '../../compiler/backends/wasm/backend.ts';
import { reference } from '../../compiler/backends/reference/backend.ts';
import { wasmOn } from './threads.ts';
import type { Buffer, Program } from '../../compiler/ir/program.ts';

/** Every backend but the yardstick. */
export const backends: readonly Backend[] = [js, wasm, wasmOn(3)];

/** Runs an entry everywhere on the same numbers, and expects the same bits in the whole arena. */
export function expectAgreement(
  program: Program,
  sizes: readonly number[] = [],
  fill: (buffer: Buffer, i: number) => number = someNumber,
  entry = 'step',
  steps: readonly number[] = [3, 4], // twice: nothing may be left over from the first call
): Launched {
  const expected = start(reference, program, entry, steps, sizes, fill);
  for (const backend of backends) {
    const got = start(backend, program, entry, steps, sizes, fill);
    got.close?.();
    // A straight line leaves nothing behind on its way.
    const compared = program.buffers.filter(
      ({ role }) => role !== 'scratch' || !program.entries[entry]!.straight,
    );
    for (const buffer of compared) {
      expect(
        differences(buffer, values(expected, buffer), values(got, buffer)),
        `${backend.name}: ${buffer.name}`,
      ).toEqual([]);
    }
  }
  return expected;
}

function start(
  backend: Backend,
  program: Program,
  entry: string,
  steps: readonly number[],
  sizes: readonly number[],
  fill: (buffer: Buffer, i: number) => number,
): Launched {
  const launched = backend.launch(program);
  for (const buffer of program.buffers) {
    for (let i = 0; i < buffer.size; i++) {
      const slot = buffer.offset + i;
      if (buffer.type.dtype === 'float') launched.float[slot] = fill(buffer, i);
      else launched.int[slot * launched.intStride] = fill(buffer, i);
    }
  }
  for (const step of steps) launched.run(entry, sizes, step, 10, 2);
  return launched;
}

/** NaN is NaN, whatever its payload. */
function differences(buffer: Buffer, expected: readonly number[], got: readonly number[]): string[] {
  return expected
    .flatMap((x, i) => (Object.is(x, got[i]) ? [] : [`${buffer.name}[${i}]: ${x}, not ${got[i]}`]))
    .slice(0, 5);
}

export function values({ float, int, intStride }: Launched, buffer: Buffer): number[] {
  return Array.from({ length: buffer.size }, (_, i) => {
    const slot = buffer.offset + i;
    return buffer.type.dtype === 'float' ? float[slot]! : int[slot * intStride]!;
  });
}

/** Deterministic, of mixed sign and size; ints are small and natural, so that they can be indices. */
export function someNumber(buffer: Buffer, i: number): number {
  const mixed = Math.imul(i + 1 + buffer.id * 7919, 0x9e3779b1) >>> 0;
  if (buffer.type.dtype === 'bool') return mixed & 1;
  if (buffer.type.dtype === 'int') return mixed % 5;
  return (mixed / 2 ** 32 - 0.5) * (mixed % 7 === 0 ? 100 : 3);
}
