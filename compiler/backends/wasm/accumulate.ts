import type { Stmt } from '../../ir/kernel.ts';
import { type Code, get, type Local, op, select, set } from './code/code.ts';
import { exprPiece } from './expr.ts';
import { numberPiece, typeOf, widened } from './values.ts';
import { current, type Piece, settle, write, type Writer } from './writer.ts';

export type FoldStmt = Extract<Stmt, { kind: 'fold' }>;

export function accumulatorType(w: Writer, fold: FoldStmt) {
  return w.lanes === null ? typeOf(w, fold.dtype) : 'v128';
}
export function accumulator(w: Writer, fold: FoldStmt): Local {
  const local = w.f.local(accumulatorType(w, fold));
  write(w, set(local, startValue(w, fold).code));
  return local;
}

export function startValue(w: Writer, { fn, dtype }: FoldStmt): Piece {
  const [low, high] = dtype === 'float' ? [-Infinity, Infinity] : [-2147483648, 2147483647];
  const start = numberPiece(w, fn === 'sum' ? 0 : fn === 'max' ? low : high, dtype);
  return w.lanes === null ? start : widened(w, start, dtype === 'bool' ? 'int' : dtype);
}

/** The fold's value at a point, where the point's body has been written. */
export function valueOf(w: Writer, fold: FoldStmt): Piece {
  const dtype = fold.fn === 'argmax' || fold.fn === 'argmin' ? 'float' : fold.dtype;
  const value = exprPiece(w, fold.value, dtype);
  return settle(w, w.lanes === null ? value : widened(w, value, dtype), current(w));
}

export function combine(w: Writer, { fn, dtype }: FoldStmt, sofar: Code, value: Code): Code {
  const wide = w.lanes !== null;
  const name = fn === 'sum' ? 'add' : fn;
  if (dtype === 'float') return op(`${wide ? 'f32x4' : w.float}.${name}`, sofar, value);
  if (fn === 'sum') return op(wide ? 'i32x4.add' : 'i32.add', sofar, value);
  if (wide) return op(`i32x4.${fn}_s`, sofar, value);
  const kept = w.f.local('i32');
  write(w, set(kept, value));
  return select(op(fn === 'max' ? 'i32.gt_s' : 'i32.lt_s', sofar, get(kept)), sofar, get(kept));
}
