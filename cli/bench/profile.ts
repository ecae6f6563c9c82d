import { sizeOf } from '../../compiler/ir/dim.ts';
import type { Graph } from '../../compiler/ir/graph.ts';
import { eachKernel, type Program } from '../../compiler/ir/program.ts';
import type { Span } from '../../dsl/diagnostic.ts';
import { costOf } from '../inspect/kernels.ts';
import { leastTime, type Limits } from './limits.ts';
import type { Times } from './stopwatch.ts';
import { trafficOf } from './traffic.ts';

/** One kernel in one step, the turns of its loops together. */
export interface KernelProfile {
  readonly name: string;
  readonly entry: string;
  readonly turns: number;
  readonly ms: number;
  /** Of the time of all kernels, 0 to 1. */
  readonly share: number;
  readonly flops: number;
  readonly bytes: number;
  /** The least time by the limits of the machine, through the measured one. */
  readonly ofLimit: number;
  readonly span: Span | null;
}

export interface Profiled {
  readonly program: Program;
  readonly graphs: Readonly<Record<string, Graph>>;
  readonly entries: readonly string[];
  readonly times: Times;
  readonly steps: number;
  readonly limits: Limits;
}

/** Slowest first. */
export function kernelProfiles(of: Profiled): readonly KernelProfile[] {
  const { program, graphs, entries, times, steps, limits } = of;
  const found: KernelProfile[] = [];
  let total = 0;
  for (const { ms, calls } of times.values()) total += (ms * calls) / steps;
  for (const entry of entries) {
    const spans = spansOf(graphs[entry]!);
    eachKernel(program.entries[entry]!.steps, (kernel, loops) => {
      const time = times.get(`${entry}:${kernel.name}`);
      if (!time) return;
      const turns = loops.reduce((product, { extent }) => product * sizeOf(extent, program.capacities), 1);
      // Blocks may run several times a step, in batches of their own.
      const runs = time.calls / steps;
      const flops = costOf(kernel, program.capacities).flops * runs;
      const bytes = trafficOf(kernel, program);
      const ms = time.ms * runs;
      const least = leastTime(limits, flops / runs, bytes) * runs;
      const span = kernel.nodes.map((id) => spans.get(id)).find((place) => place) ?? null;
      found.push({
        name: kernel.name, entry, turns, ms, share: ms / total, flops, bytes: bytes * runs, ofLimit: least / ms, span,
      }); // prettier-ignore
    });
  }
  return found.toSorted((a, b) => b.ms - a.ms);
}

/** Where nodes were written, those of loops' bodies included. */
function spansOf({ nodes }: Graph, into = new Map<number, Span>()): ReadonlyMap<number, Span> {
  for (const { id, span, scan } of nodes) {
    if (span) into.set(id, span);
    if (scan) spansOf(scan.body, into);
  }
  return into;
}
