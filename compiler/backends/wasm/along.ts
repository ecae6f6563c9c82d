import type { Loop } from '../../ir/kernel.ts';
import { accumulator, combine, type FoldStmt, startValue } from './accumulate.ts';
import { type Code, call, extractLane, get, i32, load, type Local, op, repeatWhile, select, set, shuffle, store, when } from './code/code.ts'; // prettier-ignore
import { addition, bytesOf, chunkLength, endChunk, endFold, laneCount, laneMask, pendingSums, usesLanes } from './lanes.ts'; // prettier-ignore
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

/** Four sums by lanes side by side, down the columns: each lane is a vector. */
export function runsDown(w: Writer, fold: FoldStmt): boolean {
  const { loops, body } = fold;
  if (w.lanes === null || !usesLanes(w, fold) || loops.length !== 1) return false;
  return body.every((stmt) => stmt.kind === 'let');
}

/** Lanes 0 to 3 and 4 to 7 in two vectors. */
function sumAlong(w: Writer, fold: FoldStmt, value: ValueAt): Piece {
  const [loop] = fold.loops as [Loop];
  return sumByLanes(w, fold, value, {
    type: 'f32',
    inside: (k, add) =>
      [0, 1].forEach((half) =>
        standingAt(w, loop, at(w, op('i32.add', get(k), i32(half * 4))), () =>
          withLanes(w, loop.name, () => value((x) => add(half, x))),
        ),
      ),
    vectors: 2,
    end: (halves) => sumOfLanes(w, halves),
  });
}

export function sumDown(w: Writer, fold: FoldStmt, value: ValueAt): Piece {
  const [loop] = fold.loops as [Loop];
  return sumByLanes(w, fold, value, {
    type: 'v128',
    inside: (k, add) => {
      for (let lane = 0; lane < laneCount; lane++)
        standingAt(w, loop, at(w, op('i32.add', get(k), i32(lane))), () => value((x) => add(lane, x)));
    },
    vectors: laneCount,
    end: (lanes) => {
      const sum = (a: Code, b: Code): Code => op('f32x4.add', a, b);
      const [a, b, c, d, e, f, g, h] = lanes.map(get) as [Code, Code, Code, Code, Code, Code, Code, Code];
      return sum(sum(sum(a, e), sum(c, g)), sum(sum(b, f), sum(d, h)));
    },
  });
}

/** How the eight lanes are held, and how eight terms are added to them. */
interface Lanes {
  /** Of one lane in memory. */
  readonly type: 'f32' | 'v128';
  readonly vectors: number;
  readonly inside: (k: Local, add: (vector: number, x: Piece) => void) => void;
  readonly end: (vectors: readonly Local[]) => Code;
}

/** The lanes in vectors; what is left of eight terms is added to its lane in memory. */
function sumByLanes(w: Writer, fold: FoldStmt, value: ValueAt, { type, vectors, inside, end }: Lanes): Piece {
  const [loop] = fold.loops as [Loop];
  const capacity = capacityOf(w, loop);
  const long = capacity >= chunkLength;
  const ragged = typeof loop.extent !== 'number' || loop.extent % laneCount !== 0;
  const size = keep(w, extentPiece(w, loop));
  const mask = laneMask(w, fold);
  const lanes = takeScratch(w, laneCount * bytesOf(type));
  const pending = long ? pendingSums(w, fold, type) : 0;
  const [k, top, sum] = [w.f.local('i32'), w.f.local('i32'), w.f.local(type)];
  const held = Array.from({ length: vectors }, () => w.f.local('v128'));
  write(w, set(k, i32(0)), set(top, i32(0)));

  const chunk = (): void => {
    const chunkSize = long ? keep(w, chunkEnd(w, k, size)) : size;
    const eights = op('i32.and', op('i32.sub', chunkSize.code, get(k)), i32(-laneCount));
    // None when all is in order: an open fold that turns out short.
    const whole = typeof loop.extent === 'number' ? eights : select(mask.code, eights, i32(0));
    const limit = keep(w, at(w, op('i32.add', get(k), whole)));
    write(w, ...held.map((vector) => set(vector, zeros)));
    repeatFrom(w, k, limit, laneCount, () =>
      inside(k, (i, x) => write(w, set(held[i]!, op('f32x4.add', get(held[i]!), x.code)))),
    );
    if (!ragged && !long) return;
    write(w, ...held.map((vector, i) => store('v128', ownScratch(w, i32(0)), get(vector), lanes + i * 16)));
    repeatFrom(w, k, chunkSize, 1, () =>
      standingAt(w, loop, pieceOf(k, current(w)), () =>
        value((x) => {
          const shift = i32(Math.log2(bytesOf(type)));
          const lane = keep(w, at(w, ownScratch(w, op('i32.shl', op('i32.and', get(k), mask.code), shift))));
          write(w, store(type, lane.code, op(addition(type), load(type, lane.code, lanes), x.code), lanes));
        }),
      ),
    );
  };
  if (!long) {
    chunk();
    if (ragged)
      write(w, ...held.map((vector, i) => set(vector, load('v128', ownScratch(w, i32(0)), lanes + i * 16))));
    write(w, set(sum, end(held)));
    return pieceOf(sum, current(w));
  }
  const args = [get(k), get(top), ownScratch(w, i32(lanes)), ownScratch(w, i32(pending))];
  repeatFrom(w, k, size, 0, () => {
    chunk();
    const full = op('i32.eqz', op('i32.and', get(k), i32(chunkLength - 1)));
    write(w, when(full, set(top, call(endChunk(w.module, type), ...args))));
  });
  write(w, set(sum, call(endFold(w.module, type), ...args)));
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
