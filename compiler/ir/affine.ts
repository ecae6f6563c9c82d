import { coefficient, type Dim, type DimSizes, dimText, isOpen, sameDim, sameOpenDims, sizeOf, timesDim } from './dim.ts'; // prettier-ignore

/**
 * A quasi-affine integer expression: Σ coefficient · atom + offset, where an atom is a loop or fold
 * variable, or the floor-quotient or remainder of such an expression by a constant. Formulas use it
 * for element indices (coefficients are numbers), kernels for flat addresses (coefficients are strides,
 * which may hold open dims).
 */
export interface Affine {
  readonly offset: number;
  readonly terms: readonly Term[];
}
export interface Term {
  readonly coef: Dim;
  readonly atom: Atom;
}
export type Atom =
  | { readonly kind: 'var'; readonly name: string }
  | { readonly kind: 'div'; readonly of: Affine; readonly by: number }
  | { readonly kind: 'mod'; readonly of: Affine; readonly by: number }
  /** 1: an offset that holds open dims, as `3·B`. */
  | { readonly kind: 'one' };

/** The variable of output axis `i` of every formula. */
export function outVar(i: number): string {
  return `i${i}`;
}
/** `variable(name)`, seen without building it. */
export function isVariable({ offset, terms }: Affine, name: string): boolean {
  const [only] = terms;
  return offset === 0 && terms.length === 1 && only!.coef === 1 && only!.atom.kind === 'var' && only!.atom.name === name; // prettier-ignore
}

export function constant(offset: number): Affine {
  return { offset, terms: [] };
}
const variables = new Map<string, Affine>();
/** One object a name: most indices are single variables. */
export function variable(name: string): Affine {
  let made = variables.get(name);
  if (!made) {
    made = { offset: 0, terms: [{ coef: 1, atom: { kind: 'var', name } }] };
    variables.set(name, made);
  }
  return made;
}

export function plus(...parts: readonly Affine[]): Affine {
  const [only, ...more] = parts.filter(({ offset, terms }) => offset !== 0 || terms.length > 0);
  if (only && more.length === 0) return only;
  return collect(
    parts.reduce((sum, part) => sum + part.offset, 0),
    parts.flatMap((part) => part.terms),
  );
}
export function minus(a: Affine, b: Affine): Affine {
  return plus(a, scale(b, -1));
}
/** `a · by`; an open `by` turns the offset into a term of the atom 1. */
export function scale(a: Affine, by: Dim): Affine {
  if (by === 1) return a;
  const terms = a.terms.map(({ coef, atom }) => ({ coef: timesDim(coef, by), atom }));
  if (!isOpen(by)) return collect(a.offset * by, terms);
  return collect(0, [...terms, { coef: timesDim(a.offset, by), atom: { kind: 'one' } }]);
}

/** Where each variable lies, both ends included; null when nothing is known. */
export type Ranges = (name: string) => readonly [number, number] | null;
const unknown: Ranges = () => null;

/** `a div by`, rounded down. */
export function floorDiv(a: Affine, by: number, ranges: Ranges = unknown): Affine {
  if (by === 1) return a;
  // floor((by·q + r) / by) = q + floor(r / by)
  const { quotient, rest } = splitMultiples(a, by);
  if (within(rest, 0, by - 1, ranges)) return quotient;
  const only = rest.terms.length === 1 && rest.offset === 0 ? rest.terms[0]! : null;
  if (only?.coef === 1 && only.atom.kind === 'div')
    return plus(quotient, floorDiv(only.atom.of, only.atom.by * by, ranges));
  const common = commonFactor(rest, by);
  const inner = shrink(rest, common);
  if (common === by) return plus(quotient, inner);
  return plus(quotient, atomOf({ kind: 'div', of: inner, by: by / common }));
}

/** `a mod by`, in 0 … by−1. */
export function remainder(a: Affine, by: number, ranges: Ranges = unknown): Affine {
  if (by === 1) return constant(0);
  const { rest } = splitMultiples(a, by);
  if (within(rest, 0, by - 1, ranges)) return rest;
  const only = rest.terms.length === 1 && rest.offset === 0 ? rest.terms[0]! : null;
  if (only?.coef === 1 && only.atom.kind === 'mod' && only.atom.by % by === 0)
    return remainder(only.atom.of, by, ranges);
  const common = commonFactor(rest, by);
  if (common === by) return constant(0);
  return scale(atomOf({ kind: 'mod', of: shrink(rest, common), by: by / common }), common);
}

