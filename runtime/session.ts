import type { Remote } from '../compiler/backends/backend.ts';
import type { Plan, SplitName } from '../compiler/plan.ts';
import type { Quantities, TrainEvent } from './events.ts';

/** Where a tensor lives in the arena. */
export interface Place {
  /** First slot. */
  readonly at: number;
  /** Slots; for data and outputs per sample. */
  readonly size: number;
  /** For data and outputs per sample. */
  readonly shape: readonly number[];
  /** Read and written through the int view. */
  readonly int: boolean;
}

/** The parts of a plan the training loop reads; an emitted trainer embeds no more than these. */
export type RunPlan = Pick<
  Plan,
  | 'epochs'
  | 'steps'
  | 'params'
  | 'blocks'
  | 'plateaus'
  | 'quantities'
  | 'fit'
  | 'ranges'
  | 'evaluate'
  | 'watch'
  | 'predict'
  | 'reports'
  | 'save'
  | 'generate'
  | 'save'
>;

/** One call into emitted code. `sizes` is filled anew before each call, never replaced. */
export interface EntryPlace {
  readonly dims: readonly string[];
  readonly sizes: number[];
  readonly outputs: Readonly<Record<string, Place>>;
}

/** A raw array in memory: sample `r` is `values[r·width … r·width + size − 1]`. */
export interface LoadedArray {
  readonly name: string;
  readonly values: ArrayLike<number>;
  /** Elements from one sample to the next; below `size` where windows overlap. */
  readonly width: number;
  readonly place: Place;
}

export interface Dataset {
  readonly use: string;
  /** The open dim of its batch axis. */
  readonly dim: string;
  readonly batch: number;
  readonly arrays: readonly LoadedArray[];
  /** Row numbers by split, as evaluation visits them. */
  readonly splits: Readonly<Record<SplitName, Int32Array>>;
  /** Rows per split. */
  readonly counts: Readonly<Record<SplitName, number>>;
  /** The rows of the epoch under way, in the order training visits them. */
  readonly order: Int32Array;
  /** Writes `order` for an epoch: a function of (seed, epoch). Without: rows stay in file order. */
  readonly deal: ((order: Int32Array, epoch: number) => void) | null;
  /** The epoch `order` is for; −1: none yet. */
  dealt: number;
  /** The rows the data buffers hold, when they hold all of them: those are not copied again. */
  filled: Int32Array | null;
}

/** What preparation learned from the training rows; saved with the model, needed to read new rows. */
export type Learned = Record<
  string,
  { readonly vocabulary?: readonly string[]; readonly fill?: readonly number[] }
>;

/** How far a run is. Plain JSON, saved in checkpoints: with the tensors it is all a resumed run needs. */
export interface Progress {
  step: number;
  /** Epochs completed. */
  epoch: number;
  /** Per data set: epoch and rows already taken of it. */
  cursors: { epoch: number; at: number }[];
  /** Quantities summed over the rows of the epoch under way, and those rows. */
  sums: number[];
  rows: number;
  /**
   * What rules remember: best values, evaluations without improvement and those that do not count, where the best
   * state was written.
   */
  memory: Record<string, { best: number; count: number; rest?: number; step?: number; path?: string }>;
  /** Factors that plateau schedules have come to; absent where there are none. */
  kept?: number[];
}

/** Looked at after each step and each epoch: may stop the run, save, or report. */
export type Rule = (s: Session, atEpoch: boolean) => RuleEvents | Promise<RuleEvents> | void;
type RuleEvents = TrainEvent | readonly TrainEvent[];

/** What the start event says of the program. */
export type SessionInfo = Pick<
  Extract<TrainEvent, { kind: 'start' }>,
  'name' | 'hash' | 'target' | 'params' | 'peakBytes'
>;

