import { type Affine, variablesOf } from './affine.ts';
import { isExpr } from './expr-type.ts';
import type { Address, BufferId, Expr, Stmt } from './kernel.ts';

/** Rebuilds statements with every affine index rewritten: addresses, guards, coordinates, counters. */
export function mapIndices(stmts: readonly Stmt[], rewrite: (index: Affine) => Affine): readonly Stmt[] {
  const expr = (e: Expr): Expr => {
    switch (e.kind) {
      case 'coordinate':
      case 'random':
        return { ...e, index: rewrite(e.index) };
      case 'call':
        return { ...e, args: e.args.map(expr) };
      case 'load':
        return {
          ...e,
          address: {
            base: rewrite(e.address.base),
            gathers: e.address.gathers.map((g) => ({ ...g, value: expr(g.value) })),
          },
          guards: e.guards.map((g) => ({ ...g, index: isExpr(g.index) ? expr(g.index) : rewrite(g.index) })),
        };
      default:
        return e;
    }
  };
  return stmts.map((stmt): Stmt => {
    switch (stmt.kind) {
      case 'let':
        return { ...stmt, value: expr(stmt.value) };
      case 'fold':
        return { ...stmt, body: mapIndices(stmt.body, rewrite), value: expr(stmt.value) };
      case 'store':
        return {
          ...stmt,
          address: {
            base: rewrite(stmt.address.base),
            gathers: stmt.address.gathers.map((g) => ({ ...g, value: expr(g.value) })),
          },
          value: expr(stmt.value),
        };
    }
  });
}

export interface Seen {
  readonly expr?: (expr: Expr) => void;
  readonly stmt?: (stmt: Stmt) => void;
}

/** Sees every statement before its parts, and every expression before its arguments. */
export function walkStmts(stmts: readonly Stmt[], seen: Seen): void {
  const expr = (e: Expr): void => {
    seen.expr?.(e);
    if (e.kind === 'call') e.args.forEach(expr);
    if (e.kind !== 'load') return;
    for (const { value } of e.address.gathers) expr(value);
    for (const { index } of e.guards) if (isExpr(index)) expr(index);
  };
  for (const stmt of stmts) {
    seen.stmt?.(stmt);
    if (stmt.kind === 'fold') walkStmts(stmt.body, seen);
    if (stmt.kind === 'store') for (const { value } of stmt.address.gathers) expr(value);
    expr(stmt.value);
  }
}

/** Every affine index of the statements. */
export function indicesOf(stmts: readonly Stmt[]): readonly Affine[] {
  const found: Affine[] = [];
  walkStmts(stmts, {
    stmt: (stmt) => {
      if (stmt.kind === 'store') found.push(stmt.address.base);
    },
    expr: (e) => {
      if (e.kind === 'coordinate' || e.kind === 'random') found.push(e.index);
      if (e.kind !== 'load') return;
      found.push(e.address.base);
      for (const { index } of e.guards) if (!isExpr(index)) found.push(index);
    },
  });
  return found;
}

export function buffersRead(stmts: readonly Stmt[]): ReadonlySet<BufferId> {
  const read = new Set<BufferId>();
  walkStmts(stmts, { expr: (e) => void (e.kind === 'load' && read.add(e.buffer)) });
  return read;
}
export function buffersWritten(stmts: readonly Stmt[]): ReadonlySet<BufferId> {
  const written = new Set<BufferId>();
  walkStmts(stmts, { stmt: (s) => void (s.kind === 'store' && written.add(s.buffer)) });
  return written;
}

/** Rebuilds statements with every expression rewritten, its parts first. */
export function mapExprs(stmts: readonly Stmt[], rewrite: (expr: Expr) => Expr): readonly Stmt[] {
  return stmts.map((stmt): Stmt => {
    const value = mapExpr(stmt.value, rewrite);
    switch (stmt.kind) {
      case 'let':
        return { ...stmt, value };
      case 'fold':
        return { ...stmt, body: mapExprs(stmt.body, rewrite), value };
      case 'store':
        return { ...stmt, address: mapAddress(stmt.address, rewrite), value };
    }
  });
}

export function mapExpr(e: Expr, rewrite: (expr: Expr) => Expr): Expr {
  if (e.kind === 'call') return rewrite({ ...e, args: e.args.map((arg) => mapExpr(arg, rewrite)) });
  if (e.kind !== 'load') return rewrite(e);
  const guards = e.guards.map((guard) =>
    isExpr(guard.index) ? { ...guard, index: mapExpr(guard.index, rewrite) } : guard,
  );
  return rewrite({ ...e, address: mapAddress(e.address, rewrite), guards });
}

function mapAddress({ base, gathers }: Address, rewrite: (expr: Expr) => Expr): Address {
  return { base, gathers: gathers.map((g) => ({ ...g, value: mapExpr(g.value, rewrite) })) };
}

/** The statements a value needs, and no others. */
export function neededBy(body: readonly Stmt[], value: Expr): readonly Stmt[] {
  const wanted = namesIn([result(value)]);
  const kept: Stmt[] = [];
  for (const stmt of body.toReversed()) {
    if (stmt.kind === 'store' || !wanted.has(stmt.name)) continue;
    kept.unshift(stmt);
    for (const name of namesIn([stmt])) wanted.add(name);
  }
  return kept;
}

/** A value as the last statement: walked and rewritten like the others. */
export function result(value: Expr): Stmt {
  return { kind: 'let', name: '', dtype: 'float', value };
}

function namesIn(stmts: readonly Stmt[]): Set<string> {
  const names = new Set<string>();
  walkStmts(stmts, { expr: (e) => void (e.kind === 'ref' && names.add(e.name)) });
  return names;
}

/** Loop variables in the indices of the statements. */
export function variablesIn(stmts: readonly Stmt[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const index of indicesOf(stmts)) variablesOf(index, names);
  return names;
}
