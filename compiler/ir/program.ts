import type { Dim, DimSizes } from './dim.ts';
import { keptPosition, keptSymbol, symbolsOf, type HostExpr } from './host.ts';
import type { BufferId, Kernel } from './kernel.ts';
import type { TensorType } from './tensor-type.ts';

export type Precision = 'f32' | 'f64';

/**
 * What a backend prints: kernels in order and one arena with static offsets. Sizes are planned for the
 * capacities of the open dims; at run time every entry takes the actual sizes, at most these.
 */
export interface Program {
  readonly precision: Precision;
  /** Capacity of every open dim: `{ B: 64 }`. */
  readonly capacities: DimSizes;
  readonly buffers: readonly Buffer[];
  readonly entries: Readonly<Record<string, Entry>>;
  /** The arena, in bytes: the peak, known before step 1. */
  readonly arenaBytes: number;
}

/** A region of the arena. Offsets and sizes count elements of the program's slot (4 bytes in f32, 8 in f64). */
export interface Buffer {
  readonly id: BufferId;
  readonly name: string;
  /** `scratch` lives within one entry and shares space by lifetime; everything else has its own place. */
  readonly role: BufferRole;
  readonly type: TensorType;
  readonly offset: number;
  /** Elements at capacity. */
  readonly size: number;
}
/** `rng` is int[4]: seed low, seed high, step, turn: written by the host before an entry that draws numbers. */
export type BufferRole =
  | 'data'
  | 'param'
  | 'running'
  | 'state'
  | 'gradient'
  | 'fitted'
  | 'total'
  | 'host'
  | 'rng'
  | 'output'
  | 'scratch';

/** One call into emitted code: `init`, `step`, `evaluate_0`, `finish`, `predict`, `fit_0` … */
export interface Entry {
  readonly name: string;
  readonly steps: readonly Step[];
  /** Of a tiny entry: the same at one go, for certain sizes. */
  readonly straight?: Straight;
  /** Host scalars to write before the kernels run: computed in f64, rounded once. */
  readonly hosts: readonly { readonly buffer: BufferId; readonly expr: HostExpr }[];
  /** Open dims it takes, in argument order. */
  readonly dims: readonly string[];
  /** Output name → buffer (role `output`), read by the host after the call. */
  readonly outputs: Readonly<Record<string, BufferId>>;
  /** Kernels' scratch peak of this entry, in bytes. */
  readonly scratchBytes: number;
}

/** Kernels that do what the steps do when the open dims have these sizes. */
export interface Straight {
  readonly sizes: DimSizes;
  readonly kernels: readonly Kernel[];
}

/** What an entry does, in order. */
export type Step = { readonly kind: 'kernel'; readonly kernel: Kernel } | TurnLoop;

/**
 * A scan: its steps once per turn. Addresses, guards, coordinates and random counters of the kernels inside may
 * hold the variable `turn`, which goes from 0 to extent − 1, or the other way in a reverse loop.
 */
export interface TurnLoop {
  readonly kind: 'loop';
  /** `turn0`; loops inside count on. */
  readonly turn: string;
  readonly extent: Dim;
  readonly reverse: boolean;
  readonly steps: readonly Step[];
}

/** Every kernel in order, with the loops around it, outermost first. */
export function eachKernel(
  steps: readonly Step[],
  see: (kernel: Kernel, loops: readonly TurnLoop[]) => void,
  loops: readonly TurnLoop[] = [],
): void {
  for (const step of steps) {
    if (step.kind === 'kernel') see(step.kernel, loops);
    else eachKernel(step.steps, see, [...loops, step]);
  }
}

/** All kernels of an entry, those in loops once. */
export function allKernels({ steps }: Pick<Entry, 'steps'>): readonly Kernel[] {
  const kernels: Kernel[] = [];
  eachKernel(steps, (kernel) => kernels.push(kernel));
  return kernels;
}

/** What every entry is handed after its open dims, in f64. */
export function hostSymbols({ entries }: Pick<Program, 'entries'>): readonly string[] {
  const exprs = Object.values(entries).flatMap(({ hosts }) => hosts.map(({ expr }) => expr));
  const positions = exprs.flatMap(symbolsOf).map(keptPosition);
  const count = Math.max(-1, ...positions) + 1;
  return ['step', 'steps', 'epoch', 'updates', ...Array.from({ length: count }, (_, i) => keptSymbol(i))];
}
