/* oxlint-disable no-loss-of-precision -- constants as ir/scalar-math.ts has them */
import type { MathName } from '../../../ir/scalar-math.ts';
import type { SingleName } from '../../../ir/scalar-math-single.ts';
import { call, type Code, f64, get, op, shuffle } from '../code/code.ts';
import { floatMod } from './helpers.ts';
import { kit, type Kit, type Width } from './kit.ts';
import { exponentOne, magic, series, signedPower, whole } from './parts.ts';
import { singleFormulas } from './single.ts';
import type { ModuleWriter } from '../code/module.ts';

/**
 * The functions of ir/scalar-math.ts, operation by operation in the same order, so with the same bits, for one number
 * or for two side by side. Powers of two, a table there, are composed from their bits here: the values are exact.
 */
type Formula = (k: Kit, x: Code, m: ModuleWriter) => Code;

/** ((a·z + b)·z + c)·z + … */
function falling(k: Kit, z: Code, ...coefs: readonly number[]): Code {
  return coefs.map((coef) => k.number(coef)).reduce((sum, coef) => k.f('add', k.f('mul', sum, z), coef));
}

/** x = k·ln 2 + r: what `exp` and `expm1` share. The low bits of `whole` are k. */
function reduced(k: Kit, x: Code, low: Code | null) {
  const u = k.keep(k.f('add', k.f('mul', x, k.number(Math.LOG2E)), k.number(magic)));
  const n = k.keep(k.f('sub', u, k.number(magic)));
  const h = k.keep(k.f('sub', x, k.f('mul', n, k.number(0.6931471803691238))));
  const last = k.f('mul', n, k.number(1.9082149292705877e-10));
  const l = k.keep(low ? k.f('sub', last, low) : last);
  const r = k.keep(k.f('sub', h, l));
  const z = k.keep(k.f('mul', r, r));
  const p = series(k, z, 0.16666666666666602, -0.0027777777777015593, 0.00006613756321437934, -0.0000016533902205465252, 4.1381367970572385e-8); // prettier-ignore
  const c = k.keep(k.f('sub', r, k.f('mul', z, p)));
  const quotient = k.f('div', k.f('mul', r, c), k.f('sub', k.number(2), c));
  return { n, whole: k.wordOf(u), sum: k.f('add', k.f('sub', quotient, l), h) };
}
/** 2^(n + plus), within the range of normal numbers; of n the low bits count. */
function powerOfTwo(k: Kit, n: Code, plus = 0): Code {
  return k.numberOf(k.shift('shl', k.w('add', n, k.word(BigInt(1023 + plus))), 52));
}

function exp(k: Kit, x: Code, low: Code | null = null): Code {
  const y = k.keep(k.atMost(k.atLeast(x, -750), 750));
  const { n, whole, sum } = reduced(k, y, low);
  // The first product is exact, so any half will do.
  const half = k.keepWord(k.wordOf(k.f('add', k.f('mul', n, k.number(0.5)), k.number(magic))));
  const scaled = k.f('mul', k.f('add', sum, k.number(1)), powerOfTwo(k, half));
  return k.f('mul', scaled, powerOfTwo(k, k.w('sub', whole, half)));
}

function expm1(k: Kit, x: Code): Code {
  const y = k.keep(k.atMost(k.atLeast(x, -50), 710));
  const { whole, sum } = reduced(k, y, null);
  const s = k.keep(powerOfTwo(k, whole, -1));
  const value = k.f('mul', k.f('add', k.f('mul', sum, s), k.f('sub', s, k.number(0.5))), k.number(2));
  return k.select(k.f('lt', k.f('abs', x), k.number(1e-17)), x, value);
}

