import { add, div, mul, neg, number, select, sub } from './formula-build.ts';
import type { Formula } from './formula.ts';
import { mapParts } from './formula-walk.ts';

/**
 * Leaves out what changes no bit of the value, in any precision: x·1, x/1, x − 0, −(−x), a select whose
 * condition is a number.
 */
export function simplify(formula: Formula): Formula {
  return rewrite(formula, exact);
}

/**
 * For derivative formulas, which this defines rather than rewrites: also x + 0 = x (loses the sign of a
 * zero), arithmetic on numbers in f64, and 0·x = 0 even where x is not finite, because a zero derivative
 * says that there is no path.
 */
export function simplifyDerivative(formula: Formula): Formula {
  return rewrite(formula, derivative);
}

type Rule = (fn: string, args: readonly Formula[]) => Formula | null;
function rewrite(formula: Formula, rule: Rule): Formula {
  const parts = mapParts(formula, (part) => rewrite(part, rule));
  if (parts.kind !== 'call') return parts;
  return rule(parts.fn, parts.args) ?? parts;
}

function exact(fn: string, [a, b, c]: readonly Formula[]): Formula | null {
  switch (fn) {
    case 'mul':
      return isNumber(b, 1) ? a! : isNumber(a, 1) ? b! : null;
    case 'div':
      return isNumber(b, 1) ? a! : null;
    case 'sub':
      return isNumber(b, 0) ? a! : null;
    case 'neg':
      return a!.kind === 'call' && a!.fn === 'neg' ? a!.args[0]! : null;
    case 'select':
      return a!.kind === 'number' ? (a!.value !== 0 ? b! : c!) : null;
    default:
      return null;
  }
}

function derivative(fn: string, args: readonly Formula[]): Formula | null {
  const [a, b, c] = args;
  switch (fn) {
    case 'add':
      return plus(a!, b!);
    case 'sub':
      return isNumber(a, 0) ? negated(b!) : (folded(fn, a!, b!) ?? exact(fn, args));
    case 'mul':
      return folded(fn, a!, b!) ?? times(a!, b!);
    case 'div':
      return isNumber(a, 0) ? a! : (folded(fn, a!, b!) ?? exact(fn, args));
    case 'neg':
      return negated(a!);
    case 'select':
      return isZero(b!) && isZero(c!) ? number(0) : exact(fn, args);
    default:
      return null;
  }
}

/** `a + b` of derivatives. */
export function plus(a: Formula, b: Formula): Formula {
  if (isZero(a)) return b;
  if (isZero(b)) return a;
  const known = folded('add', a, b);
  if (known) return known;
  const taken = negand(b);
  return taken ? sub(a, taken) : add(a, b);
}

/**
 * `g · slope`. Goes into a select that has a zero side, so that what is not finite there stays unread.
 */
export function times(g: Formula, slope: Formula): Formula {
  if (isZero(g) || isZero(slope)) return number(0);
  if (isNumber(slope, 1)) return g;
  if (isNumber(g, 1)) return slope;
  const known = folded('mul', g, slope);
  if (known) return known;
  if (isNumber(slope, -1)) return negated(g);
  if (isNumber(g, -1)) return negated(slope);
  const negatedSlope = negand(slope);
  if (negatedSlope) return negated(times(g, negatedSlope));
  if (slope.kind === 'call' && slope.fn === 'div' && isNumber(slope.args[0], 1))
    return div(g, slope.args[1]!);
  if (slope.kind === 'call' && slope.fn === 'select' && slope.args.slice(1).some(isZero)) {
    const [condition, a, b] = slope.args;
    return select(condition!, times(g, a!), times(g, b!));
  }
  return mul(g, slope);
}

function negated(x: Formula): Formula {
  if (x.kind === 'number') return number(x.value === 0 ? 0 : -x.value);
  return negand(x) ?? neg(x);
}
/** x of −x */
function negand(x: Formula): Formula | null {
  return x.kind === 'call' && x.fn === 'neg' ? x.args[0]! : null;
}
function folded(fn: 'add' | 'sub' | 'mul' | 'div', a: Formula, b: Formula): Formula | null {
  if (a.kind !== 'number' || b.kind !== 'number') return null;
  const values = {
    add: a.value + b.value,
    sub: a.value - b.value,
    mul: a.value * b.value,
    div: a.value / b.value,
  };
  return Number.isFinite(values[fn]) ? number(values[fn]) : null;
}
function isNumber(x: Formula | undefined, value: number): boolean {
  return x?.kind === 'number' && x.value === value;
}
function isZero(x: Formula): boolean {
  return isNumber(x, 0);
}
