import type { Kernel } from '../../ir/kernel.ts';
import { nest } from './loops.ts';
import { writeBody } from './statements.ts';
import { newWriter, type ProgramWriter } from './writer.ts';

/** A function of the open dims and turns, `params`, that runs the kernel: its number in the module. */
export function writeKernel(shared: ProgramWriter, kernel: Kernel, params: readonly string[]): number {
  return shared.module.define(
    params.map(() => 'i32'),
    [],
    (f) => {
      const w = newWriter(shared, kernel, f, params);
      nest(w, kernel.loops, () => writeBody(w, kernel.body));
      f.code.push(w.blocks[0]!.code);
    },
  );
}
