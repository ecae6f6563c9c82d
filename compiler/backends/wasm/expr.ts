import type { Affine } from '../../ir/affine.ts';
import { argTypes, exprType, isComparison, isExpr } from '../../ir/expr-type.ts';
import type { ScalarFn } from '../../ir/formula.ts';
import type { Expr, Guard } from '../../ir/kernel.ts';
import { randomNameIn } from '../../ir/random.ts';
import { roundTo } from '../../ir/scalar-call.ts';
import type { DType } from '../../ir/tensor-type.ts';
import { affinePiece, coefOf, dimPiece, guardPiece, type Place, placeOf } from './address.ts';
import {
  call,
  choose,
  type Code,
  f32,
  f32x4,
  f64,
  get,
  i32,
  i32x4,
  load,
  op,
  select,
  set,
  tee,
} from './code/code.ts';
import { keyOf, randomFunction } from './math/random.ts';
import { openGuards } from './segments.ts';
import { type Arithmetic, asDouble, floatCall, intCall, mixedCall } from './spell.ts';
import {
  laneByLane,
  laneOf,
  maskToFloat,
  maskToInt,
  numberPiece,
  typeOf,
  wholeAs,
  widened,
} from './values.ts';
import { current, isWide, isWritten, join, keep, type Piece, pieceOf, type Writer } from './writer.ts';

type Load = Extract<Expr, { kind: 'load' }>;
type Call = Extract<Expr, { kind: 'call' }>;

/** A value; `dtype`: in which type a number, coordinate or size is meant. */
export function exprPiece(w: Writer, expr: Expr, dtype: DType): Piece {
  switch (expr.kind) {
    case 'number':
      return numberPiece(w, roundTo(expr.value, dtype, w.program.precision), dtype);
    case 'coordinate':
      return coordinatePiece(w, expr.index, dtype);
    case 'size':
      return wholeAs(w, dimPiece(w, expr.dim), dtype);
    case 'ref':
      return refPiece(w, expr.name);
    case 'load':
      return loadPiece(w, expr);
    case 'call':
      return callPiece(w, expr);
    case 'random':
      return randomPiece(w, expr);
  }
}

function refPiece(w: Writer, name: string): Piece {
  const named = w.names.get(name);
  if (!named) throw new Error(`unknown name ${name}`);
  return w.lane === null ? named : laneOf(w, named, w.lane, w.types.get(name)!);
}

/** What an index is at each of the four points; null where it is not a step further each time. */
function spread(w: Writer, index: Affine): Piece | null {
  const step = coefOf(index, w.lanes!);
  if (step === null || typeof step !== 'number') return null;
  const first = affinePiece(w, index);
  if (step === 0) return first;
  return join(w, 'v128', [first], (x) => op('i32x4.add', op('i32x4.splat', x!), i32x4(0, step, 2 * step, 3 * step))); // prettier-ignore
}

function coordinatePiece(w: Writer, index: Affine, dtype: DType): Piece {
  if (w.lanes === null) return wholeAs(w, affinePiece(w, index), dtype);
  const whole = spread(w, index);
  return whole ? wholeAs(w, whole, dtype) : laneByLane(w, dtype, () => coordinatePiece(w, index, dtype));
}

function loadPiece(w: Writer, expr: Load): Piece {
  const buffer = w.buffers.get(expr.buffer)!;
  const guards = openGuards(w, expr.guards);
  if (guards === null) return numberPiece(w, 0, expr.dtype);
  const asked = { ...expr, guards };
  const piece = w.lanes === null ? loadOne(w, asked) : loadFour(w, asked);
  return isWritten(w, buffer) ? { ...piece, level: current(w) } : piece;
}

const int = (w: Writer) => (value: Expr) => exprPiece(w, value, 'int');

function loadOne(w: Writer, { buffer, dtype, address, guards }: Load): Piece {
  const place = placeOf(w, w.buffers.get(buffer)!, address, int(w));
  const conditions = guards.map((guard) => guardPiece(w, guard, int(w)));
  const type = typeOf(w, dtype);
  return join(w, type, [place.at, ...conditions], (at, ...tests) => {
    const element = address.gathers.length > 0 ? withinArena(w, dtype, at!) : load(type, at!, place.offset);
    return tests.length === 0 ? element : choose(type, allOf(tests), element, zero(w, dtype));
  });
}

