import type { Program } from '../../ir/program.ts';
import type { Backend, Launched } from '../backend.ts';
import { emitJs } from './emit.ts';

/** JavaScript: what `emit` prints, started here. */
export const js: Backend & { readonly emit: (program: Program) => string } = {
  name: 'js',
  emit: emitJs,
  launch(program: Program): Launched {
    const arena = new ArrayBuffer(program.arenaBytes);
    const entries = new Function('arena', `${emitJs(program)}\nreturn launch(arena);`)(arena) as Entries;
    const args: number[] = [];
    return {
      program,
      float: program.precision === 'f32' ? new Float32Array(arena) : new Float64Array(arena),
      int: new Int32Array(arena),
      intStride: program.precision === 'f32' ? 1 : 2,
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

type Entries = Readonly<Record<string, (...args: readonly number[]) => void>>;
