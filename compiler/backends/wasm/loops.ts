import { sizeOf } from '../../ir/dim.ts';
import type { Loop, Stmt } from '../../ir/kernel.ts';
import { dimPiece, intPiece } from './address.ts';
import { i32, type Local, op, set } from './code/code.ts';
import { countTo, current, keep, type Piece, pieceOf, settle, write, type Writer } from './writer.ts';

/** Where a loop starts: at 0, unless this thread has a part of it. */
export function startPiece(w: Writer, loop: Loop): Piece {
  return w.part?.loop === loop ? w.part.from : intPiece(0);
}
/** Where it ends, known outside of all loops. */
export function extentPiece(w: Writer, loop: Loop): Piece {
  if (w.part?.loop === loop) return w.part.to;
  return settle(w, dimPiece(w, loop.extent), 1);
}
export function capacityOf(w: Writer, ...loops: readonly Loop[]): number {
  return loops.reduce((product, loop) => product * sizeOf(loop.extent, w.capacities), 1);
}
function mayBeEmpty({ extent }: Loop): boolean {
  return typeof extent !== 'number' || extent === 0;
}

/** A counter for the loop, at its start. */
function begin(w: Writer, loop: Loop): Local {
  const counter = w.f.local('i32');
  write(w, set(counter, startPiece(w, loop).code));
  return counter;
}

/** From where the counter stands to `end`. */
function run(
  w: Writer,
  loop: Loop,
  counter: Local,
  end: Piece,
  step: number,
  inside: () => void,
  empty = true,
): void {
  const hidden = w.names.get(loop.name);
  countTo(w, counter, end, step, empty, () => {
    w.names.set(loop.name, pieceOf(counter, current(w)));
    w.types.set(loop.name, 'int');
    inside();
  });
  if (hidden) w.names.set(loop.name, hidden);
}

/** The loops, outermost first, around what `inside` writes. */
export function nest(w: Writer, loops: readonly Loop[], inside: () => void): void {
  const [loop, ...inner] = loops;
  if (!loop) return inside();
  run(w, loop, begin(w, loop), extentPiece(w, loop), 1, () => nest(w, inner, inside), mayBeEmpty(loop));
}

/** Four points at a time while there are four, then one by one. `inside` is written twice. */
export function nestFour(
  w: Writer,
  loop: Loop,
  inside: () => void,
  range?: { readonly from: Piece; readonly to: Piece },
): void {
  const counter = w.f.local('i32');
  const from = (range?.from ?? startPiece(w, loop)).code;
  const end = keep(w, range ? range.to : extentPiece(w, loop));
  const size = range || w.part?.loop === loop ? null : typeof loop.extent === 'number' ? loop.extent : null;
  write(w, set(counter, from));
  if (size === null) {
    const fours = op('i32.and', op('i32.sub', end.code, from), i32(-4));
    const limit = keep(w, { ...end, code: op('i32.add', from, fours), atomic: false });
    run(w, loop, counter, limit, 4, () => withLanes(w, loop.name, inside));
    return run(w, loop, counter, end, 1, inside);
  }
  if (size >= 4) run(w, loop, counter, intPiece(size & ~3), 4, () => withLanes(w, loop.name, inside), false);
  if (size % 4 !== 0) run(w, loop, counter, end, 1, inside, false);
}

/** Four points at a time, where both ends are known and whole fours apart. */
export function nestFours(
  w: Writer,
  loop: Loop,
  { from, to }: { readonly from: number; readonly to: number },
  inside: () => void,
): void {
  const counter = w.f.local('i32');
  write(w, set(counter, i32(from)));
  run(w, loop, counter, intPiece(to), 4, () => withLanes(w, loop.name, inside), false);
}

export function withLanes(w: Writer, name: string, inside: () => void): void {
  w.lanes = name;
  inside();
  w.lanes = null;
}

/** From here on, `name` of the kernel is this value. */
export function define(w: Writer, { name, dtype }: Extract<Stmt, { kind: 'let' | 'fold' }>, piece: Piece): void {
  w.types.set(name, dtype);
  w.names.set(name, piece);
} // prettier-ignore

/** The outermost loop from `from` to `to`, the others in full. */
export function nestRange(
  w: Writer,
  { loops, from, to }: { readonly loops: readonly Loop[]; readonly from: Piece; readonly to: Piece },
  inside: () => void,
): void {
  const [first, ...inner] = loops;
  if (!first) return inside();
  const counter = w.f.local('i32');
  write(w, set(counter, from.code));
  run(w, first, counter, to, 1, () => nest(w, inner, inside));
}
