import { launchOn } from '../../compiler/backends/gpujs/backend.ts';
import type { GpuJsLibrary } from '../../compiler/backends/gpujs/machine.ts';
import type { BufferId } from '../../compiler/ir/kernel.ts';
import type { Program } from '../../compiler/ir/program.ts';

/** What is run in the page: entries in order, on these numbers. */
export interface Case {
  readonly program: Program;
  readonly written: readonly (readonly [BufferId, readonly number[]])[];
  readonly runs: readonly (readonly [entry: string, sizes: readonly number[], step: number])[];
  /** Read after every run. */
  readonly read: readonly BufferId[];
}
/** By run and buffer. */
export type Outcome = readonly (readonly (readonly number[])[])[];

/** Bundled and loaded beside gpu.js in a page. */
export async function runCases(mode: string, cases: readonly Case[]): Promise<Outcome[]> {
  const { GPU } = globalThis as unknown as { GPU: GpuJsLibrary };
  const outcomes: Outcome[] = [];
  const gpu = new GPU({ mode });
  for (const { program, written, runs, read } of cases) {
    const { float, int, run, remote } = launchOn(gpu, program);
    const buffer = (id: BufferId) => program.buffers[id]!;
    const arrayOf = (id: BufferId) => (buffer(id).type.dtype === 'float' ? float : int);
    for (const [id, values] of written) {
      arrayOf(id).set(values, buffer(id).offset);
      remote.push(buffer(id).offset, values.length);
    }
    const outcome: (readonly number[])[][] = [];
    for (const [entry, sizes, step] of runs) {
      run(entry, sizes, step, 10);
      await remote.pull(read.map((id) => ({ at: buffer(id).offset, size: buffer(id).size })));
      outcome.push(read.map((id) => Array.from(arrayOf(id).subarray(buffer(id).offset, buffer(id).offset + buffer(id).size)))); // prettier-ignore
    }
    outcomes.push(outcome);
  }
  return outcomes;
}