/** Replaces variables; `of` gives null for those that stay. */
export function substitute(a: Affine, of: (name: string) => Affine | null, ranges: Ranges = unknown): Affine {
  // Most indices are sums of variables, most of which stay.
  if (a.terms.every(({ atom }) => atom.kind === 'one' || (atom.kind === 'var' && of(atom.name) === null)))
    return a;
  let offset = a.offset;
  const terms: Term[] = [];
  for (const { coef, atom } of a.terms) {
    const part = scale(substituteAtom(atom, of, ranges), coef);
    offset += part.offset;
    terms.push(...part.terms);
  }
  return collect(offset, terms);
}
/** Other names for some variables. */
export function renameVars(a: Affine, names: ReadonlyMap<string, string>): Affine {
  if (names.size === 0) return a;
  return substitute(a, (name) => {
    const to = names.get(name);
    return to === undefined ? null : variable(to);
  });
}
function substituteAtom(atom: Atom, of: (name: string) => Affine | null, ranges: Ranges): Affine {
  switch (atom.kind) {
    case 'var':
      return of(atom.name) ?? atomOf(atom);
    case 'one':
      return atomOf(atom);
    case 'div':
      return floorDiv(substitute(atom.of, of, ranges), atom.by, ranges);
    case 'mod':
      return remainder(substitute(atom.of, of, ranges), atom.by, ranges);
  }
}

/** The same value with the quotients and remainders gone that `ranges` proves trivial. */
export function simplifyAffine(a: Affine, ranges: Ranges): Affine {
  return substitute(a, () => null, ranges);
}

/** The least and greatest value, when every variable's range is known and every coefficient a number. */
export function rangeOf(a: Affine, ranges: Ranges): readonly [number, number] | null {
  let low = a.offset;
  let high = a.offset;
  for (const { coef, atom } of a.terms) {
    const range = atomRange(atom, ranges);
    if (range === null || isOpen(coef)) return null;
    const ends = [range[0] * coef, range[1] * coef];
    low += Math.min(...ends);
    high += Math.max(...ends);
  }
  return Number.isNaN(low) || Number.isNaN(high) ? null : [low, high];
}
function atomRange(atom: Atom, ranges: Ranges): readonly [number, number] | null {
  if (atom.kind === 'var') return ranges(atom.name);
  if (atom.kind === 'one') return [1, 1];
  if (atom.kind === 'mod') return [0, atom.by - 1];
  const inner = rangeOf(atom.of, ranges);
  return inner && [Math.floor(inner[0] / atom.by), Math.floor(inner[1] / atom.by)];
}

export function variablesOf(a: Affine, found = new Set<string>()): Set<string> {
  for (const { atom } of a.terms) {
    if (atom.kind === 'var') found.add(atom.name);
    else if (atom.kind !== 'one') variablesOf(atom.of, found);
  }
  return found;
}

export function sameAffine(a: Affine, b: Affine): boolean {
  if (a === b) return true;
  if (a.offset !== b.offset || a.terms.length !== b.terms.length) return false;
  return a.terms.every(({ coef, atom }, i) => {
    const other = b.terms[i]!;
    return sameDim(coef, other.coef) && sameAtom(atom, other.atom);
  });
}
function sameAtom(a: Atom, b: Atom): boolean {
  if (a === b) return true;
  if (a.kind === 'var') return b.kind === 'var' && a.name === b.name;
  if (a.kind === 'one') return b.kind === 'one';
  return a.kind === b.kind && a.by === b.by && sameAffine(a.of, b.of);
}

export function evaluateAffine(a: Affine, value: (name: string) => number, sizes: DimSizes): number {
  return a.terms.reduce(
    (sum, { coef, atom }) => sum + sizeOf(coef, sizes) * evaluateAtom(atom, value, sizes),
    a.offset,
  );
}
function evaluateAtom(atom: Atom, value: (name: string) => number, sizes: DimSizes): number {
  if (atom.kind === 'var') return value(atom.name);
  if (atom.kind === 'one') return 1;
  const inner = evaluateAffine(atom.of, value, sizes);
  const quotient = Math.floor(inner / atom.by);
  return atom.kind === 'div' ? quotient : inner - quotient * atom.by;
}

