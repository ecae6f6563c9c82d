import { constant, evaluateAffine } from '../ir/affine.ts';
import { type DimSizes, sizeOf } from '../ir/dim.ts';
import { isExpr } from '../ir/expr-type.ts';
import type { Address, BufferId, Expr, Loop, Stmt } from '../ir/kernel.ts';
import { inWaves, isSlow } from './waves.ts';
import { allKernels, type Buffer, type Entry, type Step, type Straight } from '../ir/program.ts';
import type { DType } from '../ir/tensor-type.ts';

/** Statements and calls a straight line may have: what engines translate well as one function. */
const longest = 1500;
const laneCount = 8;

/** What makes a straight line impossible. */
class Crooked extends Error {}

type Steps = Pick<Entry, 'steps' | 'dims'>;

/**
 * A tiny update without loops, for open dims at their capacities: every index is a number, what one kernel hands to the
 * next is a value, and memory is read at the start and written at the end. The operations and their order are the same,
 * so are the bits. Null where that is long, or where an index is known only at run time. `scratch`: where values wait
 * for functions that are computed for many numbers at a time.
 */
export function straightened(
  entry: Steps,
  buffers: readonly Buffer[],
  capacities: DimSizes,
  scratch: (numbers: number) => BufferId,
): Straight | null {
  if (!isUpdate(entry, buffers) || work(entry.steps, capacities) > longest) return null;
  try {
    const body = straightBody(entry.steps, buffers, capacities);
    const sizes = Object.fromEntries(entry.dims.map((dim) => [dim, capacities[dim]!]));
    return { sizes, kernels: inWaves(body, scratch) };
  } catch (error) {
    if (error instanceof Crooked) return null;
    throw error;
  }
}

/** Parameters change, from what they were: an entry that is called in every step. */
function isUpdate(entry: Steps, buffers: readonly Buffer[]): boolean {
  const params = new Set(buffers.flatMap(({ role, id }) => (role === 'param' ? [id] : [])));
  return allKernels(entry).some(({ body }) => body.some((stmt) => stmt.kind === 'store' && params.has(stmt.buffer) && loads(stmt.value, body).has(stmt.buffer))); // prettier-ignore
}

/** Buffers an expression reads, by way of names included. */
function loads(expr: Expr, body: readonly Stmt[], found = new Set<BufferId>()): ReadonlySet<BufferId> {
  if (expr.kind === 'load') found.add(expr.buffer);
  if (expr.kind === 'call') for (const arg of expr.args) loads(arg, body, found);
  if (expr.kind === 'ref') {
    const named = body.find((stmt) => stmt.kind === 'let' && stmt.name === expr.name);
    if (named?.kind === 'let') loads(named.value, body, found);
  }
  return found;
}

function work(steps: readonly Step[], sizes: DimSizes): number {
  const points = (loops: readonly Loop[]): number =>
    loops.reduce((product, { extent }) => product * sizeOf(extent, sizes), 1);
  const ofStmts = (stmts: readonly Stmt[]): number =>
    stmts.reduce((sum, stmt) => {
      if (stmt.kind === 'fold') return sum + points(stmt.loops) * (1 + ofStmts(stmt.body) + ofExpr(stmt.value));
      return sum + 1 + ofExpr(stmt.value);
    }, 0);
  return steps.reduce((sum, step) => {
    if (step.kind === 'loop') return sum + sizeOf(step.extent, sizes) * work(step.steps, sizes);
    return sum + points(step.kernel.loops) * ofStmts(step.kernel.body);
  }, 0);
} // prettier-ignore
function ofExpr(expr: Expr): number {
  return expr.kind === 'call' ? expr.args.reduce((sum, arg) => sum + ofExpr(arg), 1) : 0;
}

