import type { DimSizes } from '../../ir/dim.ts';
import type { BufferId } from '../../ir/kernel.ts';
import type { Buffer } from '../../ir/program.ts';
import type { DType } from '../../ir/tensor-type.ts';

/** A number that a kernel is handed beside its arrays. */
export type Scalar =
  | { readonly kind: 'dim' | 'turn'; readonly name: string }
  | { readonly kind: 'host'; readonly buffer: BufferId };

/**
 * The text of one kernel while it is written. Every variable is declared with a value that gpu.js takes for a float, so that
 * nothing is computed in ints behind our back; what a condition guards may be computed in vain, never used.
 */
export interface Writer {
  readonly capacities: DimSizes;
  readonly buffers: readonly Buffer[];
  readonly lines: string[];
  depth: number;
  /** Loop variables, lets and folds of the kernel → their names in the text. */
  readonly names: Map<string, string>;
  readonly types: Map<string, DType>;
  /** Extents at capacity of the loops around, and of turns. */
  readonly extents: Map<string, number>;
  /** Quotients written so far in this scope, by their text. */
  quotients: Map<string, { readonly quotient: string; readonly rest: string }>;
  /** Arguments, by the text that asks for them. */
  readonly arrays: Map<BufferId, string>;
  readonly scalars: Map<string, { readonly text: string; readonly scalar: Scalar }>;
  readonly taken: Map<string, number>;
}

export function newWriter(
  buffers: readonly Buffer[],
  capacities: DimSizes,
  turns: ReadonlyMap<string, number>,
): Writer {
  return {
    capacities,
    buffers,
    lines: [],
    depth: 1,
    names: new Map(),
    types: new Map(),
    extents: new Map(turns),
    quotients: new Map(),
    arrays: new Map(),
    scalars: new Map(),
    taken: new Map(),
  };
}

export function write(w: Writer, line: string): void {
  w.lines.push(`${'  '.repeat(w.depth)}${line}`);
}

/** A name nobody has: `q0`, `q1` … */
export function fresh(w: Writer, base: string): string {
  const count = w.taken.get(base) ?? 0;
  w.taken.set(base, count + 1);
  return `${base}${count}`;
}

/** What is written in here is known in here alone. */
export function block(w: Writer, head: string, inside: () => void): void {
  write(w, `${head} {`);
  const { quotients } = w;
  w.quotients = new Map(quotients);
  w.depth++;
  inside();
  w.depth--;
  w.quotients = quotients;
  write(w, '}');
}

/** The argument a number comes as. */
export function handed(w: Writer, scalar: Scalar): string {
  const key = scalar.kind === 'host' ? `host ${scalar.buffer}` : `${scalar.kind} ${scalar.name}`;
  const known = w.scalars.get(key);
  if (known) return known.text;
  const text = fresh(w, { dim: 'size', turn: 'turn', host: 'host' }[scalar.kind]);
  w.scalars.set(key, { text, scalar });
  return text;
}

/** The argument an array comes as. */
export function arrayName(w: Writer, buffer: BufferId): string {
  const known = w.arrays.get(buffer);
  if (known !== undefined) return known;
  const text = fresh(w, 'a');
  w.arrays.set(buffer, text);
  return text;
}
