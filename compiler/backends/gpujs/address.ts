import type { Affine, Atom, Term } from '../../ir/affine.ts';
import { type Dim, sizeOf } from '../../ir/dim.ts';
import { rangeAt } from './index-range.ts';
import { fresh, handed, type Writer, write } from './writer.ts';

/** A size: `784`, `(64 * size0)`. */
export function dimText(w: Writer, dim: Dim): string {
  if (typeof dim === 'number') return String(dim);
  const names = dim.of.map((name) => handed(w, { kind: 'dim', name }));
  return dim.coef === 1 && names.length === 1 ? names[0]! : `(${[dim.coef, ...names].join(' * ')})`;
}

/** Σ coef · atom + offset. All variables are floats that are whole. */
export function affineText(w: Writer, { offset, terms }: Affine): string {
  const texts = terms.map((term) => termText(w, term));
  if (offset !== 0 || texts.length === 0) texts.push(offset < 0 ? `(${offset})` : String(offset));
  return texts.length === 1 ? texts[0]! : `(${texts.join(' + ')})`;
}

function termText(w: Writer, { coef, atom }: Term): string {
  if (atom.kind === 'one') return dimText(w, coef);
  const of = atomText(w, atom);
  if (coef === 1) return of;
  const by = dimText(w, coef);
  return `(${of} * ${by.startsWith('-') ? `(${by})` : by})`;
}

function atomText(w: Writer, atom: Exclude<Atom, { kind: 'one' }>): string {
  if (atom.kind === 'var') {
    const known = w.names.get(atom.name);
    return known ?? handed(w, { kind: 'turn', name: atom.name });
  }
  const [low, high] = rangeAt(atom.of, w.extents, w.capacities);
  const { quotient, rest } = divided(w, affineText(w, atom.of), atom.by, Math.max(-low, high));
  return atom.kind === 'div' ? quotient : rest;
}

/** Up to here the quotient of a sloppy division (2.5 units in the last place) still rounds down to the right number. */
const safely = 2 ** 20;

/**
 * Floored quotient and remainder of whole numbers in f32. Half a step is added before dividing, so that no quotient lies on
 * a whole number; where a device's division might be off by more, the remainder tells, and one step is given back.
 */
export function divided(w: Writer, of: string, by: Dim, most: number): { quotient: string; rest: string } {
  const n = dimText(w, by);
  const key = `${of} / ${n}`;
  const known = w.quotients.get(key);
  if (known) return known;
  const [x, q, r] = [fresh(w, 'x'), fresh(w, 'q'), fresh(w, 'r')];
  write(w, `const ${x} = ${of} + 0;`);
  if (most < safely) {
    write(w, `const ${q} = Math.floor((${x} + 0.5) / ${n});`);
    write(w, `const ${r} = ${x} - ${q} * ${n};`);
  } else {
    const [near, left, step] = [fresh(w, 'near'), fresh(w, 'left'), fresh(w, 'step')];
    write(w, `const ${near} = Math.floor((${x} + 0.5) / ${n});`);
    write(w, `const ${left} = ${x} - ${near} * ${n};`);
    write(w, `const ${step} = ${left} < 0 ? -1 : (${left} >= ${n} ? 1 : 0);`);
    write(w, `const ${q} = ${near} + ${step};`);
    write(w, `const ${r} = ${left} - ${step} * ${n};`);
  }
  const made = { quotient: q, rest: r };
  w.quotients.set(key, made);
  return made;
}

export function sizeAt(w: Writer, dim: Dim): number {
  return sizeOf(dim, w.capacities);
}