/** A number that is not below 0 as 2^exponent · mantissa, with the mantissa in [√½, √2). */
function split(k: Kit, x: Code) {
  const tiny = k.keepCondition(k.f('lt', x, k.number(2.2250738585072014e-308)));
  const v = k.keepWord(k.wordOf(k.select(tiny, k.f('mul', x, k.number(18014398509481984)), x)));
  const shifted = k.keepWord(k.w('add', v, k.word(0x95f62n << 32n)));
  const field = k.w('and', shifted, k.word(2047n << 52n));
  const mantissa = k.keep(k.numberOf(k.w('add', k.w('sub', v, field), k.word(exponentOne))));
  const e = k.w('and', k.shift('shr_u', shifted, 52), k.word(2047n));
  const exponent = k.keep(k.f('sub', whole(k, e), k.select(tiny, k.number(1077), k.number(1023))));
  return { mantissa, exponent };
}
const oddTerms = [0.6666666666666735, 0.2857142874366239, 0.1818357216161805, 0.14798198605116586] as const;
const evenTerms = [0.3999999999940942, 0.22222198432149784, 0.15313837699209373] as const;

function log(k: Kit, x: Code): Code {
  const { mantissa, exponent } = split(k, x);
  const f = k.keep(k.f('sub', mantissa, k.number(1)));
  const s = k.keep(k.f('div', f, k.f('add', k.number(2), f)));
  const z = k.keep(k.f('mul', s, s));
  const w = k.keep(k.f('mul', z, z));
  const q = k.keep(k.f('mul', k.f('mul', k.number(0.5), f), f));
  const a = k.f('mul', w, series(k, w, ...evenTerms));
  const b = k.f('mul', z, series(k, w, ...oddTerms));
  const low = k.f('mul', exponent, k.number(1.9082149292705877e-10));
  const small = k.f('add', k.f('mul', s, k.f('add', q, k.f('add', a, b))), low);
  const y = k.f(
    'add',
    k.f('add', k.f('sub', small, q), f),
    k.f('mul', exponent, k.number(0.6931471803691238)),
  );
  const negative = k.select(k.f('lt', x, k.number(0)), k.number(NaN), k.number(-Infinity));
  const finite = k.select(k.f('gt', x, k.number(0)), y, negative);
  return k.select(k.f('lt', x, k.number(Infinity)), finite, x);
}

function log1p(k: Kit, x: Code): Code {
  const u = k.keep(k.f('add', k.number(1), x));
  const c = k.keep(k.f('sub', x, k.f('sub', u, k.number(1))));
  const isNumber = k.f('gt', k.f('abs', c), k.number(0)); // neither 0 nor NaN
  const rest = k.select(isNumber, k.f('div', c, u), k.number(0));
  return k.select(k.f('eq', u, k.number(1)), x, k.f('add', log(k, u), rest));
}

/** −y below 0, y above, and x itself where it is 0 or NaN. */
function odd(k: Kit, x: Code, y: Code): Code {
  const positive = k.select(k.f('gt', x, k.number(0)), y, x);
  return k.select(k.f('lt', x, k.number(0)), k.f('neg', y), positive);
}

function tanh(k: Kit, x: Code): Code {
  const t = k.keep(expm1(k, k.keep(k.f('mul', k.number(2), k.atMost(k.f('abs', x), 22)))));
  return odd(k, x, k.keep(k.f('div', t, k.f('add', t, k.number(2)))));
}

function trig(k: Kit, of: Code, n: number, m: ModuleWriter): Code {
  const isFar = k.f('le', k.number(1e6), k.f('abs', of));
  const x = k.keep(k.rarely(isFar, of, (far) => call(floatMod(m), far, f64(6.283185307179586))));
  const u = k.keep(
    k.f('add', k.f('sub', k.f('mul', x, k.number(0.3183098861837907)), k.number(n)), k.number(magic)),
  );
  const turns = k.keep(k.f('add', k.f('sub', u, k.number(magic)), k.number(n)));
  const a = k.keep(k.f('sub', x, k.f('mul', turns, k.number(3.1415926534682512))));
  const p = k.keep(k.f('mul', turns, k.number(1.2154201012607932e-10)));
  const b = k.keep(k.f('sub', a, p));
  const q = k.keep(k.f('mul', turns, k.number(4.044532497591901e-21)));
  const r = k.keep(k.f('sub', b, q));
  const t = k.keep(k.f('add', k.f('sub', k.f('sub', a, b), p), k.f('sub', k.f('sub', b, r), q)));
  const z = k.keep(k.f('mul', r, r));
  const corrected = k.f('mul', t, k.f('sub', k.number(1), k.f('mul', k.number(0.4), z)));
  const terms = series(k, z, -0.16666666666666666, 0.008333333333333316, -0.00019841269841254974, 2.7557319219163205e-6, -2.505210761699229e-8, 1.605897731221174e-10, -7.643970288741763e-13, 2.7314446665270123e-15); // prettier-ignore
  const y = k.f('add', r, k.f('add', corrected, k.f('mul', k.f('mul', r, z), terms)));
  return k.numberOf(k.w('xor', k.wordOf(y), k.shift('shl', k.wordOf(u), 63)));
}

