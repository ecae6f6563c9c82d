import { type Affine, renameVars } from '../ir/affine.ts';
import type { Dim } from '../ir/dim.ts';
import type { Address, BufferId, Expr, Guard, Loop, Stmt } from '../ir/kernel.ts';
import { isFactorLoad } from './contraction.ts';
import { isValue, partsOf, type Value } from './values.ts';

/** What a kernel leaves behind at each point. */
export interface Store {
  readonly buffer: BufferId;
  readonly address: Affine;
  /** Stride · value parts of the address. */
  readonly gathers?: readonly { readonly stride: Dim; readonly value: Value }[];
  readonly value: Value;
}

interface ScopeFrame {
  readonly vars: ReadonlySet<string>;
  readonly rename: ReadonlyMap<string, string>;
  readonly stmts: Stmt[];
  readonly bound: Map<number, string>;
}

/**
 * Values → statements. What is used twice, and what a fold need not compute again at each of its points,
 * becomes a `let` in the outermost scope that has its variables; a fold is always a statement. Contractions
 * come first, with both loads in place. Nothing is stored before everything is computed, so a kernel may
 * overwrite what it reads at the same point.
 */
export function statementsOf(stores: readonly Store[]): readonly Stmt[] {
  const values = reachable(stores);
  const uses = countUses(stores, values);
  const top: ScopeFrame = { vars: new Set(), rename: new Map(), stmts: [], bound: new Map() };
  let lets = 0;
  let foldVars = 0;

  /** The outermost scope in which all variables of the value are known. */
  function home(value: Value, scopes: readonly ScopeFrame[]): number {
    for (let i = scopes.length - 1; i > 0; i--) {
      if ([...value.vars].some((name) => scopes[i]!.vars.has(name))) return i;
    }
    return 0;
  }

  function emit(value: Value, scopes: readonly ScopeFrame[], inPlace = false): Expr {
    for (const { bound } of scopes) {
      const name = bound.get(value.id);
      if (name !== undefined) return { kind: 'ref', name };
    }
    const at = home(value, scopes);
    const mayBind = !inPlace && isWorthBinding(value);
    const hoisted = at < scopes.length - 1 && !isPlainLoad(value);
    if (value.kind !== 'fold' && !(mayBind && (hoisted || uses.get(value.id)! > 1)))
      return spell(value, scopes);
    return bind(value, scopes.slice(0, at + 1));
  }

  function bind(value: Value, scopes: readonly ScopeFrame[]): Expr {
    const frame = scopes.at(-1)!;
    const dtype = value.dtype ?? 'float';
    if (value.kind === 'fold') {
      const fold = emitFold(value, scopes);
      const name = `s${lets++}`;
      frame.stmts.push({ kind: 'fold', name, dtype, fn: value.fn, order: value.order, ...fold });
      frame.bound.set(value.id, name);
      return { kind: 'ref', name };
    }
    const expr = spell(value, scopes);
    const name = `t${lets++}`;
    frame.stmts.push({ kind: 'let', name, dtype, value: expr });
    frame.bound.set(value.id, name);
    return { kind: 'ref', name };
  }

  function emitFold(fold: Extract<Value, { kind: 'fold' }>, scopes: readonly ScopeFrame[]) {
    const rename = new Map(scopes.at(-1)!.rename);
    const loops: Loop[] = fold.loops.map(({ name, extent }) => {
      rename.set(name, `k${foldVars++}`);
      return { name: rename.get(name)!, extent };
    });
    const frame = { vars: new Set(fold.loops.map((loop) => loop.name)), rename, stmts: [], bound: new Map() };
    const inner = [...scopes, frame];
    const factors = productOfLoads(fold);
    const value: Expr = factors
      ? { kind: 'call', fn: 'mul', dtype: 'float', args: factors.map((factor) => emit(factor, inner, true)) }
      : emit(fold.body, inner);
    return { loops, body: frame.stmts as readonly Stmt[], value };
  }

  function spell(value: Value, scopes: readonly ScopeFrame[]): Expr {
    const { rename } = scopes.at(-1)!;
    const renamed = (index: Affine): Affine => renameVars(index, rename);
    switch (value.kind) {
      case 'number':
        return { kind: 'number', value: value.value };
      case 'size':
        return { kind: 'size', dim: value.dim };
      case 'coordinate':
        return { kind: 'coordinate', index: renamed(value.index) };
      case 'random':
        return { kind: 'random', dist: value.dist, stream: value.stream, index: renamed(value.index) };
      case 'call': {
        const args = value.args.map((arg) => emit(arg, scopes));
        return { kind: 'call', fn: value.fn, dtype: value.dtype ?? 'float', args };
      }
      case 'load': {
        const address: Address = {
          base: renamed(value.base),
          gathers: value.gathers.map(({ stride, value }) => ({ stride, value: emit(value, scopes) })),
        };
        const guards: Guard[] = value.guards.map(({ index, below }) => ({
          index: isValue(index) ? emit(index, scopes) : renamed(index),
          below,
        }));
        return { kind: 'load', buffer: value.buffer, dtype: value.dtype ?? 'float', address, guards };
      }
      case 'fold':
        throw new Error('a fold is a statement');
    }
  }

  for (const value of values) {
    if (isContraction(value) && !isInsideFold(value)) emit(value, [top]);
  }
  const stored = stores.map(({ value }) => {
    const expr = emit(value, [top]);
    const reads = expr.kind === 'load' || expr.kind === 'call' || expr.kind === 'random';
    return reads && stores.length > 1 ? bind(value, [top]) : expr;
  });
  stores.forEach(({ buffer, address, gathers: parts = [] }, i) => {
    const gathers = parts.map(({ stride, value }) => ({ stride, value: emit(value, [top]) }));
    top.stmts.push({ kind: 'store', buffer, address: { base: address, gathers }, value: stored[i]! });
  });
  return top.stmts;
}

