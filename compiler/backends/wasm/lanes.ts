import { dimPiece } from './address.ts';
import {
  call,
  type Code,
  fill,
  get,
  i32,
  load,
  op,
  repeatWhile,
  select,
  set,
  store,
  type ValType,
  when,
} from './code/code.ts';
import { accumulatorType, type FoldStmt } from './accumulate.ts';
import { capacityOf } from './loops.ts';
import type { ModuleWriter } from './code/module.ts';
import {
  current,
  ownScratch,
  type Piece,
  pieceOf,
  settle,
  takeScratch,
  write,
  type Writer,
} from './writer.ts';

/** Folds up to this long are summed in order. */
export const laneCount = 8;
export const chunkLength = 1024;

/** Ints wrap, so their order does not matter. */
export function usesLanes(w: Writer, fold: FoldStmt): boolean {
  const { fn, order, dtype, loops } = fold;
  return fn === 'sum' && order === 'lanes' && dtype === 'float' && capacityOf(w, ...loops) > laneCount;
}

/**
 * Adds up in eight lanes kept in memory, in chunks of 1,024, and chunks pairwise, as a binary counter carries. Open
 * folds that turn out short use the first lane alone, which is in order.
 */
export function writeLanes(
  w: Writer,
  fold: FoldStmt,
  points: (inside: (value: Piece) => void) => void,
): Piece {
  const type = accumulatorType(w, fold);
  const lanes = takeScratch(w, laneCount * bytesOf(type));
  const pending = pendingSums(w, fold, type);
  const [p, top, at] = [w.f.local('i32'), w.f.local('i32'), w.f.local('i32')];
  const places = [ownScratch(w, i32(lanes)), ownScratch(w, i32(pending))];
  const mask = laneMask(w, fold).code;
  write(w, set(p, i32(0)), set(top, i32(0)));
  write(w, fill(places[0]!, i32(0), i32(laneCount * bytesOf(type))));
  points((value) => {
    const step = ownScratch(w, op('i32.shl', op('i32.and', get(p), mask), i32(Math.log2(bytesOf(type)))));
    const sum = op(addition(type), load(type, get(at), lanes), value.code);
    write(w, set(at, step), store(type, get(at), sum, lanes));
    const end = call(endChunk(w.module, type), get(p), get(top), ...places);
    write(w, set(p, op('i32.add', get(p), i32(1))));
    if (capacityOf(w, ...fold.loops) >= chunkLength) {
      write(w, when(op('i32.eqz', op('i32.and', get(p), i32(chunkLength - 1))), set(top, end)));
    }
  });
  const sum = w.f.local(type);
  write(w, set(sum, call(endFold(w.module, type), get(p), get(top), ...places)));
  return pieceOf(sum, current(w));
}

/** Room for the sums of chunks that wait to be merged. */
export function pendingSums(w: Writer, fold: FoldStmt, type: ValType): number {
  const chunks = Math.max(capacityOf(w, ...fold.loops) / chunkLength, 1);
  return takeScratch(w, (Math.ceil(Math.log2(chunks)) + 2) * bytesOf(type));
}

/** 7, or 0 for an open fold of at most eight elements. */
export function laneMask(w: Writer, fold: FoldStmt): Piece {
  const seven: Piece = { code: i32(laneCount - 1), type: 'i32', level: 0, atomic: true };
  if (fold.loops.every(({ extent }) => typeof extent === 'number')) return seven;
  const size = fold.loops.map((loop) => dimPiece(w, loop.extent).code).reduce((a, b) => op('i32.mul', a, b));
  const code = select(op('i32.gt_s', size, i32(laneCount)), i32(laneCount - 1), i32(0));
  return settle(w, { code, type: 'i32', level: 0, atomic: false }, Math.max(1, current(w)));
}

const sizes: Readonly<Record<ValType, number>> = { i32: 4, i64: 8, f32: 4, f64: 8, v128: 16 };
export function bytesOf(type: ValType): number {
  return sizes[type];
}
export function addition(type: ValType): string {
  return type === 'v128' ? 'f32x4.add' : `${type}.add`;
}

/**
 * (p, top, lanes, pending) → top: the lanes are combined and cleared, and the sums of equally many chunks are merged.
 * p: elements so far, top: sums pending.
 */
export function endChunk(m: ModuleWriter, type: ValType): number {
  return m.shared(`endChunk ${type}`, () => {
    const size = bytesOf(type);
    const add = addition(type);
    return m.define(['i32', 'i32', 'i32', 'i32'], ['i32'], (f) => {
      const [p, top, lanes, pending] = f.params.map(get) as [Code, Code, Code, Code];
      const lane = (i: number): Code => load(type, lanes, i * size);
      const even = op(add, op(add, lane(0), lane(4)), op(add, lane(2), lane(6)));
      const odd = op(add, op(add, lane(1), lane(5)), op(add, lane(3), lane(7)));
      const [sum, chunks, at] = [f.local(type), f.local('i32'), f.local('i32')];
      const inBytes = i32(Math.log2(size));
      f.code.push(
        set(sum, op(add, even, odd)),
        set(chunks, op('i32.shr_u', op('i32.add', p, i32(chunkLength - 1)), i32(10))),
        set(at, op('i32.add', pending, op('i32.shl', top, inBytes))),
        repeatWhile(op('i32.eqz', op('i32.and', get(chunks), i32(1))), [
          set(at, op('i32.sub', get(at), i32(size))),
          set(sum, op(add, load(type, get(at)), get(sum))),
          set(chunks, op('i32.shr_u', get(chunks), i32(1))),
        ]),
        store(type, get(at), get(sum)),
        fill(lanes, i32(0), i32(laneCount * size)),
        op('i32.add', op('i32.shr_u', op('i32.sub', get(at), pending), inBytes), i32(1)),
      );
    });
  });
}

/** (p, top, lanes, pending) → the sum. */
export function endFold(m: ModuleWriter, type: ValType): number {
  return m.shared(`endFold ${type}`, () => {
    const chunk = endChunk(m, type);
    const size = bytesOf(type);
    return m.define(['i32', 'i32', 'i32', 'i32'], [type], (f) => {
      const [p, top, lanes, pending] = f.params as [(typeof f.params)[0], (typeof f.params)[0], (typeof f.params)[0], (typeof f.params)[0]]; // prettier-ignore
      const [at, sum] = [f.local('i32'), f.local(type)];
      f.code.push(
        when(op('i32.and', get(p), i32(chunkLength - 1)), set(top, call(chunk, get(p), get(top), get(lanes), get(pending)))), // prettier-ignore
        when(get(top), [
          set(at, op('i32.add', get(pending), op('i32.shl', op('i32.sub', get(top), i32(1)), i32(Math.log2(size))))), // prettier-ignore
          set(sum, load(type, get(at))),
          repeatWhile(op('i32.gt_u', get(at), get(pending)), [
            set(at, op('i32.sub', get(at), i32(size))),
            set(sum, op(addition(type), load(type, get(at)), get(sum))),
          ]),
        ]),
        get(sum),
      );
    });
  });
}
