import type { MathName, Source } from './scalar-math.ts';

/** The functions of f32 programs, named as in C. */
export type SingleName = `${MathName}f`;

/**
 * The transcendental functions to the accuracy of f32: evaluated in f64 by shorter formulas, whose relative error is below
 * 3e-9, and rounded once, so that one result in twenty at most is the neighbour of the nearest f32. They take numbers
 * that are f32 (or, inside of one another, not near the ends of the range of f64). Coefficients are minimax fits of the
 * function named, computed with 40 digits.
 */
export const singleSource: Readonly<Record<SingleName | 'trigf', Source>> = {
  /** x = n·ln 2 + r; e^r = 1 + r + r²·q(r), q of degree 5 (5e-11). Beyond ±150 f32 has only 0 and Infinity. */
  expf: {
    needs: ['powers'],
    text: `
function expf(x) {
  const y = Math.min(Math.max(x, -150), 150), n = y * 1.4426950408889634 + 6755399441055744 - 6755399441055744;
  const r = y - n * 0.6931471805599453;
  const m = r + r * r * (0.5000000065992327 + r * (0.16666665866776753 + r * (0.04166629912935135 + r * (0.008333498376310103 + r * (0.0013944421712954887 + r * 0.00019789341557109103)))));
  return (m + 1) * E[(n | 0) + 1074];
}`,
  },

  /** As `expf`: e^x − 1 = 2^n·m + (2^n − 1). */
  expm1f: {
    needs: ['powers'],
    text: `
function expm1f(x) {
  const y = Math.min(Math.max(x, -50), 150), n = y * 1.4426950408889634 + 6755399441055744 - 6755399441055744;
  const r = y - n * 0.6931471805599453;
  const m = r + r * r * (0.5000000065992327 + r * (0.16666665866776753 + r * (0.04166629912935135 + r * (0.008333498376310103 + r * (0.0013944421712954887 + r * 0.00019789341557109103)))));
  const s = E[(n | 0) + 1074];
  return x === 0 ? x : m * s + (s - 1);
}`,
  },

  /** x = 2^k·(1 + f), s = f / (2 + f): log(1 + f) = 2s + 2s³·w(s²), w of degree 3 (5e-12). */
  logf: {
    needs: ['bits', 'powers'],
    text: `
function logf(x) {
  D[0] = x;
  const e = W[1] + 0x95f62 >> 20 & 2047, f = x * E[2097 - e] - 1, s = f / (2 + f), z = s * s, t = s + s;
  const y = (e - 1023) * 0.6931471805599453 + (t + t * z * (0.33333332821677375 + z * (0.20000167854209655 + z * (0.142686366264889 + z * 0.11791431604382938))));
  return x < Infinity ? (x > 0 ? y : x < 0 ? NaN : -Infinity) : x;
}`,
  },

  /** log(1 + x) as `logf`, with what 1 + x rounds away put back into f. */
  log1pf: {
    needs: ['bits', 'powers'],
    text: `
function log1pf(x) {
  const u = 1 + x, c = x - (u - 1);
  D[0] = u;
  const e = W[1] + 0x95f62 >> 20 & 2047, p = E[2097 - e], f = u * p - 1 + c * p, s = f / (2 + f), z = s * s, t = s + s;
  const y = (e - 1023) * 0.6931471805599453 + (t + t * z * (0.33333332821677375 + z * (0.20000167854209655 + z * (0.142686366264889 + z * 0.11791431604382938))));
  return x < Infinity ? (x > -1 ? (u === 1 ? x : y) : x < -1 ? NaN : -Infinity) : x;
}`,
  },

  /** x·P(x²) / Q(x²), both of degree 5 (4e-11); ±1 beyond 9.05. Odd to the bit. */
  tanhf: {
    needs: [],
    text: `
function tanhf(x) {
  const a = Math.min(Math.max(x, -9.05), 9.05), z = a * a;
  const p = 0.9999999999623304 + z * (0.14098135860054978 + z * (0.004424516814879135 + z * (4.223672205848072e-5 + z * (1.1096244823361762e-7 + z * 3.661011557936994e-11))));
  const q = 1 + z * (0.4743146915187886 + z * (0.02919608141020723 + z * (0.0005005583521544726 + z * (2.600407582703639e-6 + z * 2.943231605871543e-9))));
  return a * p / q;
}`,
  },

  /** x·P(x²) / Q(x²), of degrees 6 and 5 (2e-9); ±1 beyond 4. Odd to the bit. */
  erff: {
    needs: [],
    text: `
function erff(x) {
  const a = Math.min(Math.max(x, -4), 4), z = a * a;
  const p = 1.1283791693584941 + z * (0.18520533717459098 + z * (0.05431703553995742 + z * (0.0038496789997605556 + z * (0.0003796036796923317 + z * (4.6845822674766756e-6 + z * -1.3201349666944982e-8)))));
  const q = 1 + z * (0.49746737011334635 + z * (0.11395915215742686 + z * (0.015462205245968261 + z * (0.0013075768659177606 + z * 6.310876588958276e-5))));
  return a * p / q;
}`,
  },

  /** 1 / (1 + e^−x) */
  sigmoidf: {
    needs: ['expf'],
    text: `
function sigmoidf(x) {
  return 1 / (1 + expf(-x));
}`,
  },

  /** log(1 + e^x), without overflow. */
  softplusf: {
    needs: ['expf', 'log1pf'],
    text: `
function softplusf(x) {
  return Math.max(x, 0) + log1pf(expf(-Math.abs(x)));
}`,
  },

  /** As `trig`, with π in two parts and a polynomial of degree 4 in r² (2e-11). */
  trigf: {
    needs: [],
    text: `
function trigf(x, n) {
  if (!(Math.abs(x) < 1e6)) x %= 6.283185307179586;
  const j = x * 0.3183098861837907 - n + 6755399441055744 - 6755399441055744, k = j + n;
  const r = x - k * 3.1415926534682512 - k * 1.2154201013012384e-10, z = r * r;
  const y = r + r * z * (-0.16666666626284574 + z * (0.008333331112803695 + z * (-0.0001984086864912342 + z * (2.7525403313932526e-6 + z * -2.3889196805431618e-8))));
  return j & 1 ? -y : y;
}`,
  },
  sinf: {
    needs: ['trigf'],
    text: `
function sinf(x) {
  return x === 0 ? x : trigf(x, 0);
}`,
  },
  cosf: {
    needs: ['trigf'],
    text: `
function cosf(x) {
  return -trigf(x, 0.5);
}`,
  },

  /** e^(y·log|x|). x^0 = 1; negative x needs a whole y, else NaN. */
  powf: {
    needs: ['expf', 'logf'],
    text: `
function powf(x, y) {
  const a = Math.abs(x), power = a === 1 ? 1 : expf(y * logf(a));
  const whole = Math.floor(y) === y, odd = whole && Math.floor(y / 2) * 2 !== y;
  if (y === 0) return 1;
  return x !== x || y !== y || (x < 0 && a < Infinity && !whole) ? NaN : odd && (x < 0 || 1 / x < 0) ? -power : power;
}`,
  },
};