function straightBody(steps: readonly Step[], buffers: readonly Buffer[], sizes: DimSizes): readonly Stmt[] {
  const byId = new Map(buffers.map((buffer) => [buffer.id, buffer]));
  const reads: Stmt[] = [];
  const stmts: Stmt[] = [];
  /** What a slot of the arena holds, by place. */
  const held = new Map<number, { readonly name: string; readonly dtype: DType }>();
  const written = new Map<number, Extract<Stmt, { kind: 'store' }>>();
  const vars = new Map<string, number>();
  const names = new Map<string, Expr>();
  let count = 0;

  const indexOf = (address: Address): number => {
    if (address.gathers.length > 0) throw new Crooked();
    return evaluateAffine(address.base, (name) => vars.get(name)!, sizes);
  };
  const keep = (into: Stmt[], dtype: DType, value: Expr): Expr => {
    const name = `v${count++}`;
    into.push({ kind: 'let', name, dtype, value });
    return { kind: 'ref', name };
  };

  function expr(e: Expr): Expr {
    switch (e.kind) {
      case 'number':
        return e;
      case 'ref':
        return names.get(e.name)!;
      case 'coordinate':
      case 'random':
        return { ...e, index: constant(evaluateAffine(e.index, (name) => vars.get(name)!, sizes)) };
      case 'size':
        return { ...e, dim: sizeOf(e.dim, sizes) };
      case 'call': {
        const called: Expr = { ...e, args: e.args.map(expr) };
        return isSlow(called) ? keep(stmts, e.dtype, called) : called;
      }
      case 'load':
        return load(e);
    }
  }

  function load(e: Extract<Expr, { kind: 'load' }>): Expr {
    for (const { index, below } of e.guards) {
      if (isExpr(index)) throw new Crooked();
      const at = evaluateAffine(index, (name) => vars.get(name)!, sizes);
      if (at < 0 || at >= sizeOf(below, sizes)) return keep(reads, e.dtype, { kind: 'number', value: 0 });
    }
    const index = indexOf(e.address);
    const slot = byId.get(e.buffer)!.offset + index;
    const known = held.get(slot);
    if (known) {
      if (known.dtype !== e.dtype) throw new Crooked();
      return { kind: 'ref', name: known.name };
    }
    const address = { base: constant(index), gathers: [] };
    const ref = keep(reads, e.dtype, { ...e, address, guards: [] });
    if (ref.kind === 'ref') held.set(slot, { name: ref.name, dtype: e.dtype });
    return ref;
  }

  function statement(stmt: Stmt): void {
    switch (stmt.kind) {
      case 'let': {
        const value = expr(stmt.value);
        names.set(stmt.name, value.kind === 'ref' ? value : keep(stmts, stmt.dtype, value));
        return;
      }
      case 'fold':
        names.set(stmt.name, fold(stmt));
        return;
      case 'store': {
        const buffer = byId.get(stmt.buffer)!;
        const { dtype } = buffer.type;
        if (dtype === 'bool') throw new Crooked();
        const value = expr(stmt.value);
        const kept = value.kind === 'ref' ? value : keep(stmts, dtype, value);
        const index = indexOf(stmt.address);
        const slot = buffer.offset + index;
        if (kept.kind === 'ref') held.set(slot, { name: kept.name, dtype });
        if (buffer.role === 'scratch') return;
        written.set(slot, { ...stmt, address: { base: constant(index), gathers: [] }, value: kept });
      }
    }
  }

  function fold({ fn, dtype, order, loops, body, value }: Extract<Stmt, { kind: 'fold' }>): Expr {
    const points = loops.reduce((product, { extent }) => product * sizeOf(extent, sizes), 1);
    const inOrder = fn === 'max' || fn === 'min' || (fn === 'sum' && (order === 'in-order' || points <= laneCount));
    if (!inOrder || points === 0) throw new Crooked();
    let sofar: Expr | null = fn === 'sum' ? { kind: 'number', value: 0 } : null;
    each(loops, () => {
      body.forEach(statement);
      const term = expr(value);
      const args = sofar ? [sofar, term] : [term];
      const next: Expr = sofar ? { kind: 'call', fn: fn === 'sum' ? 'add' : (fn as 'max' | 'min'), dtype, args } : term;
      sofar = keep(stmts, dtype, next);
    });
    return sofar!;
  } // prettier-ignore

  function each(loops: readonly Loop[], inside: () => void): void {
    const [loop, ...inner] = loops;
    if (!loop) return inside();
    for (let i = 0; i < sizeOf(loop.extent, sizes); i++) {
      vars.set(loop.name, i);
      each(inner, inside);
    }
  }

  function run(step: Step): void {
    if (step.kind === 'kernel') return each(step.kernel.loops, () => step.kernel.body.forEach(statement));
    const extent = sizeOf(step.extent, sizes);
    for (let i = 0; i < extent; i++) {
      vars.set(step.turn, step.reverse ? extent - 1 - i : i);
      step.steps.forEach(run);
    }
  }

  steps.forEach(run);
  return [...reads, ...stmts, ...written.values()];
}