/** `64*i0 + (i1 div 8) - 1` */
export function affineText(a: Affine): string {
  if (a.offset === 0 && a.terms.length === 1) return termText(a.terms[0]!);
  const parts = a.terms.map(termText);
  if (a.offset !== 0 || parts.length === 0) parts.push(String(a.offset));
  return parts.reduce((text, part) =>
    part.startsWith('-') ? `${text} - ${part.slice(1)}` : `${text} + ${part}`,
  );
}
function termText({ coef, atom }: Term): string {
  if (atom.kind === 'one') return dimText(coef);
  if (coef === 1) return atomText(atom);
  if (coef === -1) return `-${atomText(atom)}`;
  return `${dimText(coef)}*${atomText(atom)}`;
}
function atomText(atom: Atom): string {
  if (atom.kind === 'var') return atom.name;
  if (atom.kind === 'one') return '1';
  const simple = atom.of.offset === 0 && atom.of.terms.length === 1 && atom.of.terms[0]!.coef === 1;
  const of = simple ? affineText(atom.of) : `(${affineText(atom.of)})`;
  return `(${of} ${atom.kind} ${atom.by})`;
}

function atomOf(atom: Atom): Affine {
  return { offset: 0, terms: [{ coef: 1, atom }] };
}

/** Adds up terms of the same atom (and the same open dims), in order of first appearance. */
function collect(offset: number, terms: readonly Term[]): Affine {
  if (terms.length === 0) return { offset: offset + 0, terms };
  if (terms.length === 1 && coefficient(terms[0]!.coef) !== 0) return { offset: offset + 0, terms };
  // Indices have few terms: looking through them is faster than a table.
  const sums: Term[] = [];
  for (const { coef, atom } of terms) {
    const at = sums.findIndex((term) => sameOpenDims(term.coef, coef) && sameAtom(term.atom, atom));
    if (at < 0) sums.push({ coef, atom });
    else {
      const sum = coefficient(sums[at]!.coef) + coefficient(coef);
      sums[at] = { coef: isOpen(coef) ? { coef: sum, of: coef.of } : sum, atom };
    }
  }
  const kept = sums.filter(({ coef }) => coefficient(coef) !== 0);
  return rejoin({ offset: offset + 0, terms: kept }); // no −0
}

/** `by·(x div by) + (x mod by)` is `x`: what splitting an axis and merging it again leaves. */
function rejoin(a: Affine): Affine {
  for (const rest of a.terms) {
    const { atom } = rest;
    if (atom.kind !== 'mod') continue;
    const quotient = floorDiv(atom.of, atom.by);
    // An inner div may have been merged: compare with the quotient as it is built.
    const part = quotient.terms.length === 1 && quotient.offset === 0 ? quotient.terms[0]! : null;
    if (part?.coef !== 1) continue;
    const wanted = timesDim(rest.coef, atom.by);
    const whole = a.terms.find((term) => sameAtom(term.atom, part.atom) && sameDim(term.coef, wanted));
    if (!whole) continue;
    const others = a.terms.filter((term) => term !== rest && term !== whole);
    return plus({ offset: a.offset, terms: others }, scale(atom.of, rest.coef));
  }
  return a;
}

/** a = by·quotient + rest */
function splitMultiples(a: Affine, by: number): { quotient: Affine; rest: Affine } {
  const isMultiple = ({ coef }: Term) => coefficient(coef) % by === 0;
  const whole = Math.floor(a.offset / by);
  return {
    quotient: shrink({ offset: whole * by, terms: a.terms.filter(isMultiple) }, by),
    rest: { offset: a.offset - whole * by, terms: a.terms.filter((term) => !isMultiple(term)) },
  };
}
function shrink(a: Affine, by: number): Affine {
  if (by === 1) return a;
  return {
    offset: a.offset / by,
    terms: a.terms.map(({ coef, atom }) => ({ coef: timesDim(coef, 1 / by), atom })),
  };
}
function commonFactor(a: Affine, by: number): number {
  return a.terms.reduce((common, { coef }) => gcd(common, coefficient(coef)), gcd(by, a.offset));
}
function gcd(a: number, b: number): number {
  return b === 0 ? Math.abs(a) : gcd(b, a % b);
}
function within(a: Affine, low: number, high: number, ranges: Ranges): boolean {
  const range = rangeOf(a, ranges);
  return range !== null && range[0] >= low && range[1] <= high;
}
