import type { Kernel } from '../../ir/kernel.ts';
import { planContraction, writeContraction } from './contraction/contraction.ts';
import { nest, nestFour, nestFours } from './loops.ts';
import { segmentsOf } from './segments.ts';
import { type Share, takePart } from './threads/share.ts';
import { writeBody } from './statements.ts';
import { canWiden, runsAcross } from './widen.ts';
import { newWriter, type ProgramWriter, type Writer } from './writer.ts';

/** A function of the open dims and turns, `params`, that runs the kernel, or this thread's share of it: its number in the module. */
export function writeKernel(
  shared: ProgramWriter,
  kernel: Kernel,
  params: readonly string[],
  share: Share | null = null,
): number {
  return shared.module.define(
    params.map(() => 'i32'),
    [],
    (f) => {
      const w = newWriter(shared, kernel, f, params);
      if (share && shared.team) takePart(w, shared.team, share);
      writePoints(w, kernel);
      f.code.push(w.blocks[0]!.code);
    },
  );
}

function writePoints(w: Writer, kernel: Kernel): void {
  const { loops, body } = kernel;
  const contraction = planContraction(w, kernel);
  if (contraction) return writeContraction(w, kernel, contraction);
  const last = loops.at(-1);
  if (!last || !canWiden(w, last, body) || runsAcross(last, body))
    return nest(w, loops, () => writeBody(w, body));
  const segments = segmentsOf(w, last, body);
  nest(w, loops.slice(0, -1), () => {
    if (!segments) return nestFour(w, last, () => writeBody(w, body));
    for (const segment of segments) {
      w.segment = segment;
      nestFours(w, last, segment, () => writeBody(w, body));
    }
    w.segment = null;
  });
}
