import type { DimSizes } from '../../ir/dim.ts';
import type { Entry, Program } from '../../ir/program.ts';
import type { Backend, Launched } from '../backend.ts';
import { hostScalars } from '../host-scalars.ts';
import { turns, type Machine } from './interpret.ts';

/**
 * The yardstick: walks the kernels statement by statement, one element at a time, in the program's
 * precision. Slow and obvious; every other CPU backend must agree with it bit for bit.
 */
export const reference: Backend = {
  name: 'reference',
  launch(program: Program): Launched {
    const memory = new ArrayBuffer(program.arenaBytes);
    const float = program.precision === 'f32' ? new Float32Array(memory) : new Float64Array(memory);
    const int = new Int32Array(memory);
    const intStride = program.precision === 'f32' ? 1 : 2;
    const scalars = hostScalars(program);
    const run: Launched['run'] = (name, sizes, step, steps, epoch = 1, updates = step, kept = []) => {
      const entry = program.entries[name];
      if (!entry) throw new Error(`no entry ${name}`);
      const machine: Machine = {
        program,
        float,
        int,
        intStride,
        sizes: namedSizes(entry, sizes),
        buffers: new Map(program.buffers.map((buffer) => [buffer.id, buffer])),
        types: new Map(),
        cells: new Map(),
      };
      const values = scalars(name, [step, steps, epoch, updates, ...kept]);
      for (const [i, { buffer }] of entry.hosts.entries()) {
        float[machine.buffers.get(buffer)!.offset] = values[i]!;
      }
      turns(machine, entry.steps)();
    };
    return { program, float, int, intStride, run };
  },
};

function namedSizes(entry: Entry, sizes: readonly number[]): DimSizes {
  return Object.fromEntries(entry.dims.map((name, i) => [name, sizes[i] ?? missing(name)]));
}

function missing(name: string): never {
  throw new Error(`no size for open dim ${name}`);
}
