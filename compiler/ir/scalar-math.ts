import { type SingleName, singleSource } from './scalar-math-single.ts';
import type { Precision } from './program.ts';
import type { DType } from './tensor-type.ts';

/**
 * The transcendental functions, ours on every CPU: evaluated in f64. f32 programs use shorter formulas, also in f64 and
 * rounded once: scalar-math-single.ts.
 * They are kept as text because emitted programs carry exactly the ones they use; `scalarMath` evaluates
 * the same text, so constants folded at compile time, the reference and the emitted code agree bit for bit.
 *
 * Branch-light on purpose: a SIMD backend spells the same operations in the same order with selects.
 * Errors, in units of the last place of f64, are stated per function and held by test/backends/math.test.ts.
 * Sources: Sun's fdlibm (exp log sin cos), Cody's CALERF (erf), Kahan and Dekker for the corrections.
 */
export type MathName =
  | 'exp' | 'log' | 'log1p' | 'expm1' | 'tanh' | 'sin' | 'cos' | 'erf' | 'pow' | 'sigmoid' | 'softplus'; // prettier-ignore

export interface Source {
  readonly needs: readonly SourceName[];
  readonly text: string;
}
export type SourceName = MathName | SingleName | 'bits' | 'powers' | 'trig' | 'trigf' | 'low';

