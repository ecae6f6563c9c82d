import { type DimSizes, sizeOf } from '../../../ir/dim.ts';
import type { ScalarFn } from '../../../ir/formula.ts';
import type { Expr, Kernel, Loop, Stmt } from '../../../ir/kernel.ts';

/** Nanoseconds of one thread, roughly: what the emitted code was seen to take a point. */
const cost = { product: 0.035, load: 0.2, store: 0.3, arithmetic: 0.15, division: 0.6, transcendental: 2, random: 4 }; // prettier-ignore

const slow: Readonly<Partial<Record<ScalarFn, number>>> = {
  div: cost.division, sqrt: cost.division, mod: cost.division,
  exp: cost.transcendental, log: cost.transcendental, log1p: cost.transcendental, expm1: cost.transcendental,
  sin: cost.transcendental, cos: cost.transcendental, tanh: cost.transcendental, sigmoid: cost.transcendental,
  softplus: cost.transcendental, erf: cost.transcendental, pow: 2 * cost.transcendental,
}; // prettier-ignore

/** How long a kernel takes at these sizes: for weighing kernels against each other and against waiting, no more. */
export function nanosecondsOf({ loops, body, contraction }: Kernel, sizes: DimSizes): number {
  return body.reduce((sum, stmt, i) => {
    const each = i === 0 && contraction && stmt.kind === 'fold' ? cost.product * pointsIn(stmt.loops, sizes) : ofStmt(stmt, sizes); // prettier-ignore
    return sum + each;
  }, 0) * pointsIn(loops, sizes);
} // prettier-ignore

function pointsIn(loops: readonly Loop[], sizes: DimSizes): number {
  return loops.reduce((product, { extent }) => product * sizeOf(extent, sizes), 1);
}

function ofStmt(stmt: Stmt, sizes: DimSizes): number {
  if (stmt.kind === 'let') return ofExpr(stmt.value);
  if (stmt.kind === 'store') return cost.store + ofExpr(stmt.value) + ofAll(stmt.address.gathers.map(({ value }) => value)); // prettier-ignore
  const each = stmt.body.reduce((sum, inner) => sum + ofStmt(inner, sizes), cost.arithmetic + ofExpr(stmt.value)); // prettier-ignore
  return each * pointsIn(stmt.loops, sizes);
}

function ofExpr(expr: Expr): number {
  if (expr.kind === 'random') return cost.random;
  if (expr.kind === 'load') {
    return cost.load * (1 + expr.guards.length) + ofAll(expr.address.gathers.map(({ value }) => value));
  }
  return expr.kind === 'call' ? (slow[expr.fn] ?? cost.arithmetic) + ofAll(expr.args) : 0;
}
function ofAll(exprs: readonly Expr[]): number {
  return exprs.reduce((sum, expr) => sum + ofExpr(expr), 0);
}
