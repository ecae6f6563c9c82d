import type { Program } from '../../ir/program.ts';
import type { Backend, Launched, Threads } from '../backend.ts';
import { type EntryFunctions, entryCalls } from '../entry-calls.ts';
import { emitShared, emitWasm } from './emit.ts';
import { assembled, type Started } from './threads/start.ts';

/** WebAssembly with 128-bit vectors. A program beyond 4 GiB, where memories end, is a RangeError. */
export const wasm: Backend = {
  name: 'wasm',
  launch(program: Program, threads?: Threads): Launched {
    const { memory, entries, ...team } = started(program, threads);
    const { arenaBytes, precision } = program;
    return {
      program,
      ...team,
      float:
        precision === 'f32'
          ? new Float32Array(memory.buffer, 0, arenaBytes / 4)
          : new Float64Array(memory.buffer, 0, arenaBytes / 8),
      int: new Int32Array(memory.buffer, 0, arenaBytes / 4),
      intStride: precision === 'f32' ? 1 : 2,
      run: entryCalls(entries),
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
  const { memory, ...entries } = exports as { memory: WebAssembly.Memory } & EntryFunctions;
  return { memory, entries: entries as EntryFunctions };
}
