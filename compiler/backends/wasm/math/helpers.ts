import {
  call,
  type Code,
  choose,
  f64,
  get,
  i32,
  op,
  repeatWhile,
  select,
  set,
  when,
  giveBack,
} from '../code/code.ts';
import type { ModuleWriter } from '../code/module.ts';

/** `x % y` of JavaScript: exact, with the sign of x. */
export function floatMod(m: ModuleWriter): number {
  return m.shared('floatMod', () =>
    m.define(['f64', 'f64'], ['f64'], (f) => {
      const [x, y] = f.params as [(typeof f.params)[0], (typeof f.params)[0]];
      const [a, b, t] = [f.local('f64'), f.local('f64'), f.local('f64')];
      const isFinite = op('f64.lt', get(a), f64(Infinity));
      const isDivisor = op('f64.gt', get(b), f64(0));
      f.code.push(
        set(a, op('f64.abs', get(x))),
        set(b, op('f64.abs', get(y))),
        when(op('i32.eqz', op('i32.and', isFinite, isDivisor)), [f64(NaN), giveBack]),
        when(op('f64.lt', get(a), get(b)), [get(x), giveBack]),
        // The greatest b·2^k that is not above a; then down again. Every difference is exact.
        set(t, get(b)),
        repeatWhile(
          op('f64.le', get(t), op('f64.mul', get(a), f64(0.5))),
          set(t, op('f64.add', get(t), get(t))),
        ),
        repeatWhile(op('f64.ge', get(t), get(b)), [
          when(op('f64.ge', get(a), get(t)), set(a, op('f64.sub', get(a), get(t)))),
          set(t, op('f64.mul', get(t), f64(0.5))),
        ]),
        op('f64.copysign', get(a), get(x)),
      );
    }),
  );
}

/** Floored: with the sign of the divisor. */
export function floatFloorMod(m: ModuleWriter): number {
  return m.shared('floatFloorMod', () => {
    const mod = floatMod(m);
    return m.define(['f64', 'f64'], ['f64'], (f) => {
      const [a, b] = f.params.map(get) as [Code, Code];
      const rest = f.local('f64');
      const differs = op('i32.ne', op('f64.lt', get(rest), f64(0)), op('f64.lt', b, f64(0)));
      f.code.push(
        set(rest, call(mod, a, b)),
        select(op('i32.and', op('f64.ne', get(rest), f64(0)), differs), op('f64.add', get(rest), b), get(rest)), // prettier-ignore
      );
    });
  });
}

/** Floored; 0 when divided by 0. The remainder has the sign of the divisor. */
export function intDivision(m: ModuleWriter, part: 'quotient' | 'remainder'): number {
  return m.shared(part, () =>
    m.define(['i32', 'i32'], ['i32'], (f) => {
      const [a, b] = f.params.map(get) as [Code, Code];
      const rest = f.local('i32');
      const inexact = op('i32.and', op('i32.ne', get(rest), i32(0)), op('i32.lt_s', op('i32.xor', get(rest), b), i32(0))); // prettier-ignore
      f.code.push(
        when(op('i32.eqz', b), [i32(0), giveBack]),
        set(rest, op('i32.rem_s', a, b)),
        part === 'remainder'
          ? select(inexact, op('i32.add', get(rest), b), get(rest))
          : choose(
              'i32',
              op('i32.eq', b, i32(-1)), // the quotient of the least int would not fit
              op('i32.sub', i32(0), a),
              op('i32.sub', op('i32.div_s', a, b), inexact),
            ),
      );
    }),
  );
}

/** The low 32 bits of the whole part, as `x | 0` in JavaScript. */
export function lowBits(m: ModuleWriter): number {
  return m.shared('lowBits', () => {
    const mod = floatMod(m);
    return m.define(['f64'], ['i32'], (f) => {
      const [x] = f.params.map(get) as [Code];
      f.code.push(op('i32.wrap_i64', op('i64.trunc_sat_f64_s', call(mod, x, f64(2 ** 32)))));
    });
  });
}
