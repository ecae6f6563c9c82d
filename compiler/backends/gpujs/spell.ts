import type { ScalarFn } from '../../ir/formula.ts';
import { fresh, type Writer, write } from './writer.ts';

/** Names an expression: evaluated once, and a float whatever gpu.js makes of it. */
export function named(w: Writer, base: string, text: string): string {
  if (/^[a-z]\w*$/.test(text)) return text;
  const name = fresh(w, base);
  write(w, `const ${name} = ${text};`);
  return name;
}

type Spelling = (w: Writer, a: string, b: string) => string;
export type Spelled = Exclude<
  ScalarFn,
  'lt' | 'le' | 'gt' | 'ge' | 'eq' | 'ne' | 'and' | 'or' | 'not' | 'select'
>;

/**
 * The scalar functions of ir/scalar-call.ts in f32. What a shader language leaves open (NaN in min and max, powers of negative
 * numbers, tanh and exp of large ones, the accuracy of sin) is not left to it.
 */
export const spell: Readonly<Record<Spelled, Spelling>> = {
  add: (_, a, b) => `(${a} + ${b})`,
  sub: (_, a, b) => `(${a} - ${b})`,
  mul: (_, a, b) => `(${a} * ${b})`,
  div: (_, a, b) => `(${a} / ${b})`,
  neg: (_, a) => `(0 - ${a})`,
  abs: (_, a) => `Math.abs(${a})`,
  sign: (w, a) => {
    const x = named(w, 'x', a);
    return `(${x} > 0 ? 1 : (${x} < 0 ? -1 : ${x}))`;
  },
  sqrt: (_, a) => `Math.sqrt(${a})`,
  max: (w, a, b) => {
    const [x, y] = [named(w, 'x', a), named(w, 'y', b)];
    return `(${x} > ${y} ? ${x} : (${y} >= ${x} ? ${y} : ${x} + ${y}))`;
  },
  min: (w, a, b) => {
    const [x, y] = [named(w, 'x', a), named(w, 'y', b)];
    return `(${x} < ${y} ? ${x} : (${y} <= ${x} ? ${y} : ${x} + ${y}))`;
  },
  mod: (w, a, b) => {
    const [x, y] = [named(w, 'x', a), named(w, 'y', b)];
    const times = named(w, 'q', `Math.floor(${x} / ${y})`);
    const rest = named(w, 'r', `${x} - ${times} * ${y}`);
    // The quotient is rounded: a rest beyond the divisor is one step off.
    return `(${rest} * ${y} < 0 ? ${rest} + ${y} : (Math.abs(${rest}) >= Math.abs(${y}) ? ${rest} - ${y} : ${rest}))`;
  },
  floor: (w, a) => named(w, 'whole', `Math.floor(${a})`),
  ceil: (w, a) => named(w, 'whole', `Math.ceil(${a})`),
  round: (w, a) => {
    const x = named(w, 'x', a);
    const below = named(w, 'whole', `Math.floor(${x})`);
    const over = named(w, 'over', `${x} - ${below}`);
    const half = named(w, 'whole', `Math.floor(${below} * 0.5)`);
    const odd = named(w, 'odd', `${below} - ${half} * 2`);
    return `(${over} < 0.5 ? ${below} : (${over} > 0.5 ? ${below} + 1 : ${below} + ${odd}))`;
  },
  toFloat: (_, a) => a,
  toInt: (w, a) => {
    const x = named(w, 'x', a);
    const size = named(w, 'whole', `Math.floor(Math.abs(${x}))`);
    return `(${x} < 0 ? 0 - ${size} : (${x} >= 0 ? ${size} : 0))`;
  },
  exp: (w, a) => {
    const x = named(w, 'x', a);
    // Below the smallest f32: without it, some devices give anything.
    return `(${x} < -104 ? 0 : Math.exp(${x}))`;
  },
  log: (_, a) => `Math.log(${a})`,
  log1p: (w, a) => {
    const x = named(w, 'x', a);
    return `(Math.abs(${x}) < 0.25 ? ${x} * ${series(x, log1pTerms)} : Math.log(1 + ${x}))`;
  },
  expm1: (w, a) => {
    const x = named(w, 'x', a);
    const e = named(w, 'e', spell.exp(w, x, ''));
    return `(Math.abs(${x}) < 0.5 ? ${x} * ${series(x, expm1Terms)} : ${e} - 1)`;
  },
  tanh: (w, a) => {
    const x = named(w, 'x', a);
    const y = named(w, 'y', `${x} > 9.05 ? 9.05 : (${x} < -9.05 ? -9.05 : ${x})`);
    const z = named(w, 'z', `${y} * ${y}`);
    return `(${y} * ${series(z, tanhTerms)} / ${series(z, tanhUnder)})`;
  },
  erf: (w, a) => {
    const x = named(w, 'x', a);
    const y = named(w, 'y', `${x} > 4 ? 4 : (${x} < -4 ? -4 : ${x})`);
    const z = named(w, 'z', `${y} * ${y}`);
    return `(${y} * ${series(z, erfTerms)} / ${series(z, erfUnder)})`;
  },
  sigmoid: (w, a) => {
    const x = named(w, 'x', a);
    const e = named(w, 'e', spell.exp(w, named(w, 'y', `0 - Math.abs(${x})`), ''));
    return `(${x} >= 0 ? 1 / (1 + ${e}) : (${x} < 0 ? ${e} / (1 + ${e}) : ${x}))`;
  },
  softplus: (w, a) => {
    const x = named(w, 'x', a);
    const e = named(w, 'e', spell.exp(w, named(w, 'y', `0 - Math.abs(${x})`), ''));
    return `((${x} < 0 ? 0 : ${x}) + ${spell.log1p(w, e, '')})`;
  },
  sin: (w, a) => trig(w, a, 0),
  cos: (w, a) => `(0 - ${trig(w, a, 0.5)})`,
  pow: (w, a, b) => {
    const exponent = Number(b.replaceAll(/[()]/g, ''));
    if (whole.has(exponent)) return power(w, a, exponent);
    const [x, y] = [named(w, 'x', a), named(w, 'y', b)];
    const size = named(w, 'size', `Math.abs(${x})`);
    const grown = named(w, 'y', `${y} * Math.log(${size})`);
    const p = named(w, 'p', `${size} === 0 ? (${y} > 0 ? 0 : 1 / ${size}) : ${spell.exp(w, grown, '')}`);
    const near = named(w, 'whole', `Math.floor(${y})`);
    const half = named(w, 'whole', `Math.floor(${y} * 0.5)`);
    const odd = named(w, 'odd', `${near} - ${half} * 2`);
    const none = named(w, 'none', `Math.sqrt(${size} > 0 ? 0 - ${size} : 0)`);
    return `(${y} === 0 ? 1 : (${x} >= 0 ? ${p} : (${near} < ${y} ? ${none} : (${odd} === 1 ? 0 - ${p} : ${p}))))`;
  },
}; // prettier-ignore

