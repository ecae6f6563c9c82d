import { choose, type Code, extractLane, f64, get, i32, i64, i64x2, load, op, replaceLane, select, set, type ValType } from '../code/code.ts'; // prettier-ignore
import type { FunctionWriter, ModuleWriter } from '../code/module.ts';

/** One f64, or two side by side. */
export type Width = 1 | 2;

/**
 * Arithmetic on one f64 or on two side by side: a formula is written once and spelled for both. Conditions are 0 or 1,
 * or masks; words are the same 64 bits as integers.
 */
export interface Kit {
  readonly width: Width;
  readonly number: (x: number) => Code;
  readonly word: (n: bigint) => Code;
  /** In a local, to be used more than once. */
  readonly keep: (x: Code) => Code;
  readonly keepWord: (w: Code) => Code;
  readonly keepCondition: (c: Code) => Code;
  readonly wordOf: (x: Code) => Code;
  readonly numberOf: (w: Code) => Code;
  readonly f: (name: 'add' | 'sub' | 'mul' | 'div' | 'neg' | 'abs' | 'sqrt' | 'floor' | 'lt' | 'le' | 'gt' | 'eq' | 'ne', ...x: readonly Code[]) => Code;
  readonly w: (name: 'add' | 'sub' | 'and' | 'or' | 'xor', a: Code, b: Code) => Code;
  readonly shift: (name: 'shl' | 'shr_u', w: Code, by: number) => Code;
  /** The lesser or greater of a number, which may be NaN, and a limit, which is not; of zeros either. */
  readonly atMost: (x: Code, limit: number) => Code;
  readonly atLeast: (x: Code, limit: number) => Code;
  readonly both: (c: Code, d: Code) => Code;
  readonly either: (c: Code, d: Code) => Code;
  /** `a` where the condition holds, else `b`. */
  readonly select: (c: Code, a: Code, b: Code) => Code;
  /** Puts `fn` of it in place of each number for which the condition holds; `fn` takes and gives one f64. */
  readonly rarely: (c: Code, x: Code, fn: (x: Code) => Code) => Code;
} // prettier-ignore

export function kit(m: ModuleWriter, f: FunctionWriter, width: Width): Kit {
  return width === 1 ? single(f) : pair(m, f);
}

function keeper(f: FunctionWriter, type: ValType) {
  return (value: Code): Code => {
    const local = f.local(type);
    f.code.push(set(local, value));
    return get(local);
  };
}

function single(f: FunctionWriter): Kit {
  return {
    width: 1,
    number: f64,
    word: i64,
    keep: keeper(f, 'f64'),
    keepWord: keeper(f, 'i64'),
    keepCondition: keeper(f, 'i32'),
    wordOf: (x) => op('i64.reinterpret_f64', x),
    numberOf: (w) => op('f64.reinterpret_i64', w),
    f: (name, ...x) => op(`f64.${name}`, ...x),
    w: (name, a, b) => op(`i64.${name}`, a, b),
    shift: (name, w, by) => op(`i64.${name}`, w, i64(BigInt(by))),
    atMost: (x, limit) => op('f64.min', x, f64(limit)),
    atLeast: (x, limit) => op('f64.max', x, f64(limit)),
    both: (c, d) => op('i32.and', c, d),
    either: (c, d) => op('i32.or', c, d),
    select,
    rarely: (c, x, fn) => choose('f64', c, fn(x), x),
  };
}

function pair(m: ModuleWriter, f: FunctionWriter): Kit {
  const keep = keeper(f, 'v128');
  /** Read from memory: engines make a vector in several instructions, and read it in one. */
  const both = (bits: bigint): Code => {
    const at = m.constant(bits);
    return at === null ? i64x2(bits) : load('load64_splat', i32(0), at);
  };
  const bitwise = new Set(['and', 'or', 'xor']);
  return {
    width: 2,
    number: (x) => both(bitsOf(x)),
    word: both,
    keep,
    keepWord: keep,
    keepCondition: keep,
    wordOf: (x) => x,
    numberOf: (w) => w,
    f: (name, ...x) => op(`f64x2.${name}`, ...x),
    w: (name, a, b) => op(bitwise.has(name) ? `v128.${name}` : `i64x2.${name}`, a, b),
    shift: (name, w, by) => op(`i64x2.${name}`, w, i32(by)),
    // One instruction of the processor, where `min` and `max` take eight.
    atMost: (x, limit) => op('f64x2.pmin', x, both(bitsOf(limit))),
    atLeast: (x, limit) => op('f64x2.pmax', x, both(bitsOf(limit))),
    both: (c, d) => op('v128.and', c, d),
    either: (c, d) => op('v128.or', c, d),
    select: (c, a, b) => op('v128.bitselect', a, b, c),
    rarely(c, x, fn) {
      const [mask, whole] = [keep(c), keep(x)];
      const lane = (i: number): Code => {
        const own = extractLane('f64x2', i, whole);
        const holds = op('i64.ne', extractLane('i64x2', i, mask), i64(0n));
        return choose('f64', holds, fn(own), own);
      };
      const replaced = replaceLane('f64x2', 1, replaceLane('f64x2', 0, whole, lane(0)), lane(1));
      return choose('v128', op('v128.any_true', mask), replaced, whole);
    },
  };
}

function bitsOf(x: number): bigint {
  return new BigUint64Array(new Float64Array([x]).buffer)[0]!;
}
