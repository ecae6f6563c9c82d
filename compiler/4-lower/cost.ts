import { type Affine, variablesOf } from '../ir/affine.ts';
import { type DimSizes, sizeOf } from '../ir/dim.ts';
import { isExpr } from '../ir/expr-type.ts';
import type { Expr, Kernel, Loop, Stmt } from '../ir/kernel.ts';

export interface Cost {
  /** Scalar functions evaluated, of any kind, and additions or comparisons of folds. */
  readonly flops: number;
  /** Memory read and written when every element is moved once: what a perfect cache would leave. */
  readonly bytes: number;
}

/** What one run of a kernel costs at these sizes. `slotBytes`: 4 in f32 programs, 8 in f64. */
export function cost(kernel: Kernel, sizes: DimSizes, slotBytes = 4): Cost {
  let flops = 0;
  const touched = new Map<string, number>();
  const extents = new Map<string, number>();

  const enter = (loops: readonly Loop[]): number => {
    for (const { name, extent } of loops) extents.set(name, sizeOf(extent, sizes));
    return loops.reduce((points, { name }) => points * extents.get(name)!, 1);
  };
  /** Distinct elements of an affine access: one per point of the loops it depends on. */
  const touch = (how: string, base: Affine, gathered: number): void => {
    let elements = gathered;
    for (const name of variablesOf(base)) elements *= extents.get(name) ?? 1;
    const key = `${how} ${JSON.stringify(base)}`;
    touched.set(key, Math.max(touched.get(key) ?? 0, elements));
  };
  const expr = (e: Expr, points: number): void => {
    if (e.kind === 'call') {
      flops += points;
      for (const arg of e.args) expr(arg, points);
    }
    if (e.kind === 'random') flops += points;
    if (e.kind !== 'load') return;
    for (const { value } of e.address.gathers) expr(value, points);
    for (const { index } of e.guards) if (isExpr(index)) expr(index, points);
    touch(`read ${e.buffer}`, e.address.base, e.address.gathers.length > 0 ? points : 1);
  };
  const stmts = (list: readonly Stmt[], points: number): void => {
    for (const stmt of list) {
      if (stmt.kind === 'fold') {
        const inner = points * enter(stmt.loops);
        stmts(stmt.body, inner);
        expr(stmt.value, inner);
        flops += inner;
        continue;
      }
      expr(stmt.value, points);
      if (stmt.kind === 'store') touch(`write ${stmt.buffer}`, stmt.address.base, 1);
    }
  };
  stmts(kernel.body, enter(kernel.loops));
  const elements = [...touched.values()].reduce((sum, n) => sum + n, 0);
  return { flops, bytes: elements * slotBytes };
}
