import type { Kernel } from '../ir/kernel.ts';
import type { Program } from '../ir/program.ts';

/** A machine a program can be printed for. One folder each. */
export interface Backend {
  readonly name: string;
  /** An artifact that can be started here and now; on threads where it can use them and they are offered. */
  launch(program: Program, threads?: Threads): Launched;
}

/** Threads a program may run on, the caller's included. */
export interface Threads {
  readonly count: number;
  /** Shares even what is too small to gain: for tests. */
  readonly eager?: boolean;
  /** Starts another one, which gets the message and runs the source: a script that finds it in `message`. */
  readonly start: (source: string, message: object) => void;
}

/** What a machine cannot do, to follow "cannot do", and the values of an entry's graph that ask for it. */
export interface Refusal {
  readonly entry: string;
  readonly nodes: Kernel['nodes'];
  readonly text: string;
}

/** A machine that has to be found first, with memory of its own. Rejects with a `TargetError` where there is none. */
export interface RemoteBackend {
  readonly name: string;
  /** Found before anything runs; a program with none can be launched. */
  refuse?(program: Program): readonly Refusal[];
  launch(program: Program): Promise<Launched & { readonly remote: Remote }>;
}

/**
 * A program on a machine: one arena, one callable per entry. All views look at the same memory.
 * Elements are addressed by slot: `float[offset + i]`, `int[(offset + i) * intStride]`.
 * Where there is a `remote`, that memory is the host's copy of the arena, without scratch, and `run` only asks for work.
 */
export interface Launched {
  readonly program: Program;
  readonly float: Float32Array | Float64Array;
  readonly int: Int32Array;
  /** 1 in f32 programs, 2 in f64 programs (a slot is 8 bytes). */
  readonly intStride: 1 | 2;
  /**
   * One call per step. `sizes`: actual sizes of `program.entries[name].dims`, in that order. `step` counts
   * from 1; both are written to the host scalars in f64, rounded once. `epoch` likewise from 1 (default 1);
   * `updates` counts the runs of the entry's block (default: `step`); `kept` are the numbers kept, by position.
   */
  readonly run: (
    entry: string,
    sizes: readonly number[],
    step: number,
    steps: number,
    epoch?: number,
    updates?: number,
    kept?: readonly number[],
  ) => void;
  /** Threads it runs on once they have started. */
  readonly threads?: number;
  /** Waits until all have. */
  readonly gather?: () => void;
  /** Sends the others home: it is not to be run again. */
  readonly close?: () => void;
  /** Absent: the arrays are the machine's own memory, and `run` has done its work when it returns. */
  readonly remote?: Remote;
}

/** A piece of the arena, in slots. */
export interface Slots {
  readonly at: number;
  readonly size: number;
}

/**
 * Between the host's copy of the arena and a machine that works on its own: what is asked for is done in order, later. The
 * machine never looks at the copy by itself, nor changes it.
 */
export interface Remote {
  /** The host wrote these slots: runs asked for from now on see what they hold at the next `run` or `note`. */
  readonly push: (at: number, size: number) => void;
  /**
   * `then` is called in a later `pull`, when the copy holds these slots as they are here, after the runs asked for so far. In
   * the order of asking: so a loop may run on and still see every value that goes by.
   */
  readonly note: (places: readonly Slots[], then: () => void) => void;
  /** When all that was asked for is done: calls what was noted, then copies these slots. Rejects when the machine is lost. */
  readonly pull: (places: readonly Slots[]) => Promise<void>;
  /** Gives the machine back. Nothing may be asked for any more. */
  readonly close: () => void;
}
