import type { Loop } from '../../ir/kernel.ts';
import { accumulator, combine, type FoldStmt, startValue } from './accumulate.ts';
import { type Code, call, extractLane, get, i32, load, type Local, op, repeatWhile, select, set, shuffle, store, when } from './code.ts'; // prettier-ignore
import { chunkLength, endChunk, endFold, laneCount, laneMask, pendingSums, usesLanes } from './lanes.ts';
import { capacityOf, extentPiece, nest, nestFour, withLanes } from './loops.ts';
import { widened } from './values.ts';
import {
  block,
  current,
  keep,
  ownScratch,
  type Piece,
  pieceOf,
  settle,
  takeScratch,
  write,
  type Writer,
} from './writer.ts';

/**
 * A fold that goes through its own elements four at a time: a sum by lanes, whose eight lanes are two vectors, or a
 * maximum or minimum, which do not mind the order.
 */
export function runsAlong(w: Writer, fold: FoldStmt): boolean {
  const { fn, dtype, loops, body } = fold;
  const last = loops.at(-1);
  if (w.float !== 'f32' || w.lanes !== null || w.lane !== null || dtype !== 'float' || !last) return false;
  if (body.some((stmt) => stmt.kind === 'fold') || capacityOf(w, last) < laneCount) return false;
  if (fn === 'max' || fn === 'min') return true;
  return usesLanes(w, fold) && loops.length === 1;
}

/** Writes what a fold adds at the point where its loop variables stand. */
export type ValueAt = (inside: (value: Piece) => void) => void;

export function writeAlong(w: Writer, fold: FoldStmt, value: ValueAt): Piece {
  if (fold.fn === 'sum') return sumAlong(w, fold, value);
  const one = accumulator(w, fold);
  const four = w.f.local('v128');
  write(w, set(four, settle(w, widened(w, startValue(w, fold), 'float'), current(w)).code));
  nest(w, fold.loops.slice(0, -1), () =>
    nestFour(w, fold.loops.at(-1)!, () =>
      value((x) => {
        const sofar = w.lanes === null ? one : four;
        write(w, set(sofar, combine(w, fold, get(sofar), x.code)));
      }),
    ),
  );
  for (let lane = 0; lane < 4; lane++) {
    write(w, set(one, combine(w, fold, get(one), extractLane('f32x4', lane, get(four)))));
  }
  return pieceOf(one, current(w));
}

/** Lanes 0 to 3 and 4 to 7 in two vectors; what is left of eight is added to its lane in memory. */
function sumAlong(w: Writer, fold: FoldStmt, value: ValueAt): Piece {
  const [loop] = fold.loops as [Loop];
  const capacity = capacityOf(w, loop);
  const long = capacity >= chunkLength;
  const ragged = typeof loop.extent !== 'number' || loop.extent % laneCount !== 0;
  const size = keep(w, extentPiece(w, loop));
  const mask = laneMask(w, fold);
  const lanes = takeScratch(w, laneCount * 4);
  const pending = long ? pendingSums(w, fold, 'f32') : 0;
  const [k, top, sum] = [w.f.local('i32'), w.f.local('i32'), w.f.local('f32')];
  const halves = [w.f.local('v128'), w.f.local('v128')];
  write(w, set(k, i32(0)), set(top, i32(0)));

  const chunk = (): void => {
    const end = long ? keep(w, chunkEnd(w, k, size)) : size;
    const eights = op('i32.and', op('i32.sub', end.code, get(k)), i32(-laneCount));
    // None when all is in order: an open fold that turns out short.
    const whole = typeof loop.extent === 'number' ? eights : select(mask.code, eights, i32(0));
    const limit = keep(w, at(w, op('i32.add', get(k), whole)));
    write(w, ...halves.map((half) => set(half, zeros)));
    repeatFrom(w, k, limit, laneCount, () =>
      halves.forEach((half, i) =>
        standingAt(w, loop, at(w, i === 0 ? get(k) : op('i32.add', get(k), i32(4))), () =>
          withLanes(w, loop.name, () =>
            value((x) => write(w, set(half, op('f32x4.add', get(half), x.code)))),
          ),
        ),
      ),
    );
    if (!ragged && !long) return;
    write(w, ...halves.map((half, i) => store('v128', ownScratch(w, i32(0)), get(half), lanes + i * 16)));
    repeatFrom(w, k, end, 1, () =>
      standingAt(w, loop, pieceOf(k, current(w)), () =>
        value((x) => {
          const lane = keep(w, at(w, ownScratch(w, op('i32.shl', op('i32.and', get(k), mask.code), i32(2)))));
          write(w, store('f32', lane.code, op('f32.add', load('f32', lane.code, lanes), x.code), lanes));
        }),
      ),
    );
  };
  if (!long) {
    chunk();
    if (ragged)
      write(w, ...halves.map((half, i) => set(half, load('v128', ownScratch(w, i32(0)), lanes + i * 16))));
    write(w, set(sum, sumOfLanes(w, halves)));
    return pieceOf(sum, current(w));
  }
  const args = [get(k), get(top), ownScratch(w, i32(lanes)), ownScratch(w, i32(pending))];
  repeatFrom(w, k, size, 0, () => {
    chunk();
    const full = op('i32.eqz', op('i32.and', get(k), i32(chunkLength - 1)));
    write(w, when(full, set(top, call(endChunk(w.module, 'f32'), ...args))));
  });
  write(w, set(sum, call(endFold(w.module, 'f32'), ...args)));
  return pieceOf(sum, current(w));
}

const zeros: Code = [0xfd, 12, Array.from({ length: 16 }, () => 0)];

function at(w: Writer, code: Code): Piece {
  return { code, type: 'i32', level: current(w), atomic: false };
}
function chunkEnd(w: Writer, k: Local, size: Piece): Piece {
  const next = op('i32.add', get(k), i32(chunkLength));
  return at(w, select(op('i32.lt_s', next, size.code), next, size.code));
}

function repeatFrom(w: Writer, k: Local, end: Piece, step: number, inside: () => void): void {
  const goesOn = op('i32.lt_s', get(k), end.code);
  const body = block(w, () => {
    inside();
    if (step > 0) write(w, set(k, op('i32.add', get(k), i32(step))));
  });
  write(w, repeatWhile(goesOn, body));
}

/** The loop's variable as this value. */
function standingAt(w: Writer, loop: Loop, variable: Piece, inside: () => void): void {
  w.names.set(loop.name, variable);
  w.types.set(loop.name, 'int');
  inside();
}

/** ((l0 + l4) + (l2 + l6)) + ((l1 + l5) + (l3 + l7)) */
function sumOfLanes(w: Writer, halves: readonly Local[]): Code {
  const [a, b] = halves.map(get) as [Code, Code];
  const pairs = w.f.local('v128');
  write(w, set(pairs, op('f32x4.add', a, b)));
  write(w, set(pairs, op('f32x4.add', get(pairs), shuffle(get(pairs), get(pairs), [2, 3, 0, 1]))));
  return op('f32.add', extractLane('f32x4', 0, get(pairs)), extractLane('f32x4', 1, get(pairs)));
}
