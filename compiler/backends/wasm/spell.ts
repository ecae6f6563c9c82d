import type { ScalarFn } from '../../ir/formula.ts';
import { mathNameIn, mathNames, type MathName } from '../../ir/scalar-math.ts';
import type { DType } from '../../ir/tensor-type.ts';
import { call, type Code, f32, f32x4, f64, i32, i32x4, op, replaceLane, select } from './code/code.ts';
import { floatFloorMod, intDivision, lowBits } from './math/helpers.ts';
import { mathFunction, mathOfFour } from './math/math.ts';
import { laneOf, shapeOf, widened } from './values.ts';
import { isWide, join, keep, type Piece, type Writer } from './writer.ts';

/** Functions of numbers that are not conditions, `select` or conversions. */
export type Arithmetic = Exclude<
  ScalarFn,
  'lt' | 'le' | 'gt' | 'ge' | 'eq' | 'ne' | 'and' | 'or' | 'not' | 'select' | 'toFloat' | 'toInt'
>;

/** One instruction on f32, f64 and f32x4 alike. */
const floats = new Set<ScalarFn>(['add', 'sub', 'mul', 'div', 'neg', 'abs', 'sqrt', 'max', 'min', 'floor', 'ceil']); // prettier-ignore
/** One instruction on i32 and i32x4 alike. */
const ints = new Set<ScalarFn>(['add', 'sub', 'mul']);

function isMath(fn: ScalarFn): fn is MathName {
  return (mathNames as readonly ScalarFn[]).includes(fn);
}

/** A call on floats, in the program's precision. */
export function floatCall(w: Writer, fn: Arithmetic, args: readonly Piece[]): Piece {
  const wide = args.some(isWide);
  const own = wide ? args.map((arg) => widened(w, arg, 'float')) : args;
  const type = wide ? 'v128' : w.float;
  const shape = wide ? 'f32x4' : w.float;
  const zero = wide ? f32x4(0) : w.float === 'f32' ? f32(0) : f64(0);
  if (floats.has(fn)) return join(w, type, own, (...x) => op(`${shape}.${fn}`, ...x));
  // Adding 0 makes −0, which rounding a small negative number gives, 0.
  if (fn === 'round') return join(w, type, own, (x) => op(`${shape}.add`, op(`${shape}.nearest`, x!), zero));
  if (fn === 'sign') {
    const x = keep(w, own[0]!);
    const isOther = op(`${shape}.gt`, op(`${shape}.abs`, x.code), zero);
    const one = wide
      ? op('v128.or', op('v128.and', x.code, f32x4(-0)), f32x4(1))
      : op(`${shape}.copysign`, w.float === 'f32' ? f32(1) : f64(1), x.code);
    return join(w, type, [x], () =>
      wide ? op('v128.bitselect', one, x.code, isOther) : select(isOther, one, x.code),
    );
  }
  if (wide && isMath(fn)) return join(w, 'v128', own, (...x) => call(mathOfFour(w.module, `${fn}f`), ...x));
  if (wide) return laneByLaneCall(w, 'float', own, (lanes) => floatCall(w, fn, lanes));
  return join(w, type, own, (...x) => rounded(w, ownCall(w, fn, x.map((arg) => promoted(w, arg))))); // prettier-ignore
}

function promoted(w: Writer, x: Code): Code {
  return w.float === 'f32' ? op('f64.promote_f32', x) : x;
}
function rounded(w: Writer, x: Code): Code {
  return w.float === 'f32' ? op('f32.demote_f64', x) : x;
}

/** A call on numbers of the program's precision, as f64. */
function ownCall(w: Writer, fn: Arithmetic, args: readonly Code[]): Code {
  if (!isMath(fn)) return doubleCall(w, fn, args);
  return call(mathFunction(w.module, mathNameIn(fn, 'float', w.program.precision), 1), ...args);
}

