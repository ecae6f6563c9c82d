import type { Program } from '../../ir/program.ts';
import type { Backend, Launched } from '../backend.ts';
import { emitWasm } from './emit.ts';

/** WebAssembly with 128-bit vectors. A program beyond 4 GiB, where memories end, is a RangeError. */
export const wasm: Backend = {
  name: 'wasm',
  launch(program: Program): Launched {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(emitWasm(program).bytes));
    const { memory, ...entries } = exports as { memory: WebAssembly.Memory } & Record<string, Entry>;
    const { arenaBytes, precision } = program;
    const args: number[] = [];
    return {
      program,
      float:
        precision === 'f32'
          ? new Float32Array(memory.buffer, 0, arenaBytes / 4)
          : new Float64Array(memory.buffer, 0, arenaBytes / 8),
      int: new Int32Array(memory.buffer, 0, arenaBytes / 4),
      intStride: precision === 'f32' ? 1 : 2,
      run(name, sizes, step, steps, epoch = 1, updates = step, kept = []) {
        const entry = (entries as Record<string, Entry>)[name];
        if (!entry) throw new Error(`no entry ${name}`);
        // One array for all calls: spreading would make one in every step.
        args.length = sizes.length + 4 + kept.length;
        for (let i = 0; i < sizes.length; i++) args[i] = sizes[i]!;
        args[sizes.length] = step;
        args[sizes.length + 1] = steps;
        args[sizes.length + 2] = epoch;
        args[sizes.length + 3] = updates;
        for (let i = 0; i < kept.length; i++) args[sizes.length + 4 + i] = kept[i]!;
        entry.apply(undefined, args);
      },
    };
  },
};

type Entry = (...args: readonly number[]) => void;
