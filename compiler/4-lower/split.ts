import { type Affine, plus, scale, substitute, variable } from '../ir/affine.ts';
import { type Dim, type DimSizes, divideDim } from '../ir/dim.ts';
import type { Loop, Stmt } from '../ir/kernel.ts';
import { rangesOf } from './space.ts';
import { indicesOf, mapIndices } from '../ir/kernel-walk.ts';

interface Nest {
  readonly loops: readonly Loop[];
  readonly body: readonly Stmt[];
}

/**
 * A loop whose variable is only met as quotient and remainder becomes two: the strided gradient of a convolution, groups
 * of channels, windows side by side, heads of an attention. Row-major order is kept, fold loops included.
 */
export function splitLoops(nest: Nest, capacities: DimSizes): Nest {
  return split(nest, new Map(), capacities);
}

function split(nest: Nest, around: ReadonlyMap<string, Dim>, capacities: DimSizes): Nest {
  const extents = new Map([...around, ...nest.loops.map(({ name, extent }) => [name, extent] as const)]);
  for (const [i, loop] of nest.loops.entries()) {
    const cut = cutOf(loop, indicesOf(nest.body));
    if (!cut) continue;
    const { by, quotient } = cut;
    const [high, low] = [`${loop.name}h`, `${loop.name}l`];
    const loops = nest.loops.toSpliced(i, 1, { name: high, extent: quotient }, { name: low, extent: by });
    const known = new Map([...extents, [high, quotient], [low, by]]);
    const whole = plus(scale(variable(high), by), variable(low));
    const body = mapIndices(nest.body, (index) =>
      substitute(index, (name) => (name === loop.name ? whole : null), rangesOf(known, capacities)),
    );
    return split({ loops, body }, around, capacities);
  }
  return { ...nest, body: nest.body.map((stmt) => splitFold(stmt, extents, capacities)) };
}

function splitFold(stmt: Stmt, around: ReadonlyMap<string, Dim>, capacities: DimSizes): Stmt {
  if (stmt.kind !== 'fold') return stmt;
  const value: Stmt = { kind: 'let', name: '', dtype: stmt.dtype, value: stmt.value };
  const { loops, body } = split({ loops: stmt.loops, body: [...stmt.body, value] }, around, capacities);
  return { ...stmt, loops, body: body.slice(0, -1), value: body.at(-1)!.value };
}

/** The largest number that some index divides the variable by, and that divides its extent. */
function cutOf(loop: Loop, indices: readonly Affine[]): { by: number; quotient: Dim } | null {
  const divisors = new Set<number>();
  const see = (index: Affine): void => {
    for (const { atom } of index.terms) {
      if (atom.kind !== 'div' && atom.kind !== 'mod') continue;
      const [only, ...more] = atom.of.terms;
      const own = only?.atom.kind === 'var' && only.atom.name === loop.name && only.coef === 1;
      if (own && more.length === 0) divisors.add(atom.by);
      else see(atom.of);
    }
  };
  indices.forEach(see);
  for (const by of [...divisors].toSorted((a, b) => b - a)) {
    const quotient = divideDim(loop.extent, by);
    if (quotient !== null && quotient !== 1) return { by, quotient };
  }
  return null;
}
