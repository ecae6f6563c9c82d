import { type Affine, variablesOf } from '../../compiler/ir/affine.ts';
import { type DimSizes, sizeOf } from '../../compiler/ir/dim.ts';
import { isExpr } from '../../compiler/ir/expr-type.ts';
import type { BufferId, Expr, Kernel, Loop, Stmt } from '../../compiler/ir/kernel.ts';
import type { Program } from '../../compiler/ir/program.ts';

/** Bytes that one run of a kernel has to move when every element it touches is moved once each way. */
export function trafficOf(kernel: Kernel, { buffers, capacities, precision }: Program): number {
  const slot = precision === 'f64' ? 8 : 4;
  const reads = new Map<BufferId, number>();
  const writes = new Map<BufferId, number>();
  const sizes = new Map(buffers.map(({ id, size }) => [id, size]));
  const touch = (into: Map<BufferId, number>, buffer: BufferId, elements: number): void => {
    into.set(buffer, Math.max(into.get(buffer) ?? 0, Math.min(elements, sizes.get(buffer) ?? 0)));
  };
  const expr = (e: Expr, loops: readonly Loop[]): void => {
    if (e.kind === 'call') for (const arg of e.args) expr(arg, loops);
    if (e.kind !== 'load') return;
    const gathered = e.address.gathers.length > 0;
    touch(reads, e.buffer, pointsOf(e.address.base, loops, gathered, capacities));
    for (const { value } of e.address.gathers) expr(value, loops);
    for (const { index } of e.guards) if (isExpr(index)) expr(index, loops);
  };
  const statement = (stmt: Stmt, loops: readonly Loop[]): void => {
    if (stmt.kind === 'fold') {
      const inside = [...loops, ...stmt.loops];
      for (const inner of stmt.body) statement(inner, inside);
      expr(stmt.value, inside);
      return;
    }
    expr(stmt.value, loops);
    if (stmt.kind !== 'store') return;
    const gathered = stmt.address.gathers.length > 0;
    touch(writes, stmt.buffer, pointsOf(stmt.address.base, loops, gathered, capacities));
  };
  for (const stmt of kernel.body) statement(stmt, kernel.loops);
  const total = (of: Map<BufferId, number>) => [...of.values()].reduce((sum, n) => sum + n, 0);
  return (total(reads) + total(writes)) * slot;
}

/** How many different elements an address can name: one for each point of the loops it depends on. */
function pointsOf(base: Affine, loops: readonly Loop[], gathered: boolean, capacities: DimSizes): number {
  const vars = variablesOf(base);
  return loops
    .filter(({ name }) => gathered || vars.has(name))
    .reduce((product, { extent }) => product * sizeOf(extent, capacities), 1);
}
