import type { ScalarFn } from '../../ir/formula.ts';
import { argTypes, isComparison } from '../../ir/expr-type.ts';
import type { Expr } from '../../ir/kernel.ts';
import { roundTo } from '../../ir/scalar-call.ts';
import { randomNameIn } from '../../ir/random.ts';
import { mathNameIn } from '../../ir/scalar-math.ts';
import type { DType } from '../../ir/tensor-type.ts';
import { addressPiece, affinePiece, dimPiece, guardPiece } from './address.ts';
import { callText, comparisonText, isMath, isRounded } from './spell.ts';
import { current, isF32, isWritten, join, settle, withoutParens, type Piece, type Writer } from './writer.ts';

type Call = Extract<Expr, { kind: 'call' }>;

/** The text of an expression; `dtype`: in which type a number, coordinate or size is meant. */
export function exprPiece(w: Writer, expr: Expr, dtype: DType): Piece {
  switch (expr.kind) {
    case 'number':
      return numberPiece(roundTo(expr.value, dtype, w.program.precision));
    case 'coordinate':
      return inType(w, bracketed(affinePiece(w, expr.index)), dtype);
    case 'size':
      return inType(w, bracketed(dimPiece(w, expr.dim)), dtype);
    case 'ref': {
      const named = w.names.get(expr.name);
      if (!named) throw new Error(`unknown name ${expr.name}`);
      return { ...named, atomic: true };
    }
    case 'load':
      return loadPiece(w, expr);
    case 'call':
      return callPiece(w, expr);
    case 'random':
      return randomPiece(w, expr);
  }
}

function numberPiece(value: number): Piece {
  const text = Object.is(value, -0) ? '-0' : String(value);
  return { text: text.startsWith('-') ? `(${text})` : text, level: 0, atomic: true };
}

function bracketed(piece: Piece): Piece {
  return piece.atomic ? piece : { ...piece, text: `(${piece.text})` };
}

/** A whole number where a float is meant: rounded in f32 (it may be beyond 2²⁴). */
function inType(w: Writer, piece: Piece, dtype: DType): Piece {
  return dtype === 'float' ? rounded(w, { ...piece, atomic: false }) : piece;
}

function rounded(w: Writer, piece: Piece): Piece {
  if (!isF32(w)) return piece;
  const inner = withoutParens(piece.text);
  return { text: `f(${inner})`, level: piece.level, atomic: false, unrounded: inner };
}

function loadPiece(w: Writer, expr: Extract<Expr, { kind: 'load' }>): Piece {
  const buffer = w.buffers.get(expr.buffer)!;
  const int = (value: Expr): Piece => exprPiece(w, value, 'int');
  const address = addressPiece(w, buffer, expr.address, int);
  const guards = expr.guards.map((guard) => guardPiece(w, guard, int));
  const piece = join(w, [address, ...guards], (at, ...conditions) => {
    const element = elementText(w, expr.dtype, at);
    return conditions.length === 0 ? element : `(${conditions.join(' && ')} ? ${element} : 0)`;
  });
  return isWritten(w, buffer) ? { ...piece, level: current(w) } : piece;
}

/** `F[at]`; ints of f64 programs take every other word. */
export function elementText(w: Writer, dtype: DType, at: string): string {
  if (dtype === 'float') return `F[${at}]`;
  if (isF32(w)) return `I[${at}]`;
  return /^\d+$/.test(at) ? `I[${Number(at) * 2}]` : `I[(${at}) * 2]`;
}

function callPiece(w: Writer, call: Call): Piece {
  const { fn, dtype } = call;
  if (fn === 'select') return selectPiece(w, call);
  if (isCondition(fn)) {
    return join(w, [conditionPiece(w, call)], (test) => `(${withoutParens(test)} ? 1 : 0)`);
  }
  const types = argTypes(call, w.types);
  const pieces = call.args.map((arg, i) => exprPiece(w, arg, types[i]!));
  const { precision } = w.program;
  if (isMath(fn)) w.needs.math.add(mathNameIn(fn, dtype, precision));
  if (fn === 'mod') w.needs.helpers.add('floorMod');
  if (fn === 'round') w.needs.helpers.add('roundEven');
  const piece = join(w, pieces, (...texts) => callText(fn, dtype, precision, texts));
  const isWhole = fn === 'toFloat' && types[0] === 'bool';
  return dtype === 'float' && isRounded(fn) && !isWhole ? rounded(w, piece) : piece;
}

function selectPiece(w: Writer, call: Call): Piece {
  const [test, yes, no] = call.args as [Expr, Expr, Expr];
  const pieces = [conditionPiece(w, test), exprPiece(w, yes, call.dtype), exprPiece(w, no, call.dtype)];
  return join(w, pieces, (t, a, b) => `(${withoutParens(t!)} ? ${a} : ${b})`);
}

const logical: ReadonlySet<ScalarFn> = new Set<ScalarFn>(['and', 'or', 'not']);

function isCondition(fn: ScalarFn): boolean {
  return isComparison(fn) || logical.has(fn);
}

/** A bool expression as a JavaScript condition, without passing through 0 and 1. */
function conditionPiece(w: Writer, expr: Expr): Piece {
  if (expr.kind === 'ref') {
    // Stays where it is used: hoisted, it would stand before the name it reads.
    const { text, ...named } = exprPiece(w, expr, 'bool');
    return { ...named, text: `(${text} !== 0)` };
  }
  if (expr.kind !== 'call' || !isCondition(expr.fn))
    return join(w, [exprPiece(w, expr, 'bool')], (x) => `${x} !== 0`);
  if (isComparison(expr.fn)) {
    const types = argTypes(expr, w.types);
    const bools = expr.args.every((arg) => arg.kind === 'call' && isCondition(arg.fn));
    const pieces = expr.args.map((arg, i) =>
      bools ? bracketed(conditionPiece(w, arg)) : exprPiece(w, arg, types[i]!),
    );
    return join(w, pieces, (a, b) => comparisonText(expr.fn, a!, b!));
  }
  const parts = expr.args.map((arg) => conditionPiece(w, arg));
  return join(w, parts, (a, b) =>
    expr.fn === 'not' ? `!(${withoutParens(a!)})` : `(${a} ${expr.fn === 'and' ? '&&' : '||'} ${b})`,
  );
}

/** The two halves of the key are made once per kernel. */
function randomPiece(w: Writer, expr: Extract<Expr, { kind: 'random' }>): Piece {
  const draw = randomNameIn(expr.dist, w.program.precision);
  w.needs.random.add(draw);
  const rng = w.program.buffers.find((buffer) => buffer.role === 'rng');
  if (!rng) throw new Error('a program that draws numbers has an rng buffer');
  const word = (i: number): string => elementText(w, 'int', String(rng.offset + i));
  const [k, l] = [0, 1].map((half) => {
    const words = `${word(0)}, ${word(1)}, ${expr.stream | 0}, ${word(2)}, ${word(3)}`;
    return settle(w, { text: `randomKey(${half}, ${words})`, level: 0, atomic: false }, 1).text;
  });
  const at = affinePiece(w, expr.index);
  return rounded(
    w,
    join(w, [at], (index) => `${draw}(${k}, ${l}, ${index})`),
  );
}
