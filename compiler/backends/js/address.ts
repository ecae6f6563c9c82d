import type { Affine, Atom, Term } from '../../ir/affine.ts';
import type { Dim } from '../../ir/dim.ts';
import { isExpr } from '../../ir/expr-type.ts';
import type { Address, Expr, Guard } from '../../ir/kernel.ts';
import type { Buffer } from '../../ir/program.ts';
import { join, settle, sizeText, type Piece, type Writer } from './writer.ts';

/** An expression in the int type; given by expr.ts, which needs addresses. */
export type IntPiece = (expr: Expr) => Piece;

/** A size: `784`, `B`, `64 * B`. */
export function dimPiece(w: Writer, dim: Dim): Piece {
  if (typeof dim === 'number') return { text: String(dim), level: 0, atomic: true };
  for (const name of dim.of) w.dims.add(name);
  return { text: sizeText(dim), level: 0, atomic: dim.coef === 1 && dim.of.length === 1 };
}

/**
 * Σ coef · atom + offset. Terms are added from the outermost loop inwards, so that all but the innermost
 * part is computed outside.
 */
export function affinePiece(w: Writer, affine: Affine, plus = 0): Piece {
  const terms = affine.terms.filter((term) => term.coef !== 0).map((term) => termPiece(w, term));
  const offset = affine.offset + plus;
  const levels = [...new Set(terms.map((term) => term.level))].toSorted((a, b) => a - b);
  let sum: Piece | null = null;
  for (const level of levels) {
    const here = terms.filter((term) => term.level === level);
    const before: Piece | null = sum && settle(w, sum, level);
    const texts: string[] = [...(before ? [before.text] : []), ...here.map((term) => term.text)];
    if (!before && offset !== 0) texts.push(String(offset));
    sum = {
      text: sumText(texts),
      level,
      atomic: texts.length === 1 && here.length === 1 && here[0]!.atomic,
    };
  }
  return sum ?? { text: String(offset), level: 0, atomic: true };
}

function sumText(texts: readonly string[]): string {
  const [first, ...rest] = texts;
  return rest.reduce(
    (sum, text) => (text.startsWith('-') ? `${sum} - ${text.slice(1)}` : `${sum} + ${text}`),
    first!,
  );
}

function termPiece(w: Writer, { coef, atom }: Term): Piece {
  if (atom.kind === 'one') return dimPiece(w, coef);
  const of = atomPiece(w, atom);
  if (coef === 1) return of;
  if (coef === -1) return { ...of, text: `-${of.text}`, atomic: false };
  const factor = settle(w, dimPiece(w, coef), 1);
  if (factor.text.startsWith('-'))
    return { text: `-${of.text} * ${factor.text.slice(1)}`, level: of.level, atomic: false };
  return { text: `${of.text} * ${factor.text}`, level: of.level, atomic: false };
}

function atomPiece(w: Writer, atom: Exclude<Atom, { kind: 'one' }>): Piece {
  if (atom.kind === 'var') {
    const named = w.names.get(atom.name);
    if (!named) throw new Error(`unknown loop variable ${atom.name}`);
    return { ...named, atomic: true };
  }
  const { of, by } = atom;
  const whole = affinePiece(w, of);
  const x = whole.atomic ? whole.text : `(${whole.text})`;
  return { text: atomText(atom.kind, x, by, isNatural(of)), level: whole.level, atomic: false };
}

/** Floored, as the index language says; cheaper where the value cannot be negative or `by` is a power of two. */
function atomText(kind: 'div' | 'mod', x: string, by: number, natural: boolean): string {
  const bits = Math.log2(by);
  if (Number.isInteger(bits)) return kind === 'div' ? `(${x} >> ${bits})` : `(${x} & ${by - 1})`;
  if (natural) return kind === 'div' ? `(${x} / ${by} | 0)` : `(${x} % ${by})`;
  return kind === 'div' ? `Math.floor(${x} / ${by})` : `((${x} % ${by} + ${by}) % ${by})`;
}

/** Certainly not negative: loop variables are not. */
function isNatural({ offset, terms }: Affine): boolean {
  return offset >= 0 && terms.every(({ coef, atom }) => isNaturalCoef(coef) && isNaturalAtom(atom));
}
function isNaturalCoef(coef: Dim): boolean {
  return (typeof coef === 'number' ? coef : coef.coef) >= 0;
}
function isNaturalAtom(atom: Atom): boolean {
  return atom.kind !== 'div' || isNatural(atom.of);
}

/** Where an element lies in the arena, in slots. */
export function addressPiece(w: Writer, buffer: Buffer, address: Address, int: IntPiece): Piece {
  const base = affinePiece(w, address.base, buffer.offset);
  if (address.gathers.length === 0) return base;
  const gathered = address.gathers.map(({ stride, value }) =>
    join(w, [int(value), settle(w, dimPiece(w, stride), 1)], (v, s) => (s === '1' ? v : `${v} * ${s}`)),
  );
  return join(w, [base, ...gathered], (...texts) => sumText(texts));
}

/** `0 <= index < below` as a condition. */
export function guardPiece(w: Writer, { index, below }: Guard, int: IntPiece): Piece {
  const at = isExpr(index) ? int(index) : affinePiece(w, index);
  const natural = !isExpr(index) && isNatural(index);
  const inside = (i: string, n: string): string => {
    const x = /^[\w$]+$/.test(i) ? i : `(${i})`;
    return natural ? `${x} < ${n}` : `${x} >= 0 && ${x} < ${n}`;
  };
  return join(w, [at, settle(w, dimPiece(w, below), 1)], inside);
}

/** The coefficient of a loop variable; 0 if it occurs only within divisions. */
export function coefOf({ terms }: Affine, name: string): Dim {
  return terms.find(({ atom }) => atom.kind === 'var' && atom.name === name)?.coef ?? 0;
}
