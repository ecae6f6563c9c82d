import type { Expr, Loop, Stmt } from '../../ir/kernel.ts';
import { neededBy, result, variablesIn, walkStmts } from '../../ir/kernel-walk.ts';
import type { DType } from '../../ir/tensor-type.ts';
import { exprType, type Scope } from '../../ir/expr-type.ts';
import type { Cells, Making } from './cells.ts';
import { apart, arraysIn } from './parts.ts';

/** WebGPU gives a kernel eight storage buffers, of which one is its output. */
export const mostArrays = 7;

/** A part of a kernel that can be computed before it. */
interface Part {
  readonly expr: Expr;
  readonly dtype: DType;
  readonly loops: readonly Loop[];
  readonly body: readonly Stmt[];
  readonly arrays: number;
}

/**
 * A kernel that reads more arrays than it may be handed is made of parts: the one that saves most is computed before, into
 * an array of its own, until what is left fits. `room`: how many arrays it may read.
 */
export function cutManyArrays(cells: Cells, room: number, making: Making): readonly Cells[] {
  const before: Cells[] = [];
  let rest = cells;
  for (let n = 0; ; n++) {
    const count = arraysOf(rest, making);
    if (count <= room) return [...before, rest];
    const best = bestPart(rest, making, count);
    if (!best) {
      making.refused.push({
        entry: making.entry,
        nodes: cells.nodes,
        text: `an element made of ${count} tensors: it is handed at most ${mostArrays} at once`,
      });
      return [...before, rest];
    }
    const { cells: part, load } = apart(cells, { ...best, value: best.expr }, best.dtype, `part${n}`, making);
    before.push(part);
    rest = replaced(rest, best.expr, load);
  }
}

/** Stands for the array a part would have. */
const somewhere: Expr = {
  kind: 'load',
  buffer: -1,
  dtype: 'float',
  address: { base: { offset: 0, terms: [] }, gathers: [] },
  guards: [],
};

function arraysOf({ body, value }: Cells, making: Making): number {
  return arraysIn([...body, result(value)], making).size;
}

function bestPart(cells: Cells, making: Making, count: number): Part | null {
  let best: Part | null = null;
  let left = count;
  for (const part of partsOf(cells, making)) {
    if (part.arrays < 2 || part.arrays > mostArrays) continue;
    const after = replaced(cells, part.expr, somewhere);
    const still = arraysOf(after, making);
    if (still < left) [best, left] = [part, still];
  }
  return best;
} // prettier-ignore

/** Every call and fold that does not depend on what another fold defines within itself. */
function partsOf(cells: Cells, making: Making): readonly Part[] {
  const parts: Part[] = [];
  const scope = new Map<string, DType>();
  const see = (stmts: readonly Stmt[], loops: readonly Loop[], inner: ReadonlySet<string>): void => {
    for (const stmt of stmts) {
      if (stmt.kind === 'fold') {
        const own = new Set([...inner, ...stmt.body.flatMap((s) => (s.kind === 'store' ? [] : [s.name]))]);
        see([...stmt.body, { ...result(stmt.value), dtype: stmt.dtype } as Stmt], [...loops, ...stmt.loops], own);
      } else {
        walkStmts([stmt], { expr: (expr) => void (expr.kind === 'call' && offer(expr, loops, inner)) });
      }
      if (stmt.kind === 'store' || stmt.name === '') continue;
      scope.set(stmt.name, stmt.dtype);
      if (loops === cells.loops) offer({ kind: 'ref', name: stmt.name }, loops, inner);
    }
  };
  const offer = (expr: Expr, around: readonly Loop[], inner: ReadonlySet<string>): void => {
    const body = neededBy(cells.body, expr);
    const all = [...body, result(expr)];
    let isInner = false;
    walkStmts([result(expr)], { expr: (e) => void (isInner ||= e.kind === 'ref' && inner.has(e.name)) });
    if (isInner) return;
    const used = variablesIn(all);
    const loops = around.filter(({ name }) => used.has(name));
    parts.push({ expr, dtype: typeIn(expr, scope), loops, body, arrays: arraysIn(all, making).size });
  };
  see([...cells.body, result(cells.value)], cells.loops, new Set());
  return parts;
} // prettier-ignore

function typeIn(expr: Expr, scope: Scope): DType {
  return exprType(expr, scope) ?? 'float';
}

function replaced(cells: Cells, expr: Expr, by: Expr): Cells {
  const isIt = (e: Expr) => e === expr || (expr.kind === 'ref' && e.kind === 'ref' && e.name === expr.name);
  const swap = (stmts: readonly Stmt[]) => swapExprs(stmts, isIt, by);
  const [value] = swap([result(cells.value)]);
  return { ...cells, value: value!.value, body: neededBy(swap(cells.body), value!.value) };
}

/** Whole subtrees, found by identity before anything in them is rebuilt. */
function swapExprs(stmts: readonly Stmt[], isIt: (e: Expr) => boolean, by: Expr): readonly Stmt[] {
  const marked = new Map<Expr, Expr>();
  const swap = (e: Expr): Expr => {
    if (isIt(e)) return by;
    const known = marked.get(e);
    if (known) return known;
    const made: Expr =
      e.kind === 'call'
        ? { ...e, args: e.args.map(swap) }
        : e.kind === 'load'
          ? {
              ...e,
              address: { ...e.address, gathers: e.address.gathers.map((g) => ({ ...g, value: swap(g.value) })) },
              guards: e.guards.map((g) => ('kind' in g.index ? { ...g, index: swap(g.index) } : g)),
            }
          : e;
    marked.set(e, made);
    return made;
  };
  return stmts.map((stmt): Stmt => {
    if (stmt.kind === 'fold') return { ...stmt, body: swapExprs(stmt.body, isIt, by), value: swap(stmt.value) };
    return { ...stmt, value: swap(stmt.value) };
  });
} // prettier-ignore
