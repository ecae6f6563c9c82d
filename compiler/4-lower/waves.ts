import { constant, variable } from '../ir/affine.ts';
import type { BufferId, Expr, Kernel, Stmt } from '../ir/kernel.ts';
import type { ScalarFn } from '../ir/formula.ts';
import type { DType } from '../ir/tensor-type.ts';

type Let = Extract<Stmt, { kind: 'let' }>;

const slow: ReadonlySet<ScalarFn> = new Set([
  'exp', 'log', 'log1p', 'expm1', 'sin', 'cos', 'tanh', 'sigmoid', 'softplus', 'erf',
]); // prettier-ignore

/** Functions of one number for which engines make a call, and which vectors compute side by side. */
export function isSlow(expr: Expr): boolean {
  return expr.kind === 'call' && slow.has(expr.fn) && expr.dtype === 'float';
}

/**
 * Lets and then stores, without loops, as kernels: first what needs no slow function, then one loop for each function
 * over all the numbers it is asked for so far, then what needs these, and so on. Values that are needed later wait in
 * `scratch`. Slow functions are lets of their own.
 */
export function inWaves(body: readonly Stmt[], scratch: (numbers: number) => BufferId): readonly Kernel[] {
  const lets = body.filter((stmt) => stmt.kind === 'let');
  const stores = body.filter((stmt) => stmt.kind === 'store');
  const byName = new Map(lets.map((stmt) => [stmt.name, stmt]));
  const wave = new Map<string, number>();
  for (const { name, value } of lets) {
    const before = Math.max(0, ...refsOf(value).map((ref) => wave.get(ref)!));
    wave.set(name, before + (isSlow(value) ? 1 : 0));
  }
  const last = Math.max(0, ...wave.values());
  if (last === 0) return [straight(body)];

  // Places: arguments of each wave's functions side by side, then what is carried from wave to wave.
  const place = new Map<string, number>();
  const asked: { readonly fn: ScalarFn; readonly from: number; readonly names: readonly Let[] }[][] = [];
  for (let w = 0; w <= last; w++) {
    const calls = lets.filter(({ name, value }) => wave.get(name) === w && isSlow(value));
    const fns = [...new Set(calls.map(({ value }) => (value as Call).fn))];
    asked.push(
      fns.map((fn) => {
        const names = calls.filter(({ value }) => (value as Call).fn === fn);
        const from = place.size;
        names.forEach(({ name }) => place.set(name, place.size));
        return { fn, from, names };
      }),
    );
  }
  const lastUse = new Map<string, number>();
  for (const { name, value } of lets)
    // Arguments of slow functions are worked out a wave before.
    for (const ref of refsOf(value))
      lastUse.set(ref, Math.max(lastUse.get(ref) ?? 0, wave.get(name)! - (isSlow(value) ? 1 : 0)));
  for (const { value } of stores) for (const ref of refsOf(value)) lastUse.set(ref, last);
  const isCarried = (name: string): boolean => (lastUse.get(name) ?? 0) > wave.get(name)!;
  const carried = lets.filter(({ name, value }) => !isSlow(value) && !isPlain(value) && isCarried(name));
  if (carried.some(({ dtype }) => dtype !== 'float')) return [straight(body)];
  carried.forEach(({ name }) => place.set(name, place.size));
  const buffer = scratch(place.size);
  const at = (index: number) => ({ base: constant(index), gathers: [] });
  const load = (index: number): Expr => ({
    kind: 'load',
    buffer,
    dtype: 'float',
    address: at(index),
    guards: [],
  });

  const kernels: Kernel[] = [];
  for (let w = 0; w <= last; w++) {
    for (const { fn, from, names } of asked[w]!) kernels.push(together(fn, from, names.length, buffer));
    const known = new Set<string>();
    const stmts: Stmt[] = [];
    const need = (name: string): void => {
      if (known.has(name)) return;
      known.add(name);
      const own = byName.get(name)!;
      if (isSlow(own.value)) stmts.push({ ...own, value: load(place.get(name)!) });
      else if (wave.get(name) === w || isPlain(own.value)) {
        refsOf(own.value).forEach(need);
        stmts.push(own);
      } else stmts.push({ ...own, value: load(place.get(name)!) });
    };
    const ends: Stmt[] = [];
    const leave = (index: number, value: Expr): void => {
      refsOf(value).forEach(need);
      ends.push({ kind: 'store', buffer, address: at(index), value });
    };
    for (const { names } of asked[w + 1] ?? [])
      names.forEach(({ name, value }) => leave(place.get(name)!, (value as Call).args[0]!));
    for (const { name } of carried) if (wave.get(name) === w) leave(place.get(name)!, { kind: 'ref', name });
    if (w === last) {
      for (const { value } of stores) refsOf(value).forEach(need);
      ends.push(...stores);
    }
    kernels.push(straight([...stmts, ...ends]));
  }
  return kernels;
}

type Call = Extract<Expr, { kind: 'call' }>;

/** Read or worked out again rather than carried. */
function isPlain(value: Expr): boolean {
  return !isSlow(value) && refsOf(value).length === 0;
}

function refsOf(expr: Expr): readonly string[] {
  if (expr.kind === 'ref') return [expr.name];
  return expr.kind === 'call' ? expr.args.flatMap(refsOf) : [];
}

function straight(body: readonly Stmt[]): Kernel {
  return { name: 'straight', nodes: [], loops: [], body, contraction: null };
}

/** In place, for numbers that lie side by side. */
function together(fn: ScalarFn, from: number, count: number, buffer: BufferId): Kernel {
  const dtype: DType = 'float';
  const index = variable('i0');
  const address = { base: { ...index, offset: from }, gathers: [] };
  const value: Expr = {
    kind: 'call',
    fn,
    dtype,
    args: [{ kind: 'load', buffer, dtype, address, guards: [] }],
  };
  const body: readonly Stmt[] = [{ kind: 'store', buffer, address, value }];
  return { name: fn, nodes: [], loops: [{ name: 'i0', extent: count }], body, contraction: null };
}