/** A gathered index is the data's business: outside of the arena there is NaN, or 0. */
function withinArena(w: Writer, dtype: DType, at: Code): Code {
  const kept = w.f.local('i32');
  const type = typeOf(w, dtype);
  const inside = op('i32.lt_u', tee(kept, at), i32(w.program.arenaBytes - w.slot + 1));
  return choose(type, inside, load(type, get(kept)), dtype === 'float' ? nan(w) : i32(0));
}
function nan(w: Writer): Code {
  return w.float === 'f32' ? f32(NaN) : f64(NaN);
}
function zero(w: Writer, dtype: DType): Code {
  if (dtype !== 'float') return i32(0);
  return w.float === 'f32' ? f32(0) : f64(0);
}
function allOf(conditions: readonly Code[]): Code {
  return conditions.reduce((a, b) => op('i32.and', a, b));
}

/** Elements of four points: one for all, four side by side, or each where it lies. */
function loadFour(w: Writer, expr: Load): Piece {
  const { dtype, address, guards } = expr;
  const one = (): Piece => laneByLane(w, dtype, () => loadOne(w, expr));
  const step = coefOf(address.base, w.lanes!);
  if (step !== 0 && step !== 1) return one();
  const indices = address.gathers.map(({ value }) => exprPiece(w, value, 'int'));
  if (indices.some(isWide)) return one();
  const fixed = guards.every(({ index }) => isExpr(index) || coefOf(index, w.lanes!) === 0);
  const wideGuard = guards.some(({ index }) => isExpr(index) && isWide(exprPiece(w, index, 'int')));
  if (wideGuard) return one();
  if (step === 0) return fixed ? loadOne(w, expr) : one();
  const conditions = fixed ? guards.map((guard) => guardPiece(w, guard, int(w))) : ends(w, guards);
  if (conditions === null) return one();
  const place = placeOf(w, w.buffers.get(expr.buffer)!, address, int(w));
  if (address.gathers.length > 0) conditions.push(fourWithinArena(w, place));
  const otherwise = fixed && address.gathers.length === 0 ? null : one().code;
  const piece = join(w, 'v128', [place.at, ...conditions], (at, ...tests) => {
    const four = load('v128', at!, place.offset);
    return tests.length === 0 ? four : choose('v128', allOf(tests), four, otherwise ?? i32x4(0));
  });
  const level = otherwise ? current(w) : piece.level;
  if (dtype !== 'bool') return { ...piece, level };
  return join(w, 'v128', [{ ...piece, level }], (x) => op('i32x4.ne', x!, i32x4(0)));
}
function fourWithinArena(w: Writer, { at }: Place): Piece {
  return join(w, 'i32', [at], (x) => op('i32.lt_u', x!, i32(Math.max(0, w.program.arenaBytes - 15))));
}

/** A guard holds for four points if it does at the first and the last; null where that is not known. */
function ends(w: Writer, guards: readonly Guard[]): Piece[] | null {
  const name = w.lanes!;
  const first = w.names.get(name)!;
  const linear = guards.every(({ index }) => isExpr(index) || coefOf(index, name) !== null);
  if (!linear) return null;
  const at = (lane: number): Piece[] => {
    w.names.set(name, lane === 0 ? first : { ...first, code: op('i32.add', first.code, i32(lane)), atomic: false });
    const found = guards.map((guard) => guardPiece(w, guard, int(w)));
    w.names.set(name, first);
    return found;
  }; // prettier-ignore
  return [...at(0), ...at(3)];
}

const logical: ReadonlySet<ScalarFn> = new Set<ScalarFn>(['and', 'or', 'not']);
function isCondition(fn: ScalarFn): boolean {
  return isComparison(fn) || logical.has(fn);
}

function callPiece(w: Writer, expr: Call): Piece {
  const { fn, dtype, args } = expr;
  if (isCondition(fn)) return conditionPiece(w, expr);
  if (fn === 'select') return selectPiece(w, expr);
  const types = argTypes(expr, w.types);
  const pieces = args.map((arg, i) => exprPiece(w, arg, types[i]!));
  if (fn === 'toFloat') return asFloat(w, pieces[0]!, types[0]!);
  if (fn === 'toInt') return asInt(w, pieces[0]!, types[0]!);
  const arithmetic = fn as Arithmetic;
  if ((fn === 'max' || fn === 'min') && dtype === 'float') {
    const at = args.findIndex((arg) => arg.kind === 'number');
    const x = pieces[1 - at];
    const limit = args[at];
    if (limit?.kind === 'number' && x && isWide(x) && types[1 - at] === 'float')
      return limited(w, fn, x, pieces[at]!, limit.value === 0);
  }
  if (dtype === 'float') {
    const plain = types.every((type) => type === 'float');
    return plain ? floatCall(w, arithmetic, pieces) : mixedCall(w, arithmetic, pieces, types);
  }
  const whole = pieces.map((piece, i) => (types[i] === 'bool' ? maskToInt(w, piece) : piece));
  return intCall(w, arithmetic, whole);
}

