import { argTypes, exprType, isComparison } from '../../ir/expr-type.ts';
import type { Expr } from '../../ir/kernel.ts';
import type { Buffer } from '../../ir/program.ts';
import { evaluateCall, roundTo } from '../../ir/scalar-call.ts';
import type { DType } from '../../ir/tensor-type.ts';
import { addressText, affineText, guardText } from './address.ts';
import { callText, comparisons } from './spell.ts';
import { dimText, intText, type Writer } from './writer.ts';

type Call = Extract<Expr, { kind: 'call' }>;

export const wgslTypes: Readonly<Record<DType, string>> = { float: 'f32', int: 'i32', bool: 'bool' };

/** The text of an expression as a value of type `dtype`. */
export function exprText(w: Writer, expr: Expr, dtype: DType): string {
  switch (expr.kind) {
    case 'number':
      return numberText(w, expr.value, dtype);
    case 'coordinate':
      return fromInt(affineText(w, expr.index), dtype);
    case 'size':
      return fromInt(dimText(w, expr.dim), dtype);
    case 'random':
      return converted(w, randomText(w, expr), 'float', dtype);
    case 'ref': {
      const name = w.names.get(expr.name);
      if (name === undefined) throw new Error(`unknown name ${expr.name}`);
      return converted(w, name, exprType(expr, w.types) ?? dtype, dtype);
    }
    case 'load':
      return converted(w, loadText(w, expr), expr.dtype, dtype);
    case 'call': {
      const known = constantCall(w, expr);
      if (known !== null) return numberText(w, known, dtype);
      return converted(w, plainCall(w, expr), expr.dtype, dtype);
    }
  }
}

function numberText(w: Writer, value: number, dtype: DType): string {
  if (dtype === 'bool') return String(value !== 0);
  if (dtype === 'int') return intText(roundTo(value, 'int', 'f32'));
  return floatText(w, Math.fround(value));
}
export function floatText(w: Writer, value: number): string {
  if (!Number.isFinite(value)) {
    w.needs.add(Number.isNaN(value) ? 'nan' : 'infinity');
    return Number.isNaN(value) ? 'nan()' : value > 0 ? 'infinity()' : '(-infinity())';
  }
  const text = `${Math.abs(value)}f`;
  return value < 0 || Object.is(value, -0) ? `(-${text})` : text;
}

function fromInt(text: string, dtype: DType): string {
  if (dtype === 'float') return `f32(${text})`;
  return dtype === 'bool' ? `(${text} != 0)` : `(${text})`;
}

function converted(w: Writer, text: string, from: DType, to: DType): string {
  if (from === to) return text;
  if (from === 'bool') return to === 'int' ? `i32(${text})` : `f32(${text})`;
  if (to === 'bool') return `(${text} != ${from === 'int' ? '0' : '0.0'})`;
  if (to === 'float') return `f32(${text})`;
  w.needs.add('toInt');
  return `toInt(${text})`;
}

/** Of numbers alone: WGSL refuses constants that overflow. */
function constantCall(w: Writer, call: Call): number | null {
  const values: number[] = [];
  for (const arg of call.args) {
    const value = arg.kind === 'number' ? arg.value : arg.kind === 'call' ? constantCall(w, arg) : null;
    if (value === null) return null;
    values.push(value);
  }
  const types = argTypes(call, w.types);
  const args = values.map((value, i) => roundTo(value, types[i]!, 'f32'));
  return evaluateCall(call.fn, args, call.dtype, 'f32');
}

function plainCall(w: Writer, call: Call): string {
  const { fn, args, dtype } = call;
  const types = argTypes(call, w.types);
  if (fn === 'toFloat' || fn === 'toInt') {
    const own = types[0]!;
    return converted(w, exprText(w, args[0]!, own), own, dtype);
  }
  if (fn === 'select') {
    const [test, yes, no] = args as [Expr, Expr, Expr];
    return `select(${exprText(w, no, dtype)}, ${exprText(w, yes, dtype)}, ${exprText(w, test, 'bool')})`;
  }
  if (fn === 'not') return `(!${exprText(w, args[0]!, 'bool')})`;
  if (fn === 'and' || fn === 'or') {
    const [a, b] = args.map((arg) => exprText(w, arg, 'bool'));
    return `(${a} ${fn === 'and' ? '&&' : '||'} ${b})`;
  }
  if (isComparison(fn)) {
    const meant: DType = types.includes('float') ? 'float' : 'int';
    const [a, b] = args.map((arg) => exprText(w, arg, meant));
    return `(${a} ${comparisons[fn as keyof typeof comparisons]} ${b})`;
  }
  const meant: DType = dtype === 'float' ? 'float' : 'int';
  const texts = args.map((arg) => exprText(w, arg, meant));
  const text = callText(fn, meant === 'int', texts, (name) => w.needs.add(name));
  return converted(w, text, meant, dtype);
}

function loadText(w: Writer, expr: Extract<Expr, { kind: 'load' }>): string {
  const int = (value: Expr): string => exprText(w, value, 'int');
  const at = addressText(w, w.buffers.get(expr.buffer)!, expr.address, int);
  const guards = expr.guards.map((guard) => guardText(w, guard, int));
  if (guards.length === 0) return elementText(w, expr.dtype, at);
  // The device keeps an index within the arena, so what is not asked for may be read.
  const zero = { float: '0.0', int: '0', bool: 'false' }[expr.dtype];
  return `select(${zero}, ${elementText(w, expr.dtype, at)}, ${guards.join(' && ')})`;
}

function elementText(w: Writer, dtype: DType, at: string): string {
  const word = `M[${at}]`;
  if (dtype === 'float') return w.view === 'f32' ? word : `bitcast<f32>(${word})`;
  return dtype === 'int' ? word : `(${word} != 0)`;
}

/** `M[at] = value`, the value being of the buffer's type. */
export function storeText(w: Writer, { type }: Buffer, at: string, value: string): string {
  if (type.dtype === 'float') return `M[${at}] = ${w.view === 'f32' ? value : `bitcast<i32>(${value})`};`;
  return `M[${at}] = ${type.dtype === 'int' ? value : `i32(${value})`};`;
}

function randomText(w: Writer, { dist, stream, index }: Extract<Expr, { kind: 'random' }>): string {
  const rng = w.program.buffers.find((buffer) => buffer.role === 'rng');
  if (!rng) throw new Error('a program that draws numbers has an rng buffer');
  const [low, high, step, turn] = [0, 1, 2, 3].map((i) => `M[${rng.offset + i}]`);
  w.needs.add('randomKey').add(dist);
  return `${dist}At(randomKey(${low}, ${high}, ${intText(stream | 0)}, ${step}, ${turn}), ${affineText(w, index)})`;
}