/** A call on f64. */
export function doubleCall(w: Pick<Writer, 'module'>, fn: Arithmetic, args: readonly Code[]): Code {
  if (isMath(fn)) return call(mathFunction(w.module, fn, 1), ...args);
  if (fn === 'mod') return call(floatFloorMod(w.module), ...args);
  if (fn === 'round') return op('f64.add', op('f64.nearest', args[0]!), f64(0));
  if (fn === 'sign') {
    const [x] = args as [Code];
    return select(op('f64.gt', op('f64.abs', x), f64(0)), op('f64.copysign', f64(1), x), x);
  }
  return op(`f64.${fn}`, ...args);
}

/** A float call of which some arguments are ints: exact, rounded once. */
export function mixedCall(w: Writer, fn: Arithmetic, args: readonly Piece[], types: readonly DType[]): Piece {
  if (args.some(isWide)) {
    return laneByLaneCall(w, 'float', args, (lanes) => mixedCall(w, fn, lanes, types), types);
  }
  return join(w, w.float, args, (...x) => rounded(w, ownCall(w, fn, x.map((arg, i) => asDouble(w, arg, types[i]!))))); // prettier-ignore
}
export function asDouble(w: Writer, x: Code, dtype: DType): Code {
  return dtype === 'float' ? promoted(w, x) : op('f64.convert_i32_s', x);
}

/** A call on ints: they wrap to 32 bits and are divided with floor, as ir/scalar-call.ts says. */
export function intCall(w: Writer, fn: Arithmetic, args: readonly Piece[]): Piece {
  const wide = args.some(isWide);
  const own = wide ? args.map((arg) => widened(w, arg, 'int')) : args;
  const type = wide ? 'v128' : 'i32';
  const shape = wide ? 'i32x4' : 'i32';
  if (ints.has(fn)) return join(w, type, own, (...x) => op(`${shape}.${fn}`, ...x));
  if (fn === 'floor' || fn === 'ceil' || fn === 'round') return own[0]!;
  if (fn === 'neg') return join(w, type, own, (x) => op(`${shape}.sub`, wide ? i32x4(0) : i32(0), x!));
  if (wide && (fn === 'max' || fn === 'min'))
    return join(w, type, own, (a, b) => op(`i32x4.${fn}_s`, a!, b!));
  if (wide && fn === 'abs') return join(w, type, own, (x) => op('i32x4.abs', x!));
  if (wide) return laneByLaneCall(w, 'int', own, (lanes) => intCall(w, fn, lanes));
  if (fn === 'div' || fn === 'mod') {
    const part = fn === 'div' ? 'quotient' : 'remainder';
    return join(w, type, own, (a, b) => call(intDivision(w.module, part), a!, b!));
  }
  if (fn === 'max' || fn === 'min') {
    const [a, b] = own.map((arg) => keep(w, arg)) as [Piece, Piece];
    const first = op(fn === 'max' ? 'i32.gt_s' : 'i32.lt_s', a.code, b.code);
    return join(w, type, [a, b], (x, y) => select(first, x!, y!));
  }
  if (fn === 'abs' || fn === 'sign') {
    const x = keep(w, own[0]!).code;
    const isNegative = op('i32.lt_s', x, i32(0));
    const value =
      fn === 'abs'
        ? select(isNegative, op('i32.sub', i32(0), x), x)
        : op('i32.sub', op('i32.gt_s', x, i32(0)), isNegative);
    return join(w, type, [own[0]!], () => value);
  }
  return join(w, type, own, (...x) =>
    call(lowBits(w.module), doubleCall(w, fn, x.map((arg) => op('f64.convert_i32_s', arg)))),
  ); // prettier-ignore
}

/** A call that is written for single values, on four. */
function laneByLaneCall(
  w: Writer,
  dtype: DType,
  args: readonly Piece[],
  one: (lanes: readonly Piece[]) => Piece,
  types: readonly DType[] = args.map(() => dtype),
): Piece {
  const kept = args.map((arg) => keep(w, arg));
  const lanes = [0, 1, 2, 3].map((lane) =>
    keep(w, one(kept.map((arg, i) => laneOf(w, arg, lane, types[i]!)))),
  );
  const shape = shapeOf(dtype);
  return join(w, 'v128', lanes, (first, ...rest) =>
    rest.reduce<Code>((all, code, i) => replaceLane(shape, i + 1, all, code), op(`${shape}.splat`, first!)),
  );
}