function erf(k: Kit, x: Code): Code {
  const a = k.keep(k.atMost(k.f('abs', x), 6));
  const z = k.keep(k.f('mul', a, a));
  const n = falling(k, z, -0.8142222938153968, -20.440167208473555, -130.16048378339402, -905.1312883920703, 365.14075569929885); // prettier-ignore
  const d = falling(k, z, 1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.2368334391706);
  const near = k.keep(k.f('add', x, k.f('div', k.f('mul', x, n), d)));
  const p = falling(k, a, 2.1531153547440383e-8, 0.5641884969886701, 8.883149794388376, 66.11919063714163, 298.6351381974001, 881.952221241769, 1712.0476126340707, 2051.0783778260715, 1230.3393547979972); // prettier-ignore
  const q = falling(k, a, 1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334596, 4362.619090143247, 3439.3676741437216, 1230.3393548037494); // prettier-ignore
  const e = exp(k, k.keep(k.f('neg', z)));
  const y = k.keep(k.f('sub', k.number(1), k.f('div', k.f('mul', e, p), q)));
  return k.select(k.f('le', a, k.number(0.46875)), near, odd(k, x, y));
}

/** What `a·b = p` rounds away. */
function low(k: Kit, a: Code, b: Code, p: Code): Code {
  const high = (x: Code): Code => {
    const c = k.keep(k.f('mul', k.number(134217729), x));
    return k.keep(k.f('sub', c, k.f('sub', c, x)));
  };
  const [a1, b1] = [high(a), high(b)];
  const [a2, b2] = [k.keep(k.f('sub', a, a1)), k.keep(k.f('sub', b, b1))];
  const known = k.f('sub', k.f('sub', k.f('sub', p, k.f('mul', a1, b1)), k.f('mul', a2, b1)), k.f('mul', a1, b2)); // prettier-ignore
  return k.f('sub', k.f('mul', a2, b2), known);
}

