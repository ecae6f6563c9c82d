import { get, i32, i32x4, op, set, when } from './code/code.ts';
import { accumulator, combine, type FoldStmt } from './accumulate.ts';
import { runsAlong, runsDown, sumDown, type ValueAt, writeAlong } from './along.ts';
import { usesLanes, writeLanes } from './lanes.ts';
import { numberPiece, widened } from './values.ts';
import { current, keep, type Piece, pieceOf, write, type Writer } from './writer.ts';

/** Writes the loops of a fold, and what is done with its value at each of its points, in order. */
export type Points = (inside: (value: Piece) => void) => void;

/** A fold of one point, or of four at a time; gives its value. `value` writes one of its points alone. */
export function writeFold(w: Writer, fold: FoldStmt, points: Points, value: ValueAt): Piece {
  if (runsAlong(w, fold)) return writeAlong(w, fold, value);
  if (fold.fn === 'argmax' || fold.fn === 'argmin') return writeArgFold(w, fold, points);
  if (runsDown(w, fold)) return sumDown(w, fold, value);
  if (usesLanes(w, fold)) return writeLanes(w, fold, points);
  const sofar = accumulator(w, fold);
  points((value) => write(w, set(sofar, combine(w, fold, get(sofar), value.code))));
  return pieceOf(sofar, current(w));
}

/** The first of equals wins; the position counts the folded elements in row-major order. */
function writeArgFold(w: Writer, fold: FoldStmt, points: Points): Piece {
  const wide = w.lanes !== null;
  const beats = fold.fn === 'argmax' ? 'gt' : 'lt';
  const start = numberPiece(w, fold.fn === 'argmax' ? -Infinity : Infinity, 'float');
  const best = w.f.local(wide ? 'v128' : w.float);
  const at = w.f.local(wide ? 'v128' : 'i32');
  const p = w.f.local('i32');
  write(w, set(best, (wide ? widened(w, start, 'float') : start).code));
  write(w, set(at, wide ? i32x4(0) : i32(0)), set(p, i32(0)));
  points((value) => {
    const x = keep(w, value).code;
    if (wide) {
      const mask = w.f.local('v128');
      write(
        w,
        set(mask, op(`f32x4.${beats}`, x, get(best))),
        set(best, op('v128.bitselect', x, get(best), get(mask))),
        set(at, op('v128.bitselect', op('i32x4.splat', get(p)), get(at), get(mask))),
      );
    } else {
      write(w, when(op(`${w.float}.${beats}`, x, get(best)), [set(best, x), set(at, get(p))]));
    }
    write(w, set(p, op('i32.add', get(p), i32(1))));
  });
  return pieceOf(at, current(w));
}