/**
 * Against a number, by one instruction of the processor where `max` takes eight. It leaves a zero as it is, of which 0 is
 * the greater: adding 0 makes it that.
 */
function limited(w: Writer, fn: 'max' | 'min', x: Piece, limit: Piece, isZero: boolean): Piece {
  return join(w, 'v128', [x, widened(w, limit, 'float')], (value, bound) => {
    const within = op(`f32x4.p${fn}`, value!, bound!);
    return isZero && fn === 'max' ? op('f32x4.add', within, f32x4(0)) : within;
  });
}

function asFloat(w: Writer, piece: Piece, from: DType): Piece {
  if (from === 'float') return piece;
  return from === 'bool' && isWide(piece) ? maskToFloat(w, piece) : wholeAs(w, piece, 'float');
}
function asInt(w: Writer, piece: Piece, from: DType): Piece {
  if (from === 'bool') return maskToInt(w, piece);
  if (from === 'int') return piece;
  if (isWide(piece)) return join(w, 'v128', [piece], (x) => op('i32x4.trunc_sat_f32x4_s', x!));
  return join(w, 'i32', [piece], (x) => op(`i32.trunc_sat_${w.float}_s`, x!));
}

/** A value of another type where this one is meant. */
function converted(w: Writer, piece: Piece, from: DType, to: DType): Piece {
  if (from === to) return piece;
  if (to === 'float') return asFloat(w, piece, from);
  if (from === 'float') return asInt(w, piece, from);
  if (to === 'int') return maskToInt(w, piece);
  return isWide(piece) ? join(w, 'v128', [piece], (x) => op('i32x4.ne', x!, i32x4(0))) : piece;
}

function selectPiece(w: Writer, { args, dtype }: Call): Piece {
  const [test, yes, no] = args as [Expr, Expr, Expr];
  const condition = conditionPiece(w, test);
  const sides = [yes, no].map((side) =>
    converted(w, exprPiece(w, side, dtype), exprType(side, w.types) ?? dtype, dtype),
  );
  if (![condition, ...sides].some(isWide))
    return join(w, typeOf(w, dtype), [condition, ...sides], (c, a, b) => select(c!, a!, b!));
  const [a, b] = sides.map((side) => widened(w, side, dtype)) as [Piece, Piece];
  if (isWide(condition)) return join(w, 'v128', [condition, a, b], (c, x, y) => op('v128.bitselect', x!, y!, c!));
  return join(w, 'v128', [condition, a, b], (c, x, y) => typedSelect(c!, x!, y!));
} // prettier-ignore

/** `select` of vectors names their type. */
function typedSelect(condition: Code, a: Code, b: Code): Code {
  return [a, b, condition, 0x1c, 1, 0x7b];
}

/** A truth value: 0 or 1, or masks. */
function conditionPiece(w: Writer, expr: Expr): Piece {
  if (expr.kind !== 'call' || !isCondition(expr.fn)) {
    const dtype = exprType(expr, w.types) ?? 'bool';
    return truth(w, exprPiece(w, expr, dtype), dtype, expr.kind === 'ref');
  }
  const { fn, args } = expr;
  if (isComparison(fn)) return comparison(w, expr);
  const parts = args.map((arg) => conditionPiece(w, arg));
  if (fn === 'not') {
    const [x] = parts as [Piece];
    return isWide(x) ? join(w, 'v128', [x], (c) => op('v128.not', c!)) : join(w, 'i32', [x], (c) => op('i32.eqz', c!)); // prettier-ignore
  }
  if (!parts.some(isWide)) return join(w, 'i32', parts, (a, b) => op(`i32.${fn}`, a!, b!));
  return join(w, 'v128', parts.map((part) => widened(w, part, 'bool')), (a, b) => op(`v128.${fn}`, a!, b!)); // prettier-ignore
}

