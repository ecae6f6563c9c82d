import type { Kernel } from '../../ir/kernel.ts';
import type { Program } from '../../ir/program.ts';
import { planContraction, writeContraction } from './contraction.ts';
import { nest } from './loops.ts';
import { planRows, writeRows } from './rows.ts';
import { writeBody } from './statements.ts';
import { blockLines, dimName, newWriter, type Needs } from './writer.ts';

/** One function per kernel: its arguments are the open dims it uses, and the turns of loops around it. */
export interface KernelText {
  readonly dims: readonly string[];
  /** The function's body. */
  readonly lines: readonly string[];
}

export function kernelText(
  program: Program,
  kernel: Kernel,
  turns: readonly string[],
  needs: Needs,
): KernelText {
  const w = newWriter(program, kernel, turns, needs);
  const contraction = planContraction(w, kernel);
  const rows = contraction ? null : planRows(w, kernel);
  if (contraction) writeContraction(w, kernel, contraction);
  else if (rows) writeRows(w, kernel, rows);
  else nest(w, kernel.loops, () => writeBody(w, kernel.body));
  const lines = blockLines(w.blocks[0]!);
  const used = turns.filter((turn) => lines.some((line) => new RegExp(`\\b${turn}\\b`).test(line)));
  return { dims: [...[...w.dims].map(dimName), ...used], lines };
}
