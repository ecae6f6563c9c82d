import { argTypes, isComparison, isExpr } from '../../ir/expr-type.ts';
import type { ScalarFn } from '../../ir/formula.ts';
import type { Address, Expr, Guard } from '../../ir/kernel.ts';
import { affineText, dimText, divided } from './address.ts';
import { named, spell, type Spelled } from './spell.ts';
import { arrayName, handed, type Writer } from './writer.ts';

type Call = Extract<Expr, { kind: 'call' }>;

/** The text of an expression; ints and bools are floats that are whole. What it needs before is written before. */
export function exprText(w: Writer, expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return numberText(expr.value);
    case 'coordinate':
      return affineText(w, expr.index);
    case 'size':
      return dimText(w, expr.dim);
    case 'ref': {
      const name = w.names.get(expr.name);
      return name ?? handed(w, { kind: 'turn', name: expr.name });
    }
    case 'load':
      return loadText(w, expr);
    case 'call':
      return callText(w, expr);
    case 'random':
      throw new Error('the host draws');
  }
}

const largest = 3.4028234663852886e38;

export function numberText(value: number): string {
  if (Number.isNaN(value)) return 'Math.sqrt(0 - 1)';
  const near = Math.min(Math.max(Math.fround(value), -largest), largest);
  // What f32 reads back: its own digits, not those of the double next to it.
  const text = String(Math.abs(near) < 1e21 ? near : near.toExponential());
  return near < 0 ? `(${text})` : text;
}

function loadText(w: Writer, { buffer, address, guards }: Extract<Expr, { kind: 'load' }>): string {
  if (w.buffers[buffer]!.role === 'host') return handed(w, { kind: 'host', buffer });
  const element = `${arrayName(w, buffer)}[${addressText(w, address)}]`;
  const conditions = guards.map((guard) => guardText(w, guard));
  return conditions.length === 0 ? element : `(${conditions.join(' && ')} ? ${element} : 0)`;
}

function addressText(w: Writer, { base, gathers }: Address): string {
  const parts = gathers.map(({ stride, value }) => {
    const at = exprText(w, value);
    return stride === 1 ? at : `${at} * ${dimText(w, stride)}`;
  });
  const whole = base.terms.length === 0 && base.offset === 0 && parts.length > 0;
  return [...(whole ? [] : [affineText(w, base)]), ...parts].join(' + ');
}

function guardText(w: Writer, { index, below }: Guard): string {
  const at = named(w, 'g', isExpr(index) ? exprText(w, index) : `${affineText(w, index)} + 0`);
  return `${at} >= 0 && ${at} < ${dimText(w, below)}`;
}

const logical: ReadonlySet<ScalarFn> = new Set<ScalarFn>(['and', 'or', 'not']);

function callText(w: Writer, call: Call): string {
  const { fn, args, dtype } = call;
  if (fn === 'select') {
    const [test, yes, no] = args as [Expr, Expr, Expr];
    return `(${conditionText(w, test)} ? ${floatText(w, yes)} : ${floatText(w, no)})`;
  }
  if (isComparison(fn) || logical.has(fn)) return `(${conditionText(w, call)} ? 1 : 0)`;
  const texts = args.map((arg) => exprText(w, arg));
  if (dtype === 'int' && (fn === 'div' || fn === 'mod')) return intDivision(w, fn, texts as [string, string]);
  // From a bool, which is 0 or 1, or an int: whole already.
  if (fn === 'toInt' && argTypes(call, w.types)[0] !== 'float') return texts[0]!;
  return spell[fn as Spelled](w, texts[0]!, texts[1] ?? '');
}

/** In both branches of a choice alike: gpu.js takes the type of the first for both. */
function floatText(w: Writer, expr: Expr): string {
  return named(w, 'v', exprText(w, expr));
}

/** Floored; by zero it is zero, and so is the rest. */
function intDivision(w: Writer, fn: 'div' | 'mod', [a, b]: readonly [string, string]): string {
  const n = Number(b);
  if (n > 0) {
    const { quotient, rest } = divided(w, a, n, Infinity);
    return fn === 'div' ? quotient : rest;
  }
  const [x, y] = [named(w, 'x', a), named(w, 'y', b)];
  const size = named(w, 'size', `${y} < 0 ? 0 - ${y} : (${y} > 0 ? ${y} : 1)`);
  const of = named(w, 'x', `${y} < 0 ? 0 - ${x} : ${x}`);
  const near = named(w, 'near', `Math.floor((${of} + 0.5) / ${size})`);
  const left = named(w, 'left', `${of} - ${near} * ${size}`);
  const step = named(w, 'step', `${left} < 0 ? 0 - 1 : (${left} >= ${size} ? 1 : 0)`);
  const rest = named(w, 'r', `${left} - ${step} * ${size}`);
  const result = fn === 'div' ? `${near} + ${step}` : `(${y} < 0 ? 0 - ${rest} : ${rest})`;
  return `(${y} === 0 ? 0 : ${result})`;
}

const signs = { lt: '<', le: '<=', gt: '>', ge: '>=', eq: '===', ne: '!==' } as const;

/** A bool, or anything that is not 0, as a condition. */
export function conditionText(w: Writer, expr: Expr): string {
  if (expr.kind !== 'call' || !(isComparison(expr.fn) || logical.has(expr.fn)))
    return `${exprText(w, expr)} !== 0`;
  const { fn, args } = expr;
  if (isComparison(fn)) {
    const [a, b] = args.map((arg) => exprText(w, arg));
    return `${a} ${signs[fn as keyof typeof signs]} ${b}`;
  }
  const parts = args.map((arg) => `(${conditionText(w, arg)})`);
  return fn === 'not' ? `!${parts[0]}` : parts.join(fn === 'and' ? ' && ' : ' || ');
}
