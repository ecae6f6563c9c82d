import { expect, test } from 'vitest';
import type { Backend, Launched } from '../../compiler/backends/backend.ts';
import { js } from '../../compiler/backends/js/backend.ts';
import { wasm } from '../../compiler/backends/wasm/backend.ts';
import type { Compiled } from '../../compiler/compile.ts';
import { someNumber } from './agree.ts';
import { compiledExample, models } from './example-programs.ts';
import { wasmOn } from './threads.ts';

/** Every example trained on data of no meaning: JavaScript and WebAssembly on any number of threads have the same bits. */
const steps = Number(process.env['BPNET_STEPS'] ?? 10);

test.each(models)(
  '%s: the same bits after some steps',
  async (model) => {
    const compiled = await compiledExample(model, 'f32');
    const expected = trained(js, compiled);
    for (const backend of [wasm, wasmOn(2), wasmOn(3)]) {
      const got = trained(backend, compiled);
      got.close?.();
      expect(firstDifference(compiled, expected, got), backend.name).toBeNull();
    }
  },
  120_000,
);

function trained(backend: Backend, { program, plan }: Pick<Compiled, 'program' | 'plan'>): Launched {
  const launched = backend.launch(program);
  const bytes = launched.float.buffer.byteLength;
  for (const buffer of program.buffers.filter(({ role }) => role === 'data')) {
    for (let i = 0; i < buffer.size; i++) {
      const slot = buffer.offset + i;
      // Labels below every number of classes.
      if (buffer.type.dtype === 'float') launched.float[slot] = someNumber(buffer, i);
      else launched.int[slot * launched.intStride] = someNumber(buffer, i) % 2;
    }
  }
  const rng = program.buffers.find(({ role }) => role === 'rng');
  const run = (name: string, step: number, kept: readonly number[]): void => {
    const sizes = program.entries[name]!.dims.map((dim) => program.capacities[dim]!);
    if (rng) launched.int.set([7, 0, step, 0], rng.offset);
    launched.run(name, sizes, step, steps, 1, step, kept);
  };
  const kept = plan.plateaus.map(() => 1);
  run('init', 0, kept);
  for (let step = 1; step <= steps; step++) {
    for (const { entry, update } of plan.blocks) {
      run(entry, step, kept);
      if (update !== null) run(update, step, kept);
    }
  }
  expect(launched.float.buffer.byteLength).toBe(bytes);
  return launched;
}

/** NaN is NaN, whatever its payload. Threads store what an entry in a straight line keeps in values: only what lasts is equal. */
function firstDifference({ program }: Pick<Compiled, 'program'>, a: Launched, b: Launched): string | null {
  const isStraight = Object.values(program.entries).some(({ straight }) => straight);
  for (const { name, role, offset, size, type } of program.buffers) {
    if (isStraight && role === 'scratch') continue;
    const [x, y] = type.dtype === 'float' ? [a.float, b.float] : [a.int, b.int];
    for (let i = offset; i < offset + size; i++) {
      if (!Object.is(x[i], y[i])) return `${name}[${i - offset}]: ${x[i]}, not ${y[i]}`;
    }
  }
  return null;
}