/** Small whole powers are products: exact where those are, whatever the sign. */
const whole: ReadonlySet<number> = new Set([1, 2, 3, 4, -1, -2]);
function power(w: Writer, a: string, exponent: number): string {
  const x = named(w, 'x', a);
  const product = `(${Array(Math.abs(exponent)).fill(x).join(' * ')})`;
  return exponent < 0 ? `(1 / ${product})` : product;
}

/** Σ cᵢ·xⁱ */
function series(x: string, terms: readonly number[]): string {
  return terms.reduceRight((sum, term) => (sum === '' ? `(${term})` : `(${term} + ${x} * ${sum})`), '').replaceAll(/\((-?[\d.e+-]+)\)/g, (_, n) => (n.startsWith('-') ? `(${n})` : n));
} // prettier-ignore

const log1pTerms = Array.from({ length: 11 }, (_, i) => (i % 2 ? -1 : 1) / (i + 1));
const expm1Terms = [1, 1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720, 1 / 5040, 1 / 40320];
// As tanhf and erff of ir/scalar-math-single.ts.
const tanhTerms = [0.9999999999623304, 0.14098135860054978, 0.004424516814879135, 4.223672205848072e-5, 1.1096244823361762e-7, 3.661011557936994e-11]; // prettier-ignore
const tanhUnder = [1, 0.4743146915187886, 0.02919608141020723, 0.0005005583521544726, 2.600407582703639e-6, 2.943231605871543e-9]; // prettier-ignore
const erfTerms = [1.1283791693584941, 0.18520533717459098, 0.05431703553995742, 0.0038496789997605556, 0.0003796036796923317, 4.6845822674766756e-6, -1.3201349666944982e-8]; // prettier-ignore
const erfUnder = [1, 0.49746737011334635, 0.11395915215742686, 0.015462205245968261, 0.0013075768659177606, 6.310876588958276e-5]; // prettier-ignore
const sineTerms = [1, -0.16666666626284574, 0.008333331112803695, -0.0001984086864912342, 2.7525403313932526e-6, -2.3889196805431618e-8]; // prettier-ignore

/** x − (j + n)·π with π in three parts, each product of the first two exact; then sin by its polynomial, with the sign of j. */
function trig(w: Writer, a: string, n: number): string {
  const x = named(w, 'x', a);
  const j = named(w, 'whole', `Math.floor(${x} * 0.3183098861837907 - ${n} + 0.5)`);
  const k = n === 0 ? j : named(w, 'k', `${j} + ${n}`);
  const r = named(
    w,
    'r',
    `((${x} - ${k} * 3.140625) - ${k} * 0.000967502593994140625) - ${k} * 1.509957990978376e-7`,
  );
  const z = named(w, 'z', `${r} * ${r}`);
  const half = named(w, 'whole', `Math.floor(${j} * 0.5)`);
  const y = named(w, 'y', `${r} * ${series(z, sineTerms)}`);
  return `(${j} - ${half} * 2 === 1 ? 0 - ${y} : ${y})`;
}
