import type { Program } from '../ir/program.ts';

/** A machine a program can be printed for. One folder each. */
export interface Backend {
  readonly name: string;
  /** An artifact that can be started here and now. */
  launch(program: Program): Launched;
}

/**
 * A program on a machine: one arena, one callable per entry. All views look at the same memory.
 * Elements are addressed by slot: `float[offset + i]`, `int[(offset + i) * intStride]`.
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
}
