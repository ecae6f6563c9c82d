import { type Affine, constant, renameVars, substitute, variable } from '../ir/affine.ts';
import { dimText, sameDim, timesDim, type Dim } from '../ir/dim.ts';
import type { Loop, Stmt } from '../ir/kernel.ts';
import { indicesOf, mapIndices } from '../ir/kernel-walk.ts';

/**
 * Merges neighbouring loops wherever every index runs through both as through one longer loop:
 * element-by-element work on `[B, 784]` is one loop. Fold loops likewise: row-major order is kept.
 */
export function collapse(
  loops: readonly Loop[],
  body: readonly Stmt[],
): { loops: readonly Loop[]; body: readonly Stmt[] } {
  const outer = merge(loops, body);
  return { loops: outer.loops, body: outer.body.map(collapseFold) };
}

function collapseFold(stmt: Stmt): Stmt {
  if (stmt.kind !== 'fold') return stmt;
  const wrapped: readonly Stmt[] = [
    ...stmt.body,
    { kind: 'let', name: '', dtype: stmt.dtype, value: stmt.value },
  ];
  const { loops, body } = merge(stmt.loops, wrapped);
  const last = body.at(-1)!;
  return { ...stmt, loops, body: body.slice(0, -1).map(collapseFold), value: last.value };
}

function merge(
  loops: readonly Loop[],
  body: readonly Stmt[],
): { loops: readonly Loop[]; body: readonly Stmt[] } {
  const indices = loops.length < 2 ? [] : indicesOf(body);
  for (let i = loops.length - 2; i >= 0; i--) {
    const outer = loops[i]!;
    const inner = loops[i + 1]!;
    if (!indices.every((index) => runsThrough(index, outer.name, inner))) continue;
    // outer·extent + inner is the merged variable, which keeps the outer name.
    const merged = { name: outer.name, extent: timesDim(outer.extent, inner.extent) };
    const mapped = mapIndices(body, (index) => mergeVars(index, outer.name, inner.name));
    return merge([...loops.slice(0, i), merged, ...loops.slice(i + 2)], mapped);
  }
  return { loops, body };
}

/** Each coefficient of the outer variable is the inner one's times the inner extent, also inside div and mod. */
function runsThrough(index: Affine, outer: string, inner: Loop): boolean {
  const inside = index.terms.every(
    ({ atom }) => (atom.kind !== 'div' && atom.kind !== 'mod') || runsThrough(atom.of, outer, inner),
  );
  return (
    inside &&
    sameCoefs(
      coefsOf(index, outer),
      coefsOf(index, inner.name).map((c) => timesDim(c, inner.extent)),
    )
  );
}
function coefsOf(index: Affine, name: string): readonly Dim[] {
  return index.terms.flatMap(({ coef, atom }) => (atom.kind === 'var' && atom.name === name ? [coef] : []));
}
function sameCoefs(a: readonly Dim[], b: readonly Dim[]): boolean {
  if (a.length !== b.length) return false;
  if (a.length < 2) return a.every((coef) => sameDim(coef, b[0]!));
  return a.map(dimText).toSorted().join() === b.map(dimText).toSorted().join();
}

/** Drops the outer variable and lets the inner one run through both, under the outer's name. */
function mergeVars(index: Affine, outer: string, inner: string): Affine {
  return substitute(index, (name) => {
    if (name === outer) return constant(0);
    return name === inner ? variable(outer) : null;
  });
}

/** Loops renamed `i0 i1 …` from the outside, for reading. */
export function renumber(
  loops: readonly Loop[],
  body: readonly Stmt[],
): { loops: readonly Loop[]; body: readonly Stmt[] } {
  if (loops.every(({ name }, i) => name === `i${i}`)) return { loops, body };
  const names = new Map(loops.map(({ name }, i) => [name, `i${i}`]));
  return {
    loops: loops.map((loop, i) => ({ ...loop, name: `i${i}` })),
    body: mapIndices(body, (index) => renameVars(index, names)),
  };
}