export const mathSource: Readonly<Record<SourceName, Source>> = {
  ...singleSource,

  bits: {
    needs: [],
    text: `
// One f64 and its two words, low word first.
const D = new Float64Array(1), W = new Int32Array(D.buffer);`,
  },

  /**
   * 2^k at k + 1074. A table, because composing the words of a number stalls its next load (SIMD backends,
   * which need not go through memory, compose them: the values are exact either way).
   */
  powers: {
    needs: [],
    text: `
const E = new Float64Array(2098);
for (let i = 0, x = 5e-324; i < 2098; i++, x *= 2) E[i] = x;`,
  },

  /**
   * e^(x + t), |t| tiny. x = k·ln 2 + r with |r| ≤ ln 2 / 2, and e^r − 1 = r + r·c / (2 − c). Below 1 ulp.
   * 2^k goes in as two factors, so that overflow gives Infinity and subnormals are rounded once.
   */
  exp: {
    needs: ['powers'],
    text: `
function exp(x, t = 0) {
  x = Math.min(Math.max(x, -750), 750);
  const k = x * 1.4426950408889634 + 6755399441055744 - 6755399441055744;
  const h = x - k * 0.6931471803691238, l = k * 1.9082149292705877e-10 - t, r = h - l, z = r * r;
  const c = r - z * (0.16666666666666602 + z * (-0.0027777777777015593 + z * (0.00006613756321437934 + z * (-0.0000016533902205465252 + z * 4.1381367970572385e-8))));
  const j = k | 0, i = j >> 1;
  return (r * c / (2 - c) - l + h + 1) * E[i + 1074] * E[j - i + 1074];
}`,
  },

  /** e^x − 1 = 2^k·(e^r − 1) + (2^k − 1), as `exp`. Below 2 ulp. */
  expm1: {
    needs: ['powers'],
    text: `
function expm1(x) {
  const y = Math.min(Math.max(x, -50), 710);
  const k = y * 1.4426950408889634 + 6755399441055744 - 6755399441055744;
  const h = y - k * 0.6931471803691238, l = k * 1.9082149292705877e-10, r = h - l, z = r * r;
  const c = r - z * (0.16666666666666602 + z * (-0.0027777777777015593 + z * (0.00006613756321437934 + z * (-0.0000016533902205465252 + z * 4.1381367970572385e-8))));
  const s = E[(k | 0) + 1073];
  return Math.abs(x) < 1e-17 ? x : ((r * c / (2 - c) - l + h) * s + (s - 0.5)) * 2;
}`,
  },

  /**
   * x = 2^k·(1 + f) with 1 + f in [√½, √2); log(1 + f) = 2·atanh(s), s = f / (2 + f). Below 1 ulp.
   */
  log: {
    needs: ['bits', 'powers'],
    text: `
function log(x) {
  const tiny = x < 2.2250738585072014e-308;
  const v = D[0] = tiny ? x * 18014398509481984 : x;
  const e = W[1] + 0x95f62 >> 20 & 2047, k = e - (tiny ? 1077 : 1023);
  const f = v * E[2097 - e] - 1, s = f / (2 + f), z = s * s, w = z * z, q = 0.5 * f * f;
  const a = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const b = z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  const y = s * (q + (a + b)) + k * 1.9082149292705877e-10 - q + f + k * 0.6931471803691238;
  return x < Infinity ? (x > 0 ? y : x < 0 ? NaN : -Infinity) : x;
}`,
  },

  /** log(1 + x), with what 1 + x rounds away put back to first order. Below 2 ulp. */
  log1p: {
    needs: ['log'],
    text: `
function log1p(x) {
  const u = 1 + x, c = x - (u - 1);
  return u === 1 ? x : log(u) + (c ? c / u : 0);
}`,
  },

  /** (e^2x − 1) / (e^2x + 1) of |x|; 1 beyond 22. Odd to the bit. Below 2.5 ulp. */
  tanh: {
    needs: ['expm1'],
    text: `
function tanh(x) {
  const t = expm1(2 * Math.min(Math.abs(x), 22)), y = t / (t + 2);
  return x < 0 ? -y : x > 0 ? y : x;
}`,
  },

  /** 1 / (1 + e^−x). Below 2 ulp; 0 below −710. */
  sigmoid: {
    needs: ['exp'],
    text: `
function sigmoid(x) {
  return 1 / (1 + exp(-x));
}`,
  },

  /** log(1 + e^x), without overflow. Below 2 ulp. */
  softplus: {
    needs: ['exp', 'log1p'],
    text: `
function softplus(x) {
  return Math.max(x, 0) + log1p(exp(-Math.abs(x)));
}`,
  },

  /**
   * sin(x) for n = 0, cos(x) for n = ½: x = k·π + r + t with k − n whole and |r| ≤ π/2, in three parts of π
   * (33 bits each: exact for |k| < 2^20); sin r by a minimax polynomial (error 1e-18, by Chebyshev fit).
   * Below 2 ulp for |x| < 1e6. Beyond, x is first reduced modulo the f64 nearest to 2π, which shifts the
   * phase by 4e-17·|x|.
   */
  trig: {
    needs: [],
    text: `
function trig(x, n) {
  if (!(Math.abs(x) < 1e6)) x %= 6.283185307179586;
  const j = x * 0.3183098861837907 - n + 6755399441055744 - 6755399441055744, k = j + n;
  const a = x - k * 3.1415926534682512, m = k * 1.2154201012607932e-10, b = a - m, u = k * 4.044532497591901e-21;
  const r = b - u, t = a - b - m + (b - r - u), z = r * r;
  const y = r + (t * (1 - 0.4 * z) + r * z * (-0.16666666666666666 + z * (0.008333333333333316 + z * (-0.00019841269841254974 + z * (2.7557319219163205e-6 + z * (-2.505210761699229e-8 + z * (1.605897731221174e-10 + z * (-7.643970288741763e-13 + z * 2.7314446665270123e-15))))))));
  return j & 1 ? -y : y;
}`,
  },
  sin: {
    needs: ['trig'],
    text: `
function sin(x) {
  return x === 0 ? x : trig(x, 0);
}`,
  },
  cos: {
    needs: ['trig'],
    text: `
function cos(x) {
  return -trig(x, 0.5);
}`,
  },

  /**
   * Cody's rationals: x + x·N(x²)/Q(x²) below 0.47, else 1 − e^(−x²)·P(|x|)/Q(|x|). Below 2 ulp; ±1 beyond 6.
   */
  erf: {
    needs: ['exp'],
    text: `
function erf(x) {
  const a = Math.min(Math.abs(x), 6), z = a * a;
  if (a <= 0.46875) return x + x * ((((-0.8142222938153968 * z - 20.440167208473555) * z - 130.16048378339402) * z - 905.1312883920703) * z + 365.14075569929885) / ((((z + 23.601290952344122) * z + 244.02463793444417) * z + 1282.6165260773723) * z + 2844.2368334391706);
  const p = (((((((2.1531153547440383e-8 * a + 0.5641884969886701) * a + 8.883149794388376) * a + 66.11919063714163) * a + 298.6351381974001) * a + 881.952221241769) * a + 1712.0476126340707) * a + 2051.0783778260715) * a + 1230.3393547979972;
  const q = (((((((a + 15.744926110709835) * a + 117.6939508913125) * a + 537.1811018620099) * a + 1621.3895745666903) * a + 3290.7992357334596) * a + 4362.619090143247) * a + 3439.3676741437216) * a + 1230.3393548037494;
  const y = 1 - exp(-z) * p / q;
  return x < 0 ? -y : x > 0 ? y : x;
}`,
  },

  /** What `a·b` rounds away (Dekker). */
  low: {
    needs: [],
    text: `
function low(a, b, p) {
  const c = 134217729 * a, d = 134217729 * b, a1 = c - (c - a), b1 = d - (d - b), a2 = a - a1, b2 = b - b1;
  return a2 * b2 - (p - a1 * b1 - a2 * b1 - a1 * b2);
}`,
  },

  /**
   * e^(y·log|x|), with log|x| as a sum of two f64 (relative error 2^-60) and the product exact. Within 1 ulp
   * while |y·log x| < 40, some 15 ulp at the limits of the range. x^0 = 1; negative x needs a whole y, else NaN.
   */
  pow: {
    needs: ['bits', 'powers', 'exp', 'low'],
    text: `
function pow(x, y) {
  const m = Math.abs(x), tiny = m < 2.2250738585072014e-308;
  if (y === 0) return 1;
  const n = D[0] = tiny ? m * 18014398509481984 : m;
  const o = W[1] + 0x95f62 >> 20 & 2047, k = o - (tiny ? 1077 : 1023), v = n * E[2097 - o], f = v - 1, g = v + 1, s = f / g, p = s * g, e = (f - p - low(s, g, p) - s * (v - (g - 1))) / g;
  const z = s * s, w = z * z;
  const r = s * (z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586))) + w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373)));
  const a = k * 0.6931471803691238, b = a + 2 * s;
  const d = a - b + 2 * s + (2 * e + r + k * 1.9082149292705877e-10), h = b + d, l = b - h + d, t = y * h;
  const q = Math.abs(t) < 1000 ? exp(t, low(y, h, t) + y * l) : t > 0 ? Infinity : t < 0 ? 0 : NaN;
  const power = m === 1 ? 1 : m === 0 || m === Infinity ? ((m === 0) === y < 0 ? Infinity : 0) : q;
  const whole = Math.floor(y) === y, odd = whole && Math.floor(y / 2) * 2 !== y;
  return x !== x || y !== y || (x < 0 && m < Infinity && !whole) ? NaN : odd && (x < 0 || 1 / x < 0) ? -power : power;
}`,
  },
};