/** A sum in order over a product of two plain loads: recognised later, once loops are collapsed. */
function isContraction(value: Value): boolean {
  return value.kind === 'fold' && productOfLoads(value) !== null;
}
/** Depends on the variable of a fold around it; those names start with `k`, loops with `i`. */
function isInsideFold(value: Value): boolean {
  return [...value.vars].some((name) => name.startsWith('k'));
}
function productOfLoads(fold: Extract<Value, { kind: 'fold' }>): readonly [Value, Value] | null {
  const { body } = fold;
  if (fold.fn !== 'sum' || fold.order !== 'in-order' || fold.dtype !== 'float') return null;
  if (body.kind !== 'call' || body.fn !== 'mul') return null;
  const [a, b] = body.args;
  return isFactorLoad(a!) && isFactorLoad(b!) ? [a!, b!] : null;
}

function reachable(stores: readonly Store[]): readonly Value[] {
  const seen = new Set<Value>();
  const visit = (value: Value): void => {
    if (seen.has(value)) return;
    seen.add(value);
    partsOf(value).forEach(visit);
  };
  for (const { value, gathers = [] } of stores) [value, ...gathers.map((part) => part.value)].forEach(visit);
  return [...seen];
}

function countUses(stores: readonly Store[], values: readonly Value[]): ReadonlyMap<number, number> {
  const uses = new Map<number, number>();
  const use = (value: Value): void => {
    uses.set(value.id, (uses.get(value.id) ?? 0) + 1);
  };
  for (const { value, gathers = [] } of stores) [value, ...gathers.map((part) => part.value)].forEach(use);
  for (const value of values) partsOf(value).forEach(use);
  return uses;
}

function isWorthBinding(value: Value): boolean {
  return value.kind === 'call' || value.kind === 'load' || value.kind === 'random' || value.kind === 'fold';
}
function isPlainLoad(value: Value): boolean {
  return value.kind === 'load' && value.gathers.length === 0;
}
