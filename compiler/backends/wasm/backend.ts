import type { Program } from '../../ir/program.ts';
import type { Backend, Launched, Threads } from '../backend.ts';
import { emitShared, emitWasm } from './emit.ts';
import { assembled, type Started, type WasmEntry } from './threads.ts';

/** WebAssembly with 128-bit vectors. A program beyond 4 GiB, where memories end, is a RangeError. */
export const wasm: Backend = {
  name: 'wasm',
  launch(program: Program, threads?: Threads): Launched {
    const { memory, entries, ...team } = started(program, threads);
    const { arenaBytes, precision } = program;
    const args: number[] = [];
    return {
      program,
      ...team,
      float:
        precision === 'f32'
          ? new Float32Array(memory.buffer, 0, arenaBytes / 4)
          : new Float64Array(memory.buffer, 0, arenaBytes / 8),
      int: new Int32Array(memory.buffer, 0, arenaBytes / 4),
      intStride: precision === 'f32' ? 1 : 2,
      run(name, sizes, step, steps, epoch = 1, updates = step, kept = []) {
        const entry = entries[name];
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

function started(program: Program, threads: Threads | undefined): Started {
  const shared = threads && threads.count > 1 ? emitShared(program, threads.eager) : null;
  try {
    if (shared) return assembled(shared, threads!);
  } catch (error) {
    // Every thread has working memory of its own: one alone may find room.
    if (!(error instanceof RangeError)) throw error;
  }
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(emitWasm(program).bytes));
  const { memory, ...entries } = exports as { memory: WebAssembly.Memory } & Record<string, WasmEntry>;
  return { memory, entries: entries as Record<string, WasmEntry> };
}
