import { type Affine, variablesOf } from '../ir/affine.ts';
import { isExpr } from '../ir/expr-type.ts';
import type { Contraction, Expr, Kernel, Loop, Stmt } from '../ir/kernel.ts';
import type { Value } from './values.ts';

type LoadExpr = Extract<Expr, { kind: 'load' }>;

/** A load a contraction can pack: its address is affine, guards included. */
export function isFactorLoad(value: Value): boolean {
  return (
    value.kind === 'load' &&
    value.dtype === 'float' &&
    value.gathers.length === 0 &&
    value.guards.every(({ index }) => !('kind' in index))
  );
}

/**
 * Recognises a sum in order over a product of two affine loads as the first statement, and sorts the loops
 * by which operand they index. Null without a private loop on either side (depthwise, `sum(h²)`), or when a
 * loop indexes neither operand: then the generic fold is used.
 */
function contractionOf(loops: readonly Loop[], body: readonly Stmt[]): Contraction | null {
  const [first] = body;
  if (first?.kind !== 'fold' || first.fn !== 'sum' || first.order !== 'in-order' || first.dtype !== 'float')
    return null;
  if (first.body.length > 0 || first.value.kind !== 'call' || first.value.fn !== 'mul') return null;
  const [left, right] = first.value.args;
  if (!isAffineLoad(left!) || !isAffineLoad(right!)) return null;

  // `n` is vectorised: the innermost loop of one operand alone belongs to it. Products commute to the bit.
  const leftVars = loadVars(left);
  const rightVars = loadVars(right);
  const inner = loops.findLast(({ name }) => leftVars.has(name) !== rightVars.has(name));
  const swap = inner !== undefined && leftVars.has(inner.name);
  const [a, b] = swap ? [right, left] : [left, right];
  const [aVars, bVars] = swap ? [rightVars, leftVars] : [leftVars, rightVars];

  const names = loops.map((loop) => loop.name);
  if (names.some((name) => !aVars.has(name) && !bVars.has(name))) return null;
  const m = names.filter((name) => aVars.has(name) && !bVars.has(name));
  const n = names.filter((name) => bVars.has(name) && !aVars.has(name));
  if (m.length === 0 || n.length === 0) return null;
  const batch = names.filter((name) => aVars.has(name) && bVars.has(name));
  return { batch, m, n, k: first.loops.map((loop) => loop.name), a, b };
}

export function withContraction(kernel: Omit<Kernel, 'contraction'>): Kernel {
  return { ...kernel, contraction: contractionOf(kernel.loops, kernel.body) };
}

function isAffineLoad(expr: Expr): expr is LoadExpr {
  return (
    expr.kind === 'load' &&
    expr.dtype === 'float' &&
    expr.address.gathers.length === 0 &&
    expr.guards.every(({ index }) => !isExpr(index))
  );
}

function loadVars(load: LoadExpr): ReadonlySet<string> {
  const vars = variablesOf(load.address.base);
  for (const { index } of load.guards) variablesOf(index as Affine, vars);
  return vars;
}
