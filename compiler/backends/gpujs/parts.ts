import { type Affine, constant, plus, scale, variable } from '../../ir/affine.ts';
import { timesDim } from '../../ir/dim.ts';
import type { BufferId, Expr, Loop, Stmt } from '../../ir/kernel.ts';
import { neededBy, walkStmts } from '../../ir/kernel-walk.ts';
import type { DType } from '../../ir/tensor-type.ts';
import { type Cells, type Making, scratch } from './cells.ts';

/** Arrays a kernel reads; host scalars are handed over as numbers. */
export function arraysIn(
  stmts: readonly Stmt[],
  { buffers }: Pick<Making, 'buffers'>,
): ReadonlySet<BufferId> {
  const read = new Set<BufferId>();
  walkStmts(stmts, {
    expr: (e) => void (e.kind === 'load' && buffers[e.buffer]?.role !== 'host' && read.add(e.buffer)),
  });
  return read;
}

/** The row-major position of a point. */
export function rowMajor(loops: readonly Loop[]): Affine {
  return plus(
    constant(0),
    ...loops.map(({ name }, i) =>
      scale(variable(name), timesDim(...loops.slice(i + 1).map(({ extent }) => extent))),
    ),
  );
}

/** A value computed into an array of its own, over the given loops; `load` reads it there. */
export function apart(
  from: Pick<Cells, 'name' | 'nodes'>,
  part: { readonly loops: readonly Loop[]; readonly body: readonly Stmt[]; readonly value: Expr },
  dtype: DType,
  suffix: string,
  making: Making,
): { readonly cells: Cells; readonly load: Expr } {
  const { loops, body, value } = part;
  const name = `${from.name}_${suffix}`;
  const buffer = scratch(making, name, dtype, loops.map(({ extent }) => extent)); // prettier-ignore
  const address = rowMajor(loops);
  return {
    cells: { name, nodes: from.nodes, buffer, loops, address, body: neededBy(body, value), value },
    load: { kind: 'load', buffer, dtype, address: { base: address, gathers: [] }, guards: [] },
  };
}
