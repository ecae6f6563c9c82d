import type { ScalarFn } from '../compiler/ir/formula.ts';
import type { HostExpr } from '../compiler/ir/host.ts';
import { floorMod, roundToEven } from '../compiler/ir/scalar-call.ts';
import { scalarMath } from '../compiler/ir/scalar-math.ts';

type Plateau = Extract<HostExpr, { kind: 'plateau' }>;

/** The value of a host expression, in f64. Every argument is evaluated: a plateau in it keeps its count. */
export function hostValue(
  expr: HostExpr,
  read: (name: string) => number,
  plateau: (expr: Plateau) => boolean,
): number {
  switch (expr.kind) {
    case 'number':
      return expr.value;
    case 'symbol':
      return read(expr.name);
    case 'plateau':
      return Number(plateau(expr));
    case 'call':
      return hostFns[expr.fn](...expr.args.map((arg) => hostValue(arg, read, plateau)));
  }
}

/** Whether it must be asked once per evaluation, not after every step. */
export function hasPlateau(expr: HostExpr): boolean {
  return expr.kind === 'plateau' || (expr.kind === 'call' && expr.args.some(hasPlateau));
}

/** As `evaluateCall` in f64, a table because a trainer looks its functions up by name. A test holds the two together. */
export const hostFns: Readonly<Record<ScalarFn, (...args: number[]) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  neg: (a) => -a,
  abs: Math.abs,
  sign: Math.sign,
  sqrt: Math.sqrt,
  max: Math.max,
  min: Math.min,
  pow: (a, b) => scalarMath().pow(a, b),
  mod: floorMod,
  exp: (a) => scalarMath().exp(a),
  log: (a) => scalarMath().log(a),
  log1p: (a) => scalarMath().log1p(a),
  expm1: (a) => scalarMath().expm1(a),
  sin: (a) => scalarMath().sin(a),
  cos: (a) => scalarMath().cos(a),
  tanh: (a) => scalarMath().tanh(a),
  sigmoid: (a) => scalarMath().sigmoid(a),
  softplus: (a) => scalarMath().softplus(a),
  erf: (a) => scalarMath().erf(a),
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundToEven,
  lt: (a, b) => Number(a < b),
  le: (a, b) => Number(a <= b),
  gt: (a, b) => Number(a > b),
  ge: (a, b) => Number(a >= b),
  eq: (a, b) => Number(a === b),
  ne: (a, b) => Number(a !== b),
  and: (a, b) => Number(a !== 0 && b !== 0),
  or: (a, b) => Number(a !== 0 || b !== 0),
  not: (a) => Number(a === 0),
  select: (a, b, c) => (a !== 0 ? b : c),
  toFloat: (a) => a,
  toInt: (a) => Math.min(Math.max(Math.trunc(a), -2147483648), 2147483647),
};
