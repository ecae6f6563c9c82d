import { sizeOf } from '../../ir/dim.ts';
import type { BufferId } from '../../ir/kernel.ts';
import type { Cells, Draw, CellProgram, CellStep } from './cells.ts';
import { printCells } from './print.ts';
import type { Scalar } from './writer.ts';

/** A program as gpu.js runs it: data, with kernels as source strings. */
export interface GpuPlan {
  /** Of each buffer: where it lies in the host's memory (−1: on the device alone), elements, whether they are ints. */
  readonly buffers: readonly (readonly [at: number, size: number, int: 0 | 1])[];
  /** Source, and cells of the output. */
  readonly kernels: readonly (readonly [source: string, size: number])[];
  readonly entries: Readonly<Record<string, GpuPlanEntry>>;
  /** Where the key of random numbers lies in the host's memory; −1: nothing is drawn. */
  readonly rng: number;
}
export interface GpuPlanEntry {
  readonly dims: readonly string[];
  /** Scalars the host computes, in this order. */
  readonly hosts: readonly BufferId[];
  readonly draws: readonly Draw[];
  readonly steps: readonly GpuPlanStep[];
}
/** Calls that all read what lay there before, then arrays that nobody reads any more; or turns of a loop. */
export type GpuPlanStep =
  | { readonly calls: readonly GpuCall[]; readonly drop?: readonly BufferId[] }
  | {
      readonly turn: string;
      /** A product of numbers and open dims. */
      readonly extent: readonly (number | string)[];
      readonly reverse: boolean;
      readonly steps: readonly GpuPlanStep[];
      readonly drop?: readonly BufferId[];
    };
/** A kernel by number, where its output goes, its arrays, and its numbers: `B`, `turn0`, or `#12` for a host scalar. */
export type GpuCall = readonly [
  kernel: number,
  into: BufferId,
  arrays: readonly BufferId[],
  numbers: readonly string[],
];

export function planOf(gpu: CellProgram): GpuPlan {
  const { program, buffers } = gpu;
  const kernels: (readonly [string, number])[] = [];
  const known = new Map<string, number>();
  const call = (cells: Cells, turns: ReadonlyMap<string, number>): GpuCall => {
    const { source, size, arrays, scalars } = printCells(cells, turns, gpu);
    // gpu.js settles the sizes of the arrays as well when it builds a kernel.
    const key = [source, size, ...arrays.map((id) => buffers[id]!.size)].join(' ');
    const at = known.get(key) ?? kernels.push([source, size]) - 1;
    known.set(key, at);
    return [at, cells.buffer, arrays, scalars.map(numberName)];
  };
  const steps = (all: readonly CellStep[], turns: ReadonlyMap<string, number>): GpuPlanStep[] =>
    all.map((step) => {
      if (step.kind === 'cells') return { calls: step.all.map((cells) => call(cells, turns)) };
      const { turn, extent, reverse } = step;
      const inside = new Map([...turns, [turn, sizeOf(extent, program.capacities)]]);
      const factors = typeof extent === 'number' ? [extent] : [extent.coef, ...extent.of];
      return { turn, extent: factors, reverse, steps: steps(step.steps, inside) };
    });
  const entries = gpu.entries.map(({ name, dims, hosts, draws, steps: all }) => {
    const made = steps(all, new Map());
    const isScratch = (id: BufferId) => buffers[id]!.role === 'scratch';
    return [
      name,
      { dims, hosts: hosts.map(({ buffer }) => buffer), draws, steps: dropping(made, isScratch) },
    ] as const;
  });
  const rng = program.buffers.find(({ role }) => role === 'rng');
  return {
    buffers: buffers.map(({ role, offset, size, type }) => [
      role === 'scratch' ? -1 : offset,
      size,
      type.dtype === 'float' ? 0 : 1,
    ]),
    kernels,
    entries: Object.fromEntries(entries),
    rng: rng?.offset ?? -1,
  };
}

function numberName(scalar: Scalar): string {
  return scalar.kind === 'host' ? `#${scalar.buffer}` : scalar.name;
}

/** After the last step that touches it, an array of this entry alone is given back; what a loop touches, after the loop. */
function dropping(steps: readonly GpuPlanStep[], isScratch: (id: BufferId) => boolean): GpuPlanStep[] {
  const last = new Map<BufferId, number>();
  const see = (step: GpuPlanStep, at: number): void => {
    if ('steps' in step) return step.steps.forEach((inner) => see(inner, at));
    for (const [, into, arrays] of step.calls) for (const id of [into, ...arrays]) last.set(id, at);
  };
  steps.forEach(see);
  return steps.map((step, i) => {
    const drop = [...last].filter(([id, at]) => at === i && isScratch(id)).map(([id]) => id);
    return drop.length > 0 ? { ...step, drop } : step;
  });
}
