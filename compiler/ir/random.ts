import type { Precision } from './program.ts';
import { mathSource, withNeeds } from './scalar-math.ts';

/**
 * Random numbers as a pure function of (seed, stream, step, turn, index), the same on every machine:
 * threefry2x32 with 20 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011).
 *
 * With T(key, counter) one threefry block of two 32-bit words:
 *
 *     key₁ = T((seed low, seed high), (stream, step))
 *     key₂ = T(key₁, (turn, 0))                        once per kernel
 *     w    = T(key₂, (index, 0))                       once per element
 *
 *     uniform = (w₀ >>> 8)·2⁻²⁴                        in [0, 1), exact in f32
 *     normal  = √(−2·log((w₀ + ½)·2⁻³²)) · cos(2π·w₁·2⁻³²)     Box–Muller; |normal| < 6.8
 *
 * Each key is an output of the cipher, so neighbouring streams, steps and turns are unrelated. `normal` is
 * evaluated in f64 with our own log and cos and rounded once;
 * f32 programs take `normalf`, with logf and cosf.
 */
export type RandomName = 'threefry' | 'randomKey' | 'uniform' | 'normal' | 'normalf';

/** Text, as in scalar-math.ts: `threefry` leaves its two words in `T`. `normal` needs `log` and `cos`, `normalf` needs `logf` and `cosf`. */
export const randomSource: Readonly<Record<RandomName, string>> = {
  threefry: `
const T = new Int32Array(2);
// Threefry2x32, 20 rounds: key (k, l), counter (x, y); the two words are left in T.
function threefry(k, l, x, y) {
  const m = 0x1bd11bda ^ k ^ l;
  let a = k, b = l, c = m;
  x = (x + a) | 0;
  y = (y + b) | 0;
  for (let i = 1; i < 6; i++) {
    if (i & 1) {
      x = (x + y) | 0; y = (y << 13 | y >>> 19) ^ x;
      x = (x + y) | 0; y = (y << 15 | y >>> 17) ^ x;
      x = (x + y) | 0; y = (y << 26 | y >>> 6) ^ x;
      x = (x + y) | 0; y = (y << 6 | y >>> 26) ^ x;
    } else {
      x = (x + y) | 0; y = (y << 17 | y >>> 15) ^ x;
      x = (x + y) | 0; y = (y << 29 | y >>> 3) ^ x;
      x = (x + y) | 0; y = (y << 16 | y >>> 16) ^ x;
      x = (x + y) | 0; y = (y << 24 | y >>> 8) ^ x;
    }
    const t = a;
    a = b; b = c; c = t;
    x = (x + a) | 0;
    y = (y + b + i) | 0;
  }
  T[0] = x;
  T[1] = y;
}`,
  /** One half, 0 or 1, of key₂. */
  randomKey: `
function randomKey(half, seedLow, seedHigh, stream, step, turn) {
  threefry(seedLow, seedHigh, stream, step);
  threefry(T[0], T[1], turn, 0);
  return T[half];
}`,
  uniform: `
function uniform(k, l, i) {
  threefry(k, l, i, 0);
  return (T[0] >>> 8) * 5.960464477539063e-8;
}`,
  normal: `
function normal(k, l, i) {
  threefry(k, l, i, 0);
  return Math.sqrt(-2 * log(((T[0] >>> 0) + 0.5) * 2.3283064365386963e-10)) * cos((T[1] >>> 0) * 1.4629180792671596e-9);
}`,
  normalf: `
function normalf(k, l, i) {
  threefry(k, l, i, 0);
  return Math.sqrt(-2 * logf(((T[0] >>> 0) + 0.5) * 2.3283064365386963e-10)) * cosf((T[1] >>> 0) * 1.4629180792671596e-9);
}`,
};

/** What the function of a distribution is called in programs of this precision. */
export function randomNameIn(dist: 'uniform' | 'normal', precision: Precision) {
  return dist === 'normal' && precision === 'f32' ? 'normalf' : dist;
}

export interface CounterRandom {
  readonly threefry: (k: number, l: number, x: number, y: number) => readonly [number, number];
  /** One half, 0 or 1, of key₂ of a stream at a step and turn. */
  readonly randomKey: (
    half: 0 | 1,
    seedLow: number,
    seedHigh: number,
    stream: number,
    step: number,
    turn: number,
  ) => number;
  readonly uniform: (k: number, l: number, index: number) => number;
  readonly normal: (k: number, l: number, index: number) => number;
  readonly normalf: (k: number, l: number, index: number) => number;
}

let evaluated: CounterRandom | null = null;
/** The functions themselves, made from the text on first use. */
export function counterRandom(): CounterRandom {
  evaluated ??= new Function(`
${withNeeds(['log', 'cos', 'logf', 'cosf']).map((name) => mathSource[name].text).join('')}
${Object.values(randomSource).join('')}
return {
  threefry(k, l, x, y) { threefry(k, l, x, y); return [T[0], T[1]]; },
  randomKey,
  uniform,
  normal,
  normalf,
};`)() as CounterRandom; // prettier-ignore
  return evaluated;
}
