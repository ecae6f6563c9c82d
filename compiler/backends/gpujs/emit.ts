import type { Program } from '../../ir/program.ts';
import type { Refusal } from '../backend.ts';
import { cellProgram } from './cell-program.ts';
import { type GpuPlan, planOf } from './plan.ts';

/** The program for gpu.js, or what it cannot be told. */
export function emitGpuJs(
  program: Program,
): { readonly plan: GpuPlan } | { readonly refused: readonly Refusal[] } {
  const { gpu, refused } = cellProgram(program);
  return refused.length > 0 ? { refused } : { plan: planOf(gpu) };
}
