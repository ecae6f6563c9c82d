import type { Dim } from '../../ir/dim.ts';

/** What is handed to a device: shaders and the order in which they run. Plain data, so that a trainer can carry it. */
export interface GpuProgram {
  /** The arena: one storage buffer. */
  readonly arenaBytes: number;
  /** Slots of the arena that outlive an entry: what the host has a copy of. */
  readonly lasting: number;
  /** WGSL, each with the entry point `main`; kernels with the same text share one. */
  readonly shaders: readonly string[];
  /** Open dims, then turns of loops: the ints of a dispatch, in the order shaders read them. */
  readonly params: readonly string[];
  readonly entries: Readonly<Record<string, GpuEntry>>;
}
export interface GpuEntry {
  readonly dims: readonly string[];
  /** Slots of host scalars. */
  readonly hosts: readonly number[];
  readonly steps: readonly GpuStep[];
}
export type GpuStep =
  | {
      readonly kind: 'dispatch';
      readonly kernel: string;
      readonly shader: number;
      readonly groups: Groups;
    }
  | {
      readonly kind: 'loop';
      readonly turn: string;
      readonly extent: Dim;
      readonly reverse: boolean;
      readonly steps: readonly GpuStep[];
    };
/** Pieces of work: the product of size / per, each rounded up. */
export interface Groups {
  readonly pieces: readonly { readonly size: Dim; readonly per: number }[];
  /** So many of them to a workgroup. */
  readonly each: number;
}
