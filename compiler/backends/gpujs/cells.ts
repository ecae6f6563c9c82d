import type { Affine } from '../../ir/affine.ts';
import { type Dim, type DimSizes, sizeOf, timesDim } from '../../ir/dim.ts';
import type { BufferId, Expr, Kernel, Loop, Stmt } from '../../ir/kernel.ts';
import type { Buffer, Entry, Program } from '../../ir/program.ts';
import { axis, type DType } from '../../ir/tensor-type.ts';
import type { Refusal } from '../backend.ts';

/**
 * What a gpu.js kernel is: one value a cell of one flat output, gathered from arrays. The cell at `address` has the value
 * at that point of the loops; a cell that no point has keeps what it holds.
 */
export interface Cells {
  readonly name: string;
  readonly nodes: Kernel['nodes'];
  readonly buffer: BufferId;
  readonly loops: readonly Loop[];
  readonly address: Affine;
  /** Lets and folds. */
  readonly body: readonly Stmt[];
  readonly value: Expr;
}

/** `cells`: all read what lay there before any of them wrote. */
export type CellStep =
  | { readonly kind: 'cells'; readonly all: readonly Cells[] }
  | {
      readonly kind: 'loop';
      readonly turn: string;
      readonly extent: Dim;
      readonly reverse: boolean;
      readonly steps: readonly CellStep[];
    };

/** Random numbers that the host makes before an entry runs, by their index. */
export interface Draw {
  readonly buffer: BufferId;
  readonly dist: 'uniform' | 'normal';
  readonly stream: number;
  readonly size: number;
}

export interface CellEntry extends Omit<Entry, 'steps' | 'scratchBytes'> {
  readonly steps: readonly CellStep[];
  readonly draws: readonly Draw[];
}

/** Each buffer is an array on the device; those of the program come first, under their numbers. */
export interface CellProgram {
  readonly program: Program;
  readonly buffers: readonly Buffer[];
  readonly entries: readonly CellEntry[];
}

/** A program while its kernels are turned into cells. */
export interface Making {
  readonly capacities: DimSizes;
  readonly buffers: Buffer[];
  /** The entry it is about. */
  readonly entry: string;
  /** What cannot be said in gpu.js. */
  readonly refused: Refusal[];
}

/** Every cell of the buffer, at capacity, is a point of the loops. */
export function coversAll({ loops, buffer }: Cells, { capacities, buffers }: { readonly capacities: DimSizes; readonly buffers: readonly Buffer[] }) {
  const points = loops.reduce((all, { extent }) => all * sizeOf(extent, capacities), 1);
  return points === buffers[buffer]!.size;
} // prettier-ignore

/** An array of the device alone. */
export function scratch({ buffers, capacities }: Making, name: string, dtype: DType, dims: readonly Dim[]) {
  const id = buffers.length;
  const type = { dtype, axes: dims.map((dim) => axis(dim)) };
  const size = sizeOf(timesDim(...dims), capacities);
  buffers.push({ id, name, role: 'scratch', type, offset: -1, size });
  return id;
}
