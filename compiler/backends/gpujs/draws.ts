import { type DimSizes, sizeOf } from '../../ir/dim.ts';
import type { Expr, Kernel, Loop, Stmt } from '../../ir/kernel.ts';
import { mapExprs } from '../../ir/kernel-walk.ts';
import { type Draw, type Making, scratch } from './cells.ts';
import { rangeAt } from './index-range.ts';

/**
 * Random numbers are read from arrays: no shader language of gpu.js has the integer arithmetic of the counters, so the host
 * makes the same numbers as every other backend. One array a stream and entry, indexed by the counter.
 */
export function withoutDraws(
  kernel: Kernel,
  turns: readonly Loop[],
  draws: Map<string, Draw>,
  making: Making,
): Kernel {
  const { capacities } = making;
  const extents = new Map([...turns, ...kernel.loops, ...foldLoops(kernel.body)].map(extentAt(capacities)));
  const body = mapExprs(kernel.body, (expr): Expr => {
    if (expr.kind !== 'random') return expr;
    const { dist, stream, index } = expr;
    const size = rangeAt(index, extents, capacities)[1] + 1;
    const key = `${dist} ${stream}`;
    const known = draws.get(key);
    const buffer = known?.buffer ?? scratch(making, key, 'float', [1]);
    if (!known || known.size < size) {
      draws.set(key, { buffer, dist, stream, size });
      making.buffers[buffer] = { ...making.buffers[buffer]!, size };
    }
    return { kind: 'load', buffer, dtype: 'float', address: { base: index, gathers: [] }, guards: [] };
  });
  return { ...kernel, body };
}

export function extentAt(capacities: DimSizes) {
  return ({ name, extent }: Loop) => [name, sizeOf(extent, capacities)] as const;
}

export function foldLoops(body: readonly Stmt[]): readonly Loop[] {
  return body.flatMap((stmt) => (stmt.kind === 'fold' ? [...stmt.loops, ...foldLoops(stmt.body)] : []));
}
