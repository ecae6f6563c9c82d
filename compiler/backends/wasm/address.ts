import { type Affine, type Atom, scale, type Term } from '../../ir/affine.ts';
import type { Dim } from '../../ir/dim.ts';
import { isExpr } from '../../ir/expr-type.ts';
import type { Address, Expr, Guard } from '../../ir/kernel.ts';
import type { Buffer } from '../../ir/program.ts';
import { type Code, i32, op } from './code/code.ts';
import { join, ownScratch, type Piece, settle, type Writer } from './writer.ts';

/** An expression in the int type; given by expr.ts, which needs addresses. */
export type IntPiece = (expr: Expr) => Piece;

export function intPiece(n: number): Piece {
  return { code: i32(n), type: 'i32', level: 0, atomic: true };
}

/** A size: `784`, `B`, `64 · B`. */
export function dimPiece(w: Writer, dim: Dim): Piece {
  if (typeof dim === 'number') return intPiece(dim);
  const factors = dim.of.map((name) => w.names.get(name) ?? missing(name));
  const code = factors.map((factor) => factor.code).reduce((a, b) => op('i32.mul', a, b));
  if (dim.coef === 1) return { code, type: 'i32', level: 0, atomic: factors.length === 1 };
  return { code: times(code, dim.coef), type: 'i32', level: 0, atomic: false };
}

function missing(name: string): never {
  throw new Error(`unknown name ${name}`);
}

/** By a power of two: a shift. */
function times(code: Code, by: number): Code {
  if (by === 1) return code;
  const bits = Math.log2(by);
  return Number.isInteger(bits) ? op('i32.shl', code, i32(bits)) : op('i32.mul', code, i32(by));
}

/**
 * Σ coef · atom + offset, modulo 2³². Terms are added from the outermost loop inwards, so that all but the innermost
 * part is computed outside.
 */
export function affinePiece(w: Writer, affine: Affine): Piece {
  const terms = affine.terms.map((term) => termPiece(w, term));
  const levels = [...new Set(terms.map((term) => term.level))].toSorted((a, b) => a - b);
  let sum: Piece | null = affine.offset === 0 && terms.length > 0 ? null : intPiece(affine.offset);
  for (const level of levels) {
    const here = terms.filter((term) => term.level === level);
    const parts: Piece[] = [...(sum ? [settle(w, sum, level)] : []), ...here];
    if (parts.length === 1) sum = parts[0]!;
    else {
      const code = parts.map((part) => part.code).reduce((a, b) => op('i32.add', a, b));
      sum = { code, type: 'i32', level, atomic: false };
    }
  }
  return sum!;
}

function termPiece(w: Writer, { coef, atom }: Term): Piece {
  if (atom.kind === 'one') return dimPiece(w, coef);
  const of = atomPiece(w, atom);
  if (typeof coef === 'number') {
    return coef === 1 ? of : { ...of, code: times(of.code, coef), atomic: false };
  }
  return join(w, 'i32', [of, settle(w, dimPiece(w, coef), 1)], (a, b) => op('i32.mul', a!, b!));
}

function atomPiece(w: Writer, atom: Exclude<Atom, { kind: 'one' }>): Piece {
  if (atom.kind === 'var') return w.names.get(atom.name) ?? missing(atom.name);
  const { of, by } = atom;
  const whole = affinePiece(w, of);
  return { code: quotientOrRest(atom.kind, whole.code, by, isNatural(of)), type: 'i32', level: whole.level, atomic: false }; // prettier-ignore
}

/** Floored, as the index language says; cheaper where the value cannot be negative or `by` is a power of two. */
function quotientOrRest(kind: 'div' | 'mod', x: Code, by: number, natural: boolean): Code {
  const bits = Math.log2(by);
  if (Number.isInteger(bits)) return kind === 'div' ? op('i32.shr_s', x, i32(bits)) : op('i32.and', x, i32(by - 1)); // prettier-ignore
  if (natural) return op(kind === 'div' ? 'i32.div_u' : 'i32.rem_u', x, i32(by));
  const rest = op('i32.rem_s', op('i32.add', op('i32.rem_s', x, i32(by)), i32(by)), i32(by));
  return kind === 'mod' ? rest : op('i32.div_s', op('i32.sub', x, rest), i32(by));
}

/** Certainly not negative: loop variables are not. */
export function isNatural({ offset, terms }: Affine): boolean {
  return offset >= 0 && terms.every(({ coef, atom }) => isNaturalCoef(coef) && isNaturalAtom(atom));
}
function isNaturalCoef(coef: Dim): boolean {
  return (typeof coef === 'number' ? coef : coef.coef) >= 0;
}
function isNaturalAtom(atom: Atom): boolean {
  return atom.kind !== 'div' || isNatural(atom.of);
}

/** Where an element lies in memory: `offset` bytes after `at`, which is never negative. */
export interface Place {
  readonly at: Piece;
  readonly offset: number;
}

export function placeOf(w: Writer, buffer: Buffer, { base, gathers }: Address, int: IntPiece): Place {
  const start = buffer.offset * w.slot;
  const bytes = scale(base, w.slot);
  const natural = isNatural({ offset: 0, terms: base.terms });
  // The sum of the parts is inside the arena; a part alone may be below 0, and then all are added up first.
  const own = (at: Piece): Piece => (isCopy(buffer) ? ownPiece(w, at) : at);
  if (gathers.length === 0 && natural && start + bytes.offset >= 0) {
    return { at: own(affinePiece(w, { offset: 0, terms: bytes.terms })), offset: start + bytes.offset };
  }
  const whole = affinePiece(w, { offset: start + bytes.offset, terms: bytes.terms });
  const gathered = gathers.map(({ stride, value }) =>
    join(w, 'i32', [int(value), settle(w, scaledDim(w, stride), 1)], (v, s) => op('i32.mul', v!, s!)),
  );
  const at = join(w, 'i32', [whole, ...gathered], (...codes) => codes.reduce((a, b) => op('i32.add', a, b)));
  return { at: own(at), offset: 0 };
}
/** A buffer in working memory: its number is below 0. */
export function isCopy({ id }: Buffer): boolean {
  return id < 0;
}
/** A place in working memory, of this thread. */
export function ownPiece(w: Writer, at: Piece): Piece {
  return w.team ? { ...at, code: ownScratch(w, at.code), atomic: false } : at;
}
function scaledDim(w: Writer, dim: Dim): Piece {
  return dimPiece(w, typeof dim === 'number' ? dim * w.slot : { ...dim, coef: dim.coef * w.slot });
}

/** `0 <= index < below` as a condition: below 0 is beyond everything as an unsigned number. */
export function guardPiece(w: Writer, { index, below }: Guard, int: IntPiece): Piece {
  const at = isExpr(index) ? int(index) : affinePiece(w, index);
  return join(w, 'i32', [at, settle(w, dimPiece(w, below), 1)], (a, b) => op('i32.lt_u', a!, b!));
}

/** The coefficient of a loop variable; 0 if it does not occur, null if it occurs within a division. */
export function coefOf({ terms }: Affine, name: string): Dim | null {
  let coef: Dim = 0;
  for (const term of terms) {
    if (term.atom.kind === 'one') continue;
    if (term.atom.kind === 'var') {
      if (term.atom.name === name) coef = term.coef;
    } else if (coefOf(term.atom.of, name) !== 0) return null;
  }
  return coef;
}
