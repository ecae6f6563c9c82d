import type { DimSizes } from '../../ir/dim.ts';
import type { BufferId, Kernel, Loop } from '../../ir/kernel.ts';
import type { Buffer, Program } from '../../ir/program.ts';
import type { DType } from '../../ir/tensor-type.ts';
import {
  type Code,
  flatten,
  get,
  getGlobal,
  i32,
  type Local,
  op,
  repeat,
  repeatWhile,
  set,
  type ValType,
} from './code/code.ts';
import type { FunctionWriter, ModuleWriter } from './code/module.ts';
import type { Segment } from './segments.ts';
import type { Team } from './threads/team.ts';

/** As long as a run of zeros can be. */
export const zeroBytes = 16384;

/** What the kernels of a program share. */
export interface ProgramWriter {
  readonly program: Program;
  readonly module: ModuleWriter;
  readonly buffers: ReadonlyMap<BufferId, Buffer>;
  /** Bytes of an element. */
  readonly slot: 4 | 8;
  readonly float: 'f32' | 'f64';
  /** Memory that stays zero: nothing is stored there. */
  readonly zerosAt: number;
  /** Where working memory starts, which kernels use one after the other, and how much of it any needs. */
  readonly scratchFrom: number;
  scratchBytes: number;
  /** Bytes after it that may be read. */
  slack: number;
  /** The threads that share the work; null: there is one. */
  readonly team: Team | null;
}

/**
 * One kernel while it is written: nested blocks, the function body first. What does not depend on an inner loop is
 * computed in the block it belongs to.
 */
export interface Writer extends ProgramWriter {
  readonly shared: ProgramWriter;
  readonly f: FunctionWriter;
  /** Those of the program, and copies in working memory. */
  readonly buffers: Map<BufferId, Buffer>;
  readonly capacities: DimSizes;
  /** Arena ranges the kernel writes: loads from them stay where they are. */
  readonly written: readonly Buffer[];
  readonly blocks: Block[];
  /** Open dims, turns, loop variables, lets and folds. */
  readonly names: Map<string, Piece>;
  readonly types: Map<string, DType>;
  readonly keys: Map<number, readonly [Piece, Piece]>;
  /** The loop whose points are computed four at a time, where that is being written. */
  lanes: string | null;
  /** The part of that loop being written, where it is written in parts. */
  segment: Segment | null;
  /** Which of four points is being written, where they are written one by one. */
  lane: number | null;
  /** Working memory taken so far. */
  taken: number;
  /** The points of one loop that this thread computes: all others leave it alone. */
  part: { readonly loop: Loop; readonly from: Piece; readonly to: Piece } | null;
}
export interface Block {
  /** Already computed here, by what the code is. */
  readonly known: Map<string, Piece>;
  readonly code: Code[];
}

/**
 * A value. `level`: the outermost block in which it can be computed. Of type v128 it holds four points of the loop
 * `lanes`: floats, ints, or all bits of a lane for true.
 */
export interface Piece {
  readonly code: Code;
  readonly type: ValType;
  readonly level: number;
  /** A local or a number: not worth a local of its own. */
  readonly atomic: boolean;
}

export function newWriter(
  shared: ProgramWriter,
  kernel: Kernel,
  f: FunctionWriter,
  params: readonly string[],
): Writer {
  const stored = kernel.body.flatMap((stmt) =>
    stmt.kind === 'store' ? [shared.buffers.get(stmt.buffer)!] : [],
  );
  const names = params.map((name, i): [string, Piece] => [name, pieceOf(f.params[i]!, 0)]);
  return {
    ...shared,
    shared,
    f,
    buffers: new Map(shared.buffers),
    capacities: shared.program.capacities,
    written: stored,
    blocks: [newBlock()],
    names: new Map(names),
    types: new Map(params.map((name) => [name, 'int'])),
    keys: new Map(),
    lanes: null,
    segment: null,
    lane: null,
    taken: 0,
    part: null,
  };
}

function newBlock(): Block {
  return { known: new Map(), code: [] };
}

export function pieceOf(local: Local, level: number): Piece {
  return { code: get(local), type: local.type, level, atomic: true };
}

export function isWide({ type }: Piece): boolean {
  return type === 'v128';
}

/** Its place in the arena overlaps one the kernel stores to. */
export function isWritten(w: Writer, { offset, size }: Buffer): boolean {
  return w.written.some((other) => other.offset < offset + size && offset < other.offset + other.size);
}

export function current(w: Writer): number {
  return w.blocks.length - 1;
}

export function write(w: Writer, ...code: readonly Code[]): void {
  w.blocks.at(-1)!.code.push(...code);
}

/** What `inside` writes, as a block of its own. */
export function block(w: Writer, inside: () => void): Code {
  w.blocks.push(newBlock());
  inside();
  return w.blocks.pop()!.code;
}

/** The piece as seen from block `level`: computed further out, once, where that is possible. */
export function settle(w: Writer, piece: Piece, level: number): Piece {
  if (piece.atomic || piece.level >= level) return piece;
  const { known, code } = w.blocks[piece.level]!;
  const key = flatten(piece.code).join();
  let settled = known.get(key);
  if (!settled) {
    const local = w.f.local(piece.type);
    code.push(set(local, piece.code));
    settled = pieceOf(local, piece.level);
    known.set(key, settled);
  }
  return settled;
}

/** Joins pieces: each is computed where it belongs, the result where the innermost is. */
export function join(
  w: Writer,
  type: ValType,
  pieces: readonly Piece[],
  code: (...codes: Code[]) => Code,
): Piece {
  const level = Math.max(0, ...pieces.map((piece) => piece.level));
  return { code: code(...pieces.map((piece) => settle(w, piece, level).code)), type, level, atomic: false };
}

/** In a local, computed now. */
export function keep(w: Writer, piece: Piece): Piece {
  const settled = settle(w, piece, current(w));
  if (settled.atomic) return settled;
  const local = w.f.local(piece.type);
  write(w, set(local, settled.code));
  return pieceOf(local, current(w));
}

/** Working memory of this kernel, in bytes: its address, once `ownScratch` has been applied. */
export function takeScratch(w: Writer, bytes: number): number {
  const at = w.scratchFrom + w.taken;
  w.taken += Math.ceil(bytes / 64) * 64;
  w.shared.scratchBytes = Math.max(w.shared.scratchBytes, w.taken);
  return at;
}

/** An address in working memory: every thread has its own. */
export function ownScratch(w: Writer, at: Code): Code {
  return w.team ? op('i32.add', at, getGlobal(w.team.shift)) : at;
}

/** `counter` from where it stands, in steps, while it is below `end`; `inside` is its body. */
export function countTo(
  w: Writer,
  counter: Local,
  end: Piece,
  step: number,
  mayBeEmpty: boolean,
  inside: () => void,
): void {
  const limit = keep(w, end);
  const goesOn = op('i32.lt_s', get(counter), limit.code);
  const body = block(w, () => {
    inside();
    write(w, set(counter, op('i32.add', get(counter), i32(step))));
  });
  write(w, mayBeEmpty ? repeatWhile(goesOn, body) : repeat(body, goesOn));
}
