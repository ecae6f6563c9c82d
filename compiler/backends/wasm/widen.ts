import { type Affine, sameAffine, variablesOf } from '../../ir/affine.ts';
import { isExpr } from '../../ir/expr-type.ts';
import type { Address, Expr, Loop, Stmt } from '../../ir/kernel.ts';
import { coefOf } from './address.ts';
import { capacityOf } from './loops.ts';
import { isWritten, type Writer } from './writer.ts';

type Load = Extract<Expr, { kind: 'load' }>;

/**
 * Whether four points of the loop may be computed side by side: no point reads what another one stores, and each stores
 * to places of its own. Folds of such a body are four folds side by side.
 */
export function canWiden(w: Writer, loop: Loop, body: readonly Stmt[]): boolean {
  if (w.float !== 'f32' || capacityOf(w, loop) < 4) return false;
  const stores = body.filter((stmt) => stmt.kind === 'store');
  const apart = stores.every(({ address }) => {
    const step = coefOf(address.base, loop.name);
    if (step === 0 || step === null) return false;
    // One row for all four, wherever it is.
    return address.gathers.length === 0 || (step === 1 && !variesWithin(loop, body, address));
  });
  return apart && isIndependent(w, body);
}

/** No point reads what another one stores: what is read of the buffers written is the place that is written. */
export function isIndependent(w: Writer, body: readonly Stmt[]): boolean {
  const stores = body.filter((stmt) => stmt.kind === 'store');
  return loadsOf(body).every((load) => {
    const { address, buffer, guards } = load;
    if (!isWritten(w, w.buffers.get(buffer)!)) return true;
    const own = stores.some((store) => store.buffer === buffer && sameAddress(store.address, address));
    const others = stores.some((store) => store.buffer !== buffer && overlap(w, store.buffer, buffer));
    return own && !others && guards.length === 0;
  });
}

function sameAddress(a: Address, b: Address): boolean {
  return sameAffine(a.base, b.base) && JSON.stringify(a.gathers) === JSON.stringify(b.gathers);
}

/** Whether a gathered part of the address may differ from one point of the loop to the next. */
function variesWithin(loop: Loop, body: readonly Stmt[], address: Address): boolean {
  const varying = new Set<string>([loop.name]);
  const isIn = (index: Affine): boolean => [...variablesOf(index)].some((name) => varying.has(name));
  const varies = (expr: Expr): boolean => {
    switch (expr.kind) {
      case 'ref':
        return varying.has(expr.name);
      case 'load':
        return (
          isIn(expr.address.base) ||
          expr.address.gathers.some(({ value }) => varies(value)) ||
          expr.guards.some(({ index }) => (isExpr(index) ? varies(index) : isIn(index)))
        );
      case 'call':
        return expr.args.some(varies);
      case 'coordinate':
      case 'random':
        return isIn(expr.index);
      default:
        return false;
    }
  };
  for (const stmt of body) {
    if (stmt.kind === 'fold') varying.add(stmt.name);
    else if (stmt.kind === 'let' && varies(stmt.value)) varying.add(stmt.name);
  }
  return address.gathers.some(({ value }) => varies(value));
}

function overlap(w: Writer, one: number, other: number): boolean {
  const [a, b] = [w.buffers.get(one)!, w.buffers.get(other)!];
  return a.offset < b.offset + b.size && b.offset < a.offset + a.size;
}

/** Every load of the statements, those of folds, gathers and guards included. */
export function loadsOf(body: readonly Stmt[]): readonly Load[] {
  return body.flatMap((stmt) => {
    const inner = stmt.kind === 'fold' ? loadsOf(stmt.body) : [];
    const gathered = stmt.kind === 'store' ? stmt.address.gathers.flatMap(({ value }) => loadsIn(value)) : [];
    return [...inner, ...gathered, ...loadsIn(stmt.value)];
  });
}
function loadsIn(expr: Expr): readonly Load[] {
  if (expr.kind === 'call') return expr.args.flatMap(loadsIn);
  if (expr.kind !== 'load') return [];
  const gathered = expr.address.gathers.flatMap(({ value }) => loadsIn(value));
  const guarding = expr.guards.flatMap(({ index }) => (isExpr(index) ? loadsIn(index) : []));
  return [expr, ...gathered, ...guarding];
}

/** A fold whose elements lie side by side along its own axis, and not along this loop. */
export function runsAcross(loop: Loop, body: readonly Stmt[]): boolean {
  return body.some((stmt) => {
    const inner = stmt.kind === 'fold' ? stmt.loops.at(-1) : undefined;
    if (stmt.kind !== 'fold' || !inner) return false;
    return loadsOf([stmt]).some(({ address: { base } }) => {
      const here = coefOf(base, loop.name);
      return coefOf(base, inner.name) === 1 && here !== 0 && here !== 1;
    });
  });
}