function pow(k: Kit, x: Code, y: Code): Code {
  const m = k.keep(k.f('abs', x));
  const { mantissa: v, exponent } = split(k, m);
  const f = k.keep(k.f('sub', v, k.number(1)));
  const g = k.keep(k.f('add', v, k.number(1)));
  const s = k.keep(k.f('div', f, g));
  const p = k.keep(k.f('mul', s, g));
  const inexact = k.f('sub', k.f('sub', k.f('sub', f, p), low(k, s, g, p)), k.f('mul', s, k.f('sub', v, k.f('sub', g, k.number(1))))); // prettier-ignore
  const e = k.keep(k.f('div', inexact, g));
  const z = k.keep(k.f('mul', s, s));
  const w = k.keep(k.f('mul', z, z));
  const r = k.f('mul', s, k.f('add', k.f('mul', z, series(k, w, ...oddTerms)), k.f('mul', w, series(k, w, ...evenTerms)))); // prettier-ignore
  const a = k.keep(k.f('mul', exponent, k.number(0.6931471803691238)));
  const twice = k.keep(k.f('mul', k.number(2), s));
  const b = k.keep(k.f('add', a, twice));
  const rest = k.f('add', k.f('add', k.f('mul', k.number(2), e), r), k.f('mul', exponent, k.number(1.9082149292705877e-10))); // prettier-ignore
  const d = k.keep(k.f('add', k.f('add', k.f('sub', a, b), twice), rest));
  const h = k.keep(k.f('add', b, d));
  const l = k.f('add', k.f('sub', b, h), d);
  const t = k.keep(k.f('mul', y, h));
  const extra = k.keep(k.f('add', low(k, y, h, t), k.f('mul', y, l)));
  const isNegative = k.f('lt', t, k.number(0));
  const far = k.select(k.f('gt', t, k.number(0)), k.number(Infinity), k.select(isNegative, k.number(0), k.number(NaN))); // prettier-ignore
  const q = k.select(k.f('lt', k.f('abs', t), k.number(1000)), exp(k, t, extra), far);
  const down = k.keepCondition(k.f('lt', y, k.number(0)));
  const ofZero = k.select(down, k.number(Infinity), k.number(0));
  const ofInfinity = k.select(down, k.number(0), k.number(Infinity));
  const special = k.select(
    k.f('eq', m, k.number(0)),
    ofZero,
    k.select(k.f('eq', m, k.number(Infinity)), ofInfinity, q),
  );
  const power = k.keep(k.select(k.f('eq', m, k.number(1)), k.number(1), special));
  return signedPower(k, x, y, m, power);
}

const formulas: Readonly<Record<Exclude<MathName, 'pow'>, Formula>> = {
  exp: (k, x) => exp(k, x),
  expm1,
  log,
  log1p,
  tanh,
  erf,
  sigmoid: (k, x) => k.f('div', k.number(1), k.f('add', k.number(1), exp(k, k.keep(k.f('neg', x))))),
  softplus: (k, x) => {
    const e = k.keep(exp(k, k.keep(k.f('neg', k.f('abs', x)))));
    return k.f('add', k.atLeast(x, 0), log1p(k, e));
  },
  sin: (k, x, m) => k.select(k.f('eq', x, k.number(0)), x, trig(k, x, 0, m)),
  cos: (k, x, m) => k.f('neg', trig(k, x, 0.5, m)),
};

type Name = MathName | SingleName;

function formula(k: Kit, name: Name, args: readonly Code[], m: ModuleWriter): Code {
  const [x, y] = args as [Code, Code];
  if (name in singleFormulas) return singleFormulas[name as SingleName](k, m, x, y);
  return name === 'pow' ? pow(k, x, y) : formulas[name as Exclude<MathName, 'pow'>](k, x, m);
}
function arity(name: Name): number {
  return name === 'pow' || name === 'powf' ? 2 : 1;
}

/** The function of this name: of f64 to f64, or of pairs to pairs. */
export function mathFunction(m: ModuleWriter, name: Name, width: Width): number {
  return m.shared(`${name}${width}`, () => {
    const type = width === 1 ? 'f64' : 'v128';
    return m.define(
      Array.from({ length: arity(name) }, () => type),
      [type],
      (f) => {
        f.code.push(formula(kit(m, f, width), name, f.params.map(get), m));
      },
    );
  });
}

/** The function of four f32 to four f32: computed in f64, rounded once. */
export function mathOfFour(m: ModuleWriter, name: SingleName): number {
  return m.shared(`${name}4`, () =>
    m.define(
      Array.from({ length: arity(name) }, () => 'v128' as const),
      ['v128'],
      (f) => {
        const k = kit(m, f, 2);
        const half = (lanes: readonly [number, number, number, number] | null): Code => {
          const args = f.params.map((param) => {
            const own = lanes ? shuffle(get(param), get(param), lanes) : get(param);
            return k.keep(op('f64x2.promote_low_f32x4', own));
          });
          return k.keep(op('f32x4.demote_f64x2_zero', formula(k, name, args, m)));
        };
        f.code.push(shuffle(half(null), half([2, 3, 2, 3]), [0, 1, 4, 5]));
      },
    ),
  );
}
