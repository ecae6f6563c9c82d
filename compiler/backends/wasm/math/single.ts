import type { SingleName } from '../../../ir/scalar-math-single.ts';
import { call, type Code, f64 } from '../code/code.ts';
import { floatMod } from './helpers.ts';
import type { Kit } from './kit.ts';
import { exponentOne, magic, series, signedPower, whole } from './parts.ts';
import type { ModuleWriter } from '../code/module.ts';

/** The functions of ir/scalar-math-single.ts, operation by operation in the same order. */

/** x = n·ln 2 + r: e^r − 1, and 2^n. */
function raised(k: Kit, y: Code) {
  const u = k.keep(k.f('add', k.f('mul', y, k.number(Math.LOG2E)), k.number(magic)));
  const n = k.f('sub', u, k.number(magic));
  const r = k.keep(k.f('sub', y, k.f('mul', n, k.number(Math.LN2))));
  const q = series(k, r, 0.5000000065992327, 0.16666665866776753, 0.04166629912935135, 0.008333498376310103, 0.0013944421712954887, 0.00019789341557109103); // prettier-ignore
  const m = k.f('add', r, k.f('mul', k.f('mul', r, r), q));
  // The low bits of u are n; the others are shifted out.
  const power = k.numberOf(k.shift('shl', k.w('add', k.wordOf(u), k.word(1023n)), 52));
  return { m, power };
}

function exp(k: Kit, x: Code): Code {
  const { m, power } = raised(k, k.keep(k.atMost(k.atLeast(x, -150), 150)));
  return k.f('mul', k.f('add', m, k.number(1)), power);
}

function expm1(k: Kit, x: Code): Code {
  const { m, power } = raised(k, k.keep(k.atMost(k.atLeast(x, -50), 150)));
  const s = k.keep(power);
  const value = k.f('add', k.f('mul', m, s), k.f('sub', s, k.number(1)));
  return k.select(k.f('eq', x, k.number(0)), x, value);
}

/** u = 2^k·m with m in [√½, √2): k, and the bits of k + 1023 in their place. */
function exponentOf(k: Kit, u: Code) {
  const shifted = k.keepWord(k.w('add', k.wordOf(u), k.word(0x95f62n << 32n)));
  const field = k.keepWord(k.w('and', shifted, k.word(2047n << 52n)));
  const exponent = k.f('sub', whole(k, k.shift('shr_u', field, 52)), k.number(1023));
  return { exponent, field };
}
function logOf(k: Kit, f: Code, exponent: Code): Code {
  const s = k.keep(k.f('div', f, k.f('add', k.number(2), f)));
  const z = k.keep(k.f('mul', s, s));
  const t = k.keep(k.f('add', s, s));
  const w = series(k, z, 0.33333332821677375, 0.20000167854209655, 0.142686366264889, 0.11791431604382938);
  const own = k.f('add', t, k.f('mul', k.f('mul', t, z), w));
  return k.f('add', k.f('mul', exponent, k.number(Math.LN2)), own);
}
/** y above `low`, −∞ there, NaN below, and x itself where it is ∞ or NaN. */
function inDomain(k: Kit, x: Code, low: number, y: Code): Code {
  const outside = k.select(k.f('lt', x, k.number(low)), k.number(NaN), k.number(-Infinity));
  const inside = k.select(k.f('gt', x, k.number(low)), y, outside);
  return k.select(k.f('lt', x, k.number(Infinity)), inside, x);
}

function log(k: Kit, x: Code): Code {
  const { exponent, field } = exponentOf(k, x);
  const mantissa = k.w('add', k.w('sub', k.wordOf(x), field), k.word(exponentOne));
  const f = k.keep(k.f('sub', k.numberOf(mantissa), k.number(1)));
  return inDomain(k, x, 0, logOf(k, f, exponent));
}

function log1p(k: Kit, x: Code): Code {
  const u = k.keep(k.f('add', k.number(1), x));
  const c = k.f('sub', x, k.f('sub', u, k.number(1)));
  const { exponent, field } = exponentOf(k, u);
  const scale = k.keep(k.numberOf(k.w('sub', k.word(2046n << 52n), field)));
  const near = k.f('sub', k.f('mul', u, scale), k.number(1));
  const f = k.keep(k.f('add', near, k.f('mul', c, scale)));
  const y = k.select(k.f('eq', u, k.number(1)), x, logOf(k, f, exponent));
  return inDomain(k, x, -1, y);
}