/** A program on a machine with its data: all that training, evaluation and prediction work on. */
export interface Session {
  readonly plan: RunPlan;
  readonly info: SessionInfo;
  readonly float: Float32Array | Float64Array;
  readonly int: Int32Array;
  /** Int elements per slot. */
  readonly stride: number;
  readonly run: (
    entry: string,
    sizes: readonly number[],
    step: number,
    steps: number,
    epoch: number,
    updates: number,
    kept: readonly number[] | undefined,
  ) => void;
  /** Set where the arrays above are a copy of the machine's memory. */
  readonly remote: Remote | null;
  /** There: steps whose multiples somebody looks at; the others need not be waited for. */
  readonly looks: readonly number[];
  readonly entries: Readonly<Record<string, EntryPlace>>;
  /** What a checkpoint holds, by the name it has there: params, `state/…`, `fitted/…`. */
  readonly tensors: Readonly<Record<string, Place>>;
  /** Data buffers by raw array. */
  readonly data: Readonly<Record<string, Place>>;
  readonly totals: Readonly<Record<string, Place>>;
  /** Slot of `rng` (seed low, seed high, step, turn); −1 where nothing is drawn. */
  readonly rng: number;
  readonly capacities: Readonly<Record<string, number>>;
  readonly datasets: readonly Dataset[];
  readonly rules: readonly Rule[];
  /** Gives the tensors their values before step 1. */
  readonly begin: (s: Session) => Promise<void>;
  readonly learned: Learned;
  /** `--set` values it was compiled with, to compile it again. */
  readonly set: Readonly<Record<string, number | string | boolean>>;
  /** Decides the splits, so it is fixed when the data is loaded. */
  readonly seed: number;
  /** Writes a file for `save` rules and `image` lines. */
  readonly write: ((path: string, bytes: Uint8Array) => Promise<void>) | null;

  /** Reads a file that `write` wrote. */
  readonly read: ((path: string) => Promise<Uint8Array>) | null;

  /** Actual sizes of the open dims. */
  readonly sizes: Record<string, number>;
  steps: number;
  /** The parameters have values: initialised, or from a checkpoint. */
  ready: boolean;
  progress: Progress;
  /** `plan.quantities` of the last step. */
  readonly last: number[];
  /** With a remote machine: the step whose loss was found to be no finite number; 0: none. Later ones are not measured. */
  diverged: number;
  /** Norms of gradients at the last update, by name. */
  readonly norms: Record<string, number>;
  /** Means of the last epoch, and exact values of splits, as last evaluated. */
  means: Quantities;
  splits: Record<string, Quantities>;
  /** A checkpoint: of when the quantity of the first `save best` was best, or what the run was resumed from. */
  best: Uint8Array | null;
  /** The stop rule that held. */
  stopped: string | null;
  /** When to let others run next. */
  pause: number;
}

export function freshProgress(datasets: number, quantities: number, plateaus: number): Progress {
  return {
    step: 0,
    epoch: 0,
    cursors: Array.from({ length: datasets }, () => ({ epoch: 0, at: 0 })),
    sums: Array(quantities).fill(0),
    rows: 0,
    memory: {},
    ...(plateaus && { kept: Array<number>(plateaus).fill(1) }),
  };
}

/**
 * Runs an entry at the current sizes. `turn` tells draws of one step apart (batches of a sweep, turns of a block);
 * `updates` counts those of a block that has several a step.
 */
export function callEntry(
  s: Session,
  name: string,
  turn: number,
  updates = s.progress.step,
): Readonly<Record<string, Place>> {
  const { dims, sizes, outputs } = s.entries[name]!;
  const { rng, int, stride, seed } = s;
  for (let i = 0; i < dims.length; i++) sizes[i] = s.sizes[dims[i]!]!;
  if (rng >= 0) {
    int[rng * stride] = seed;
    int[(rng + 1) * stride] = seed / 4294967296; // an int array cuts the fraction off
    int[(rng + 2) * stride] = s.progress.step;
    int[(rng + 3) * stride] = turn;
    if (s.remote) s.remote.push(rng, 4);
  }
  s.run(name, sizes, s.progress.step, s.steps, s.progress.epoch + 1, updates, s.progress.kept);
  return outputs;
}

/** Element `i` of a tensor in the arena. */
export function readSlot(s: Session, place: Place, i: number): number {
  return place.int ? s.int[(place.at + i) * s.stride]! : s.float[place.at + i]!;
}
export function writeSlot(s: Session, place: Place, i: number, value: number): void {
  if (place.int) s.int[(place.at + i) * s.stride] = value;
  else s.float[place.at + i] = value;
  if (s.remote) s.remote.push(place.at + i, 1);
}

/** Brings what a checkpoint holds from a machine with memory of its own. */
export async function fetchTensors(s: Session): Promise<void> {
  if (s.remote) await s.remote.pull(Object.values(s.tensors));
}

/** Lets timers, signals and the page run. To be called when `pause` is over, every 30 ms. */
export async function breathe(s: Session): Promise<void> {
  await new Promise((go) => setTimeout(go));
  s.pause = performance.now() + 30;
}