/** Of what is not 0. Values of our own of type bool are 0 or 1, or masks; what the host wrote may be anything. */
function truth(w: Writer, piece: Piece, dtype: DType, own: boolean): Piece {
  if (isWide(piece)) {
    if (dtype === 'bool') return piece;
    const shape = dtype === 'float' ? 'f32x4' : 'i32x4';
    return join(w, 'v128', [piece], (x) => op(`${shape}.ne`, x!, i32x4(0)));
  }
  if (dtype === 'bool' && own) return piece;
  if (dtype === 'float') return join(w, 'i32', [piece], (x) => op(`${w.float}.ne`, x!, zero(w, 'float')));
  return join(w, 'i32', [piece], (x) => op('i32.ne', x!, i32(0)));
}

function comparison(w: Writer, expr: Call): Piece {
  const { fn, args } = expr;
  const types = argTypes(expr, w.types);
  const pieces = args.map((arg, i) => exprPiece(w, arg, types[i]!));
  const floats = types.filter((type) => type === 'float').length;
  const signed = fn === 'eq' || fn === 'ne' ? fn : `${fn}_s`;
  if (pieces.some(isWide)) {
    const equality = fn === 'eq' || fn === 'ne';
    const same = types[0] === types[1] && (types[0] !== 'bool' || equality);
    if (!same) {
      const kept = pieces.map((piece) => keep(w, piece));
      return laneByLane(w, 'bool', () => compareOnes(w, fn, kept.map((piece, i) => laneOf(w, piece, w.lane!, types[i]!)), types)); // prettier-ignore
    }
    const wide = pieces.map((piece, i) => widened(w, piece, types[i]!));
    const name = floats > 0 ? `f32x4.${fn}` : `i32x4.${signed}`;
    return join(w, 'v128', wide, (a, b) => op(name, a!, b!));
  }
  return compareOnes(w, fn, pieces, types);
}

function compareOnes(w: Writer, fn: ScalarFn, pieces: readonly Piece[], types: readonly DType[]): Piece {
  const floats = types.filter((type) => type === 'float').length;
  if (floats === 2) return join(w, 'i32', pieces, (a, b) => op(`${w.float}.${fn}`, a!, b!));
  if (floats === 1) return join(w, 'i32', pieces, (a, b) => op(`f64.${fn}`, asDouble(w, a!, types[0]!), asDouble(w, b!, types[1]!))); // prettier-ignore
  return join(w, 'i32', pieces, (a, b) => op(`i32.${fn === 'eq' || fn === 'ne' ? fn : `${fn}_s`}`, a!, b!));
}

/** The two halves of the key are made once per kernel. */
function randomPiece(w: Writer, expr: Extract<Expr, { kind: 'random' }>): Piece {
  const [k, l] = keys(w, expr.stream | 0);
  const dist = randomNameIn(expr.dist, w.program.precision);
  const draw = (index: Piece): Piece => {
    if (isWide(index)) {
      const fn = randomFunction(w.module, dist, 4);
      return join(w, 'v128', [k, l, index], (a, b, x) => call(fn, a!, b!, x!));
    }
    const fn = randomFunction(w.module, dist, 1);
    return join(w, w.float, [k, l, index], (a, b, x) => {
      const number = call(fn, a!, b!, x!);
      return w.float === 'f32' ? op('f32.demote_f64', number) : number;
    });
  };
  if (w.lanes === null) return draw(affinePiece(w, expr.index));
  const counters = spread(w, expr.index);
  return counters ? draw(counters) : laneByLane(w, 'float', () => draw(affinePiece(w, expr.index)));
}

function keys(w: Writer, stream: number): readonly [Piece, Piece] {
  const known = w.keys.get(stream);
  if (known) return known;
  const rng = w.program.buffers.find((buffer) => buffer.role === 'rng');
  if (!rng) throw new Error('a program that draws numbers has an rng buffer');
  const [k, l] = [w.f.local('i32'), w.f.local('i32')];
  // Both words are left by one call: the second is on top.
  w.blocks[0]!.code.push(set(k, set(l, keyOf(w.module, rng.offset * w.slot, w.slot, stream))));
  const pair = [pieceOf(k, 0), pieceOf(l, 0)] as const;
  w.keys.set(stream, pair);
  return pair;
}
