import type { Affine, Atom, Term } from '../../ir/affine.ts';
import { coefficient, type Dim } from '../../ir/dim.ts';
import { isExpr } from '../../ir/expr-type.ts';
import type { Address, Expr, Guard } from '../../ir/kernel.ts';
import type { Buffer } from '../../ir/program.ts';
import { dimText, intText, paramText, type Writer } from './writer.ts';

/** An expression in the int type; given by expr.ts, which needs addresses. */
export type IntText = (expr: Expr) => string;

/** Σ coef · atom + offset, in i32. */
export function affineText(w: Writer, affine: Affine, plus = 0): string {
  const terms = affine.terms.filter((term) => coefficient(term.coef) !== 0).map((term) => termText(w, term));
  const offset = affine.offset + plus;
  if (offset !== 0 || terms.length === 0) terms.push(intText(offset));
  return terms.join(' + ');
}

function termText(w: Writer, { coef, atom }: Term): string {
  if (atom.kind === 'one') return dimText(w, coef);
  const of = atomText(w, atom);
  return coef === 1 ? of : `${of} * ${dimText(w, coef)}`;
}

function atomText(w: Writer, atom: Exclude<Atom, { kind: 'one' }>): string {
  if (atom.kind === 'var') return w.names.get(atom.name) ?? paramText(w, atom.name);
  const { kind, of, by } = atom;
  const x = affineText(w, of);
  const bits = Math.log2(by);
  // Shifts and masks of negative ints round down, as the index language does.
  if (Number.isInteger(bits)) return kind === 'div' ? `((${x}) >> ${bits}u)` : `((${x}) & ${by - 1}i)`;
  if (isNatural(of)) return kind === 'div' ? `((${x}) / ${by}i)` : `((${x}) % ${by}i)`;
  w.needs.add(kind === 'div' ? 'floorDiv' : 'floorMod');
  return kind === 'div' ? `floorDiv(${x}, ${by}i)` : `floorMod(${x}, ${by}i)`;
}

/** Certainly not negative: loop variables are not. */
function isNatural({ offset, terms }: Affine): boolean {
  return offset >= 0 && terms.every(({ coef, atom }) => coefficient(coef) >= 0 && isNaturalAtom(atom));
}
function isNaturalAtom(atom: Atom): boolean {
  return atom.kind !== 'div' || isNatural(atom.of);
}

/** Where an element lies in the arena, in slots. */
export function addressText(w: Writer, buffer: Buffer, { base, gathers }: Address, int: IntText): string {
  // Behind a guard: WGSL refuses a constant that is no index.
  if (base.terms.length + gathers.length === 0) return intText(Math.max(0, base.offset + buffer.offset));
  const parts = gathers.map(({ stride, value }) => `${int(value)} * ${dimText(w, stride)}`);
  return [affineText(w, base, buffer.offset), ...parts].join(' + ');
}

/** `0 <= index < below` */
export function guardText(w: Writer, { index, below }: Guard, int: IntText): string {
  const at = isExpr(index) ? int(index) : affineText(w, index);
  const end = dimText(w, below);
  if (!isExpr(index) && isNatural(index)) return `${at} < ${end}`;
  // As u32, what is negative is large.
  return `u32(${at}) < u32(${end})`;
}

/** The coefficient of a loop variable; 0 if it occurs only within divisions. */
export function coefficientOf({ terms }: Affine, name: string): Dim {
  return terms.find(({ atom }) => atom.kind === 'var' && atom.name === name)?.coef ?? 0;
}
