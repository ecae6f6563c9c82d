import type { DType } from '../../ir/tensor-type.ts';
import {
  type Code,
  extractLane,
  f32,
  f32x4,
  f64,
  i32,
  i32x4,
  op,
  replaceLane,
  type ValType,
} from './code/code.ts';
import { isWide, join, type Piece, type Writer } from './writer.ts';

/** The type of one value. */
export function typeOf(w: Writer, dtype: DType): ValType {
  return dtype === 'float' ? w.float : 'i32';
}
export function shapeOf(dtype: DType): 'f32x4' | 'i32x4' {
  return dtype === 'float' ? 'f32x4' : 'i32x4';
}

export function numberPiece(w: Writer, value: number, dtype: DType): Piece {
  const code = dtype !== 'float' ? i32(value) : w.float === 'f32' ? f32(value) : f64(value);
  return { code, type: typeOf(w, dtype), level: 0, atomic: true };
}

/** A whole number, as a value of this type: rounded in f32 (it may be beyond 2²⁴). */
export function wholeAs(w: Writer, piece: Piece, dtype: DType): Piece {
  if (dtype !== 'float') return piece;
  if (isWide(piece)) return join(w, 'v128', [piece], (x) => op('f32x4.convert_i32x4_s', x!));
  return join(w, w.float, [piece], (x) => op(`${w.float}.convert_i32_s`, x!));
}

/** Four times the same, unless there are four already. */
export function widened(w: Writer, piece: Piece, dtype: DType): Piece {
  if (isWide(piece)) return piece;
  return join(w, 'v128', [piece], (x) => {
    if (dtype === 'float') return op('f32x4.splat', x!);
    return op('i32x4.splat', dtype === 'bool' ? op('i32.sub', i32(0), x!) : x!);
  });
}

/** True as 1 instead of as all bits. */
export function maskToInt(w: Writer, piece: Piece): Piece {
  return isWide(piece) ? join(w, 'v128', [piece], (x) => op('v128.and', x!, i32x4(1))) : piece;
}
export function maskToFloat(w: Writer, piece: Piece): Piece {
  return join(w, 'v128', [piece], (x) => op('v128.and', x!, f32x4(1)));
}

/** One of four. */
export function laneOf(w: Writer, piece: Piece, lane: number, dtype: DType): Piece {
  if (!isWide(piece)) return piece;
  return join(w, typeOf(w, dtype), [piece], (x) => {
    const value = extractLane(shapeOf(dtype), lane, x!);
    return dtype === 'bool' ? op('i32.and', value, i32(1)) : value;
  });
}

/**
 * Four points one by one, where four at a time cannot be done: `one` gives the value at a point, while the loop
 * variable stands for that point and values of four for theirs.
 */
export function laneByLane(w: Writer, dtype: DType, one: () => Piece): Piece {
  const name = w.lanes!;
  const first = w.names.get(name)!;
  const lanes = [0, 1, 2, 3].map((lane) => {
    w.lanes = null;
    w.lane = lane;
    const at = lane === 0 ? first.code : op('i32.add', first.code, i32(lane));
    w.names.set(name, { ...first, code: at, atomic: lane === 0 });
    const value = one();
    w.names.set(name, first);
    w.lanes = name;
    w.lane = null;
    return value;
  });
  const shape = shapeOf(dtype);
  return join(w, 'v128', lanes, (...codes) => {
    const values = dtype === 'bool' ? codes.map((code) => op('i32.sub', i32(0), code)) : codes;
    return values.slice(1).reduce((all: Code, code, i) => replaceLane(shape, i + 1, all, code), op(`${shape}.splat`, values[0]!)); // prettier-ignore
  });
}
