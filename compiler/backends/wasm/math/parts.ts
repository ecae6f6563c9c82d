import type { Code } from '../code/code.ts';
import type { Kit } from './kit.ts';

/** 1.5·2⁵²: adding it rounds to a whole number, which the low bits of the sum hold. */
export const magic = 6755399441055744;
/** The exponent of numbers from 1 to 2. */
export const exponentOne = 1023n << 52n;

/** Horner's rule: a + z·(b + z·(c + …)). */
export function series(k: Kit, z: Code, ...coefs: readonly number[]): Code {
  return coefs
    .map((coef) => k.number(coef))
    .reduceRight((inner, coef) => k.f('add', coef, k.f('mul', z, inner)));
}

/** A natural number in the low bits, as a number. */
export function whole(k: Kit, n: Code): Code {
  return k.f('sub', k.numberOf(k.w('or', n, k.word(0x433n << 52n))), k.number(2 ** 52));
}

/** x^y from |x|^y: −power where x is negative (or −0) and y odd; NaN where x is negative and y not whole. */
export function signedPower(k: Kit, x: Code, y: Code, m: Code, power: Code): Code {
  const isWhole = k.keepCondition(k.f('eq', k.f('floor', y), y));
  const even = k.f('mul', k.f('floor', k.f('div', y, k.number(2))), k.number(2));
  const isOdd = k.both(isWhole, k.f('ne', even, y));
  const isMinus = k.either(k.f('lt', x, k.number(0)), k.f('lt', k.f('div', k.number(1), x), k.number(0)));
  const signed = k.select(k.both(isOdd, isMinus), k.f('neg', power), power);
  const isNegative = k.both(k.f('lt', x, k.number(0)), k.f('lt', m, k.number(Infinity)));
  const defined = k.select(isNegative, k.select(isWhole, signed, k.number(NaN)), signed);
  const isNaN = k.either(k.f('ne', x, x), k.f('ne', y, y));
  return k.select(k.f('eq', y, k.number(0)), k.number(1), k.select(isNaN, k.number(NaN), defined));
}