/** The names, and everything they stand on, in an order in which they can be declared. */
export function withNeeds(names: Iterable<SourceName>): SourceName[] {
  const found = new Set<SourceName>();
  const visit = (name: SourceName): void => {
    if (found.has(name)) return;
    mathSource[name].needs.forEach(visit);
    found.add(name);
  };
  for (const name of names) visit(name);
  return [...found];
}

export const mathNames: readonly MathName[] = [
  'exp', 'log', 'log1p', 'expm1', 'tanh', 'sin', 'cos', 'erf', 'pow', 'sigmoid', 'softplus',
]; // prettier-ignore

/** What a function is called that gives a value of this type in programs of this precision. */
export function mathNameIn(name: MathName, dtype: DType, precision: Precision): MathName | SingleName {
  return dtype === 'float' && precision === 'f32' ? `${name}f` : name;
}

/** pow takes two arguments, the others one. */
export type ScalarMath = Readonly<Record<MathName | SingleName, (x: number, y?: number) => number>>;

let evaluated: ScalarMath | null = null;
/** The functions themselves, made from the text on first use. */
export function scalarMath(): ScalarMath {
  if (evaluated) return evaluated;
  const names = mathNames.flatMap((name) => [name, mathNameIn(name, 'float', 'f32')]);
  const text = withNeeds(names)
    .map((name) => mathSource[name].text)
    .join('');
  evaluated = new Function(`${text}\nreturn {${names.join(', ')}};`)() as ScalarMath;
  return evaluated;
}
