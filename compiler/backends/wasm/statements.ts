import type { Loop, Stmt } from '../../ir/kernel.ts';
import { type FoldStmt, valueOf } from './accumulate.ts';
import type { ValueAt } from './along.ts';
import { coefOf, intPiece, placeOf } from './address.ts';
import { i32, op, store } from './code/code.ts';
import { exprPiece } from './expr.ts';
import { writeFold } from './fold.ts';
import { capacityOf, define, nest } from './loops.ts';
import { laneOf, maskToInt, typeOf, widened } from './values.ts';
import { current, isWide, keep, type Piece, settle, write, type Writer } from './writer.ts';

type StoreStmt = Extract<Stmt, { kind: 'store' }>;

export function writeBody(w: Writer, body: readonly Stmt[]): void {
  for (const stmt of body) {
    if (stmt.kind === 'let') define(w, stmt, keep(w, exprPiece(w, stmt.value, stmt.dtype)));
    else if (stmt.kind === 'fold') define(w, stmt, foldPiece(w, stmt));
    else writeStore(w, stmt);
  }
}

function foldPiece(w: Writer, fold: FoldStmt): Piece {
  const value: ValueAt = (inside) => {
    writeBody(w, fold.body);
    inside(valueOf(w, fold));
  };
  return writeFold(w, fold, (inside) => nestFold(w, fold, () => value(inside)), value);
}

/** So few points are written one after the other. */
const mostUnrolled = 9;

function nestFold(w: Writer, { loops, body }: FoldStmt, inside: () => void): void {
  const few =
    loops.every(({ extent }) => typeof extent === 'number') && capacityOf(w, ...loops) <= mostUnrolled;
  const plain = body.every((stmt) => stmt.kind === 'let');
  if (few && plain) unrolled(w, loops, inside);
  else nest(w, loops, inside);
}

function unrolled(w: Writer, loops: readonly Loop[], inside: () => void): void {
  const [loop, ...inner] = loops;
  if (!loop) return inside();
  for (let i = 0; i < (loop.extent as number); i++) {
    w.names.set(loop.name, intPiece(i));
    w.types.set(loop.name, 'int');
    unrolled(w, inner, inside);
  }
}

function writeStore(w: Writer, stmt: StoreStmt): void {
  const { dtype } = w.buffers.get(stmt.buffer)!.type;
  const value = exprPiece(w, stmt.value, dtype);
  if (w.lanes === null) return storeOne(w, stmt, settle(w, value, current(w)));
  const four = settle(w, widened(w, dtype === 'bool' ? maskToInt(w, value) : value, dtype === 'bool' ? 'int' : dtype), current(w)); // prettier-ignore
  const rows = stmt.address.gathers.map(({ value }) => exprPiece(w, value, 'int'));
  if (coefOf(stmt.address.base, w.lanes) !== 1 || rows.some(isWide)) {
    return storeEach(w, stmt, keep(w, four));
  }
  const place = placeOf(w, w.buffers.get(stmt.buffer)!, stmt.address, (expr) => exprPiece(w, expr, 'int'));
  write(w, store('v128', settle(w, place.at, current(w)).code, four.code, place.offset));
}

function storeOne(w: Writer, stmt: StoreStmt, value: Piece): void {
  const buffer = w.buffers.get(stmt.buffer)!;
  const place = placeOf(w, buffer, stmt.address, (expr) => exprPiece(w, expr, 'int'));
  write(w, store(typeOf(w, buffer.type.dtype), settle(w, place.at, current(w)).code, value.code, place.offset)); // prettier-ignore
}

/** Four values that do not lie side by side. */
function storeEach(w: Writer, stmt: StoreStmt, four: Piece): void {
  const name = w.lanes!;
  const first = w.names.get(name)!;
  const { dtype } = w.buffers.get(stmt.buffer)!.type;
  for (let lane = 0; lane < 4; lane++) {
    w.lanes = null;
    w.lane = lane;
    if (lane > 0) w.names.set(name, { ...first, code: op('i32.add', first.code, i32(lane)), atomic: false });
    storeOne(w, stmt, settle(w, laneOf(w, four, lane, dtype === 'bool' ? 'int' : dtype), current(w)));
    w.names.set(name, first);
    w.lane = null;
    w.lanes = name;
  }
} // prettier-ignore
