import type { Program } from '../../ir/program.ts';
import type { Backend, Launched } from '../backend.ts';
import { type EntryFunctions, entryCalls } from '../entry-calls.ts';
import { emitJs } from './emit.ts';

/** JavaScript: what `emit` prints, started here. */
export const js: Backend & { readonly emit: (program: Program) => string } = {
  name: 'js',
  emit: emitJs,
  launch(program: Program): Launched {
    const arena = new ArrayBuffer(program.arenaBytes);
    const entries = new Function('arena', `${emitJs(program)}\nreturn launch(arena);`)(
      arena,
    ) as EntryFunctions;
    return {
      program,
      float: program.precision === 'f32' ? new Float32Array(arena) : new Float64Array(arena),
      int: new Int32Array(arena),
      intStride: program.precision === 'f32' ? 1 : 2,
      run: entryCalls(entries),
    };
  },
};
