import type { MathName } from '../../compiler/ir/scalar-math.ts';

/**
 * The transcendental functions in fixed point with 1,200 binary places, by their series: slow, simple, and
 * independent of the code under test.
 */
const places = 1200n;
const one = 1n << places;

/** Exact for every double above 2^-1100. */
export function fixed(x: number): bigint {
  if (x === 0) return 0n;
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(x))) - 54, -1074);
  const whole = BigInt(x / 2 ** (exponent >> 1) / 2 ** (exponent - (exponent >> 1)));
  return shift(whole, Number(places) + exponent);
}

/** How far `got` is from the exact value, in units of the last place of a double. */
export function ulps(got: number, exact: bigint): number {
  const size = exact < 0n ? -exact : exact;
  const unit = Math.max(size.toString(2).length - 53, Number(places) - 1074);
  return Number(shift((fixed(got) - exact) * 1000n, -unit)) / 1000;
}

function shift(x: bigint, by: number): bigint {
  return by >= 0 ? x << BigInt(by) : x >> BigInt(-by);
}
function times(a: bigint, b: bigint): bigint {
  return (a * b) >> places;
}
function over(a: bigint, b: bigint): bigint {
  return (a << places) / b;
}

/** Σ terms until they vanish: `next` makes term n from term n − 1. */
function series(first: bigint, next: (term: bigint, n: bigint) => bigint): bigint {
  let sum = 0n;
  for (let term = first, n = 1n; term !== 0n && term !== -1n; term = next(term, n), n++) sum += term;
  return sum;
}

function exp(x: bigint): bigint {
  const r = x >> 20n;
  let y = series(one, (term, n) => times(term, r) / n);
  for (let i = 0; i < 20; i++) y = times(y, y);
  return y;
}
/** Σ z^(2n+1)·sign^n / (2n+1): the inverse tangents. */
function atanSeries(z: bigint, sign: bigint): bigint {
  const square = times(z, z) * sign;
  let sum = 0n;
  for (let power = z, n = 1n; power !== 0n && power !== -1n; power = times(power, square), n += 2n) {
    sum += power / n;
  }
  return sum;
}
const ln2 = 2n * atanSeries(one / 3n, 1n);
const pi = 16n * atanSeries(one / 5n, -1n) - 4n * atanSeries(one / 239n, -1n);

function log(x: bigint): bigint {
  const k = x.toString(2).length - 1 - Number(places);
  const m = shift(x, -k);
  return BigInt(k) * ln2 + 2n * atanSeries(over(m - one, m + one), 1n);
}
function sin(x: bigint): bigint {
  const r = x % (2n * pi);
  const square = -times(r, r);
  return series(r, (term, n) => times(term, square) / (2n * n * (2n * n + 1n)));
}
function tanh(x: bigint): bigint {
  const e = exp(2n * x);
  return over(e - one, e + one);
}
function sqrt(x: bigint): bigint {
  let y = x > one ? x : one;
  for (let before = 0n; y !== before && y - before !== 1n;) {
    before = y;
    y = (y + over(x, y)) >> 1n;
  }
  return y;
}
function erf(x: bigint): bigint {
  const square = -times(x, x);
  let sum = 0n;
  for (let power = x, n = 1n; power !== 0n && power !== -1n; power = times(power, square) / n, n++) {
    sum += power / (2n * n - 1n);
  }
  return over(2n * sum, sqrt(pi));
}

export const exact: Readonly<Record<MathName, (x: number, y: number) => bigint>> = {
  exp: (x) => exp(fixed(x)),
  log: (x) => log(fixed(x)),
  log1p: (x) => log(one + fixed(x)),
  expm1: (x) => exp(fixed(x)) - one,
  tanh: (x) => tanh(fixed(x)),
  sin: (x) => sin(fixed(x)),
  cos: (x) => sin(fixed(x) + pi / 2n),
  erf: (x) => erf(fixed(x)),
  pow: (x, y) => exp(times(fixed(y), log(fixed(x)))),
  sigmoid: (x) => over(one, one + exp(fixed(-x))),
  softplus: (x) => log(one + exp(fixed(x))),
};
