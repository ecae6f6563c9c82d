/**
 * A size: a number, or a monomial `64·B` of open dims. An open dim is an integer argument of the
 * emitted program, at most its capacity; so one program serves full batches, the last batch and
 * single predictions.
 */
export type Dim = number | OpenDim;
export interface OpenDim {
  readonly coef: number;
  /** Open dims, sorted, repeated for powers; never empty. */
  readonly of: readonly string[];
}

/** What each open dim stands for: capacities when planning, actual sizes when running. */
export type DimSizes = Readonly<Record<string, number>>;

export function openDim(name: string): OpenDim {
  return { coef: 1, of: [name] };
}

function make(coef: number, of: readonly string[]): Dim {
  return of.length === 0 || coef === 0 ? coef : { coef, of };
}

export function coefficient(dim: Dim): number {
  return typeof dim === 'number' ? dim : dim.coef;
}
function names(dim: Dim): readonly string[] {
  return typeof dim === 'number' ? [] : dim.of;
}

export function isOpen(dim: Dim): dim is OpenDim {
  return typeof dim !== 'number';
}

export function sameDim(a: Dim, b: Dim): boolean {
  return coefficient(a) === coefficient(b) && sameOpenDims(a, b);
}
/** They differ in a number at most. */
export function sameOpenDims(a: Dim, b: Dim): boolean {
  if (typeof a === 'number' || typeof b === 'number') return typeof a === typeof b;
  return a.of === b.of || (a.of.length === b.of.length && a.of.every((name, i) => name === b.of[i]));
}

export function timesDim(...dims: readonly Dim[]): Dim {
  let coef = 1;
  let of: readonly string[] = [];
  for (const dim of dims) {
    coef *= coefficient(dim);
    if (isOpen(dim)) of = of.length === 0 ? dim.of : [...of, ...dim.of].sort();
  }
  return make(coef, of);
}

/** `a / b` when it is a whole monomial, else null. */
export function divideDim(a: Dim, b: Dim): Dim | null {
  const coef = coefficient(a) / coefficient(b);
  if (!Number.isInteger(coef)) return null;
  const left = [...names(a)];
  for (const name of names(b)) {
    const at = left.indexOf(name);
    if (at < 0) return null;
    left.splice(at, 1);
  }
  return make(coef, left);
}

export function sizeOf(dim: Dim, sizes: DimSizes): number {
  if (typeof dim === 'number') return dim;
  return dim.of.reduce((product, name) => {
    const size = sizes[name];
    if (size === undefined) throw new Error(`open dim ${name} has no size`);
    return product * size;
  }, dim.coef);
}

/** `64·B` */
export function dimText(dim: Dim): string {
  if (typeof dim === 'number') return String(dim);
  const product = dim.of.join('·');
  return dim.coef === 1 ? product : `${dim.coef}·${product}`;
}
