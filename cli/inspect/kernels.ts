import { type DimSizes, sizeOf } from '../../compiler/ir/dim.ts';
import type { BufferId, Expr, Kernel, Loop, Stmt } from '../../compiler/ir/kernel.ts';
import type { ScalarFn } from '../../compiler/ir/formula.ts';

/** What one run of a kernel does, counted from its text. */
export interface KernelCost {
  readonly points: number;
  /** Floating-point operations; a transcendental counts as one. */
  readonly flops: number;
  readonly transcendentals: number;
  /** Elements read and written at least once each: the traffic of an ideal cache. */
  readonly reads: readonly BufferId[];
  readonly writes: readonly BufferId[];
}

const transcendental: ReadonlySet<ScalarFn> = new Set([
  'exp', 'log', 'log1p', 'expm1', 'sin', 'cos', 'tanh', 'sigmoid', 'softplus', 'erf', 'pow',
]); // prettier-ignore
/** Moves and conversions are no arithmetic. */
const free: ReadonlySet<ScalarFn> = new Set(['select', 'toFloat', 'toInt', 'and', 'or', 'not']);

interface Tally {
  flops: number;
  transcendentals: number;
  readonly reads: Set<BufferId>;
  readonly writes: Set<BufferId>;
}

export function costOf(kernel: Kernel, sizes: DimSizes): KernelCost {
  const tally: Tally = { flops: 0, transcendentals: 0, reads: new Set(), writes: new Set() };
  const points = extentOf(kernel.loops, sizes);
  for (const statement of kernel.body) countStatement(statement, points, sizes, tally);
  return {
    points,
    flops: tally.flops,
    transcendentals: tally.transcendentals,
    reads: [...tally.reads],
    writes: [...tally.writes],
  };
}

export function extentOf(loops: readonly Loop[], sizes: DimSizes): number {
  return loops.reduce((product, loop) => product * sizeOf(loop.extent, sizes), 1);
}

function countStatement(statement: Stmt, times: number, sizes: DimSizes, tally: Tally): void {
  switch (statement.kind) {
    case 'let':
      return countExpr(statement.value, times, tally);
    case 'store':
      tally.writes.add(statement.buffer);
      for (const gather of statement.address.gathers) countExpr(gather.value, times, tally);
      return countExpr(statement.value, times, tally);
    case 'fold': {
      const turns = times * extentOf(statement.loops, sizes);
      for (const inner of statement.body) countStatement(inner, turns, sizes, tally);
      countExpr(statement.value, turns, tally);
      tally.flops += turns;
    }
  }
}

function countExpr(expr: Expr, times: number, tally: Tally): void {
  switch (expr.kind) {
    case 'load':
      tally.reads.add(expr.buffer);
      for (const gather of expr.address.gathers) countExpr(gather.value, times, tally);
      for (const guard of expr.guards) if ('kind' in guard.index) countExpr(guard.index, times, tally);
      return;
    case 'call':
      if (!free.has(expr.fn) && expr.dtype === 'float') tally.flops += times;
      if (transcendental.has(expr.fn)) tally.transcendentals += times;
      for (const argument of expr.args) countExpr(argument, times, tally);
      return;
    case 'random':
      tally.flops += times;
      return;
    default:
  }
}