function tanh(k: Kit, x: Code): Code {
  const a = k.keep(k.atMost(k.atLeast(x, -9.05), 9.05));
  const z = k.keep(k.f('mul', a, a));
  const p = series(k, z, 0.9999999999623304, 0.14098135860054978, 0.004424516814879135, 4.223672205848072e-5, 1.1096244823361762e-7, 3.661011557936994e-11); // prettier-ignore
  const q = series(k, z, 1, 0.4743146915187886, 0.02919608141020723, 0.0005005583521544726, 2.600407582703639e-6, 2.943231605871543e-9); // prettier-ignore
  return k.f('div', k.f('mul', a, p), q);
}

function erf(k: Kit, x: Code): Code {
  const a = k.keep(k.atMost(k.atLeast(x, -4), 4));
  const z = k.keep(k.f('mul', a, a));
  const p = series(k, z, 1.1283791693584941, 0.18520533717459098, 0.05431703553995742, 0.0038496789997605556, 0.0003796036796923317, 4.6845822674766756e-6, -1.3201349666944982e-8); // prettier-ignore
  const q = series(k, z, 1, 0.49746737011334635, 0.11395915215742686, 0.015462205245968261, 0.0013075768659177606, 6.310876588958276e-5); // prettier-ignore
  return k.f('div', k.f('mul', a, p), q);
}

function sigmoid(k: Kit, x: Code): Code {
  return k.f('div', k.number(1), k.f('add', k.number(1), exp(k, k.keep(k.f('neg', x)))));
}

function softplus(k: Kit, x: Code): Code {
  const e = k.keep(exp(k, k.keep(k.f('neg', k.f('abs', x)))));
  return k.f('add', k.atLeast(x, 0), log1p(k, e));
}

function trig(k: Kit, of: Code, n: number, m: ModuleWriter): Code {
  const isFar = k.f('le', k.number(1e6), k.f('abs', of));
  const x = k.keep(k.rarely(isFar, of, (far) => call(floatMod(m), far, f64(6.283185307179586))));
  const near = k.f('sub', k.f('mul', x, k.number(0.3183098861837907)), k.number(n));
  const u = k.keep(k.f('add', near, k.number(magic)));
  const turns = k.keep(k.f('add', k.f('sub', u, k.number(magic)), k.number(n)));
  const first = k.f('sub', x, k.f('mul', turns, k.number(3.1415926534682512)));
  const r = k.keep(k.f('sub', first, k.f('mul', turns, k.number(1.2154201013012384e-10))));
  const z = k.keep(k.f('mul', r, r));
  const terms = series(k, z, -0.16666666626284574, 0.008333331112803695, -0.0001984086864912342, 2.7525403313932526e-6, -2.3889196805431618e-8); // prettier-ignore
  const y = k.f('add', r, k.f('mul', k.f('mul', r, z), terms));
  return k.numberOf(k.w('xor', k.wordOf(y), k.shift('shl', k.wordOf(u), 63)));
}

function pow(k: Kit, x: Code, y: Code): Code {
  const a = k.keep(k.f('abs', x));
  const power = exp(k, k.keep(k.f('mul', y, k.keep(log(k, a)))));
  return signedPower(k, x, y, a, k.keep(k.select(k.f('eq', a, k.number(1)), k.number(1), power)));
}

export const singleFormulas: Readonly<
  Record<SingleName, (k: Kit, m: ModuleWriter, x: Code, y: Code) => Code>
> = {
  expf: (k, _, x) => exp(k, x),
  expm1f: (k, _, x) => expm1(k, x),
  logf: (k, _, x) => log(k, x),
  log1pf: (k, _, x) => log1p(k, x),
  tanhf: (k, _, x) => tanh(k, x),
  erff: (k, _, x) => erf(k, x),
  sigmoidf: (k, _, x) => sigmoid(k, x),
  softplusf: (k, _, x) => softplus(k, x),
  sinf: (k, m, x) => k.select(k.f('eq', x, k.number(0)), x, trig(k, x, 0, m)),
  cosf: (k, m, x) => k.f('neg', trig(k, x, 0.5, m)),
  powf: (k, _, x, y) => pow(k, x, y),
};
