import { sizeOf, type Dim } from '../../ir/dim.ts';
import type { Expr, Kernel, Loop, Stmt } from '../../ir/kernel.ts';
import { coefOf, dimPiece } from './address.ts';
import { beginLanes, needScratch, usesLanes, type FoldStmt } from './lanes.ts';
import { define, nest } from './loops.ts';
import { combine, startText, valueText, writeBody } from './statements.ts';
import { current, fresh, settle, write, type Writer } from './writer.ts';

/**
 * A fold down the columns (bias gradients, batch statistics): its inner loop would step over whole rows.
 * Exchanging it with the last parallel loop walks memory in order, with one accumulator per column; the
 * order of additions of each output stays what it was.
 */
export interface RowsPlan {
  readonly fold: FoldStmt;
  readonly column: Loop;
}

/** Below this many terms in all, the plain loop is as fast and shorter. */
const worthwhile = 256;

export function planRows(w: Writer, kernel: Kernel): RowsPlan | null {
  const [fold, ...rest] = kernel.body;
  const column = kernel.loops.at(-1);
  if (fold?.kind !== 'fold' || !column || rest.some((stmt) => stmt.kind === 'fold')) return null;
  if (fold.body.some((stmt) => stmt.kind === 'fold')) return null;
  if (fold.fn === 'argmax' || fold.fn === 'argmin') return null;
  const inner = fold.loops.at(-1);
  if (!inner || sizeOf(column.extent, w.capacities) < 4) return null;
  const terms = [...kernel.loops, ...fold.loops].reduce(
    (all, { extent }) => all * sizeOf(extent, w.capacities),
    1,
  );
  if (terms < worthwhile) return null;
  const loads = [...fold.body.flatMap(loadsOfStmt), ...loadsOf(fold.value)];
  const strided = loads.some(
    ({ address: { base } }) => isUnit(coefOf(base, column.name)) && isFar(coefOf(base, inner.name)),
  );
  return strided ? { fold, column } : null;
}

function isUnit(coef: Dim): boolean {
  return coef === 1;
}
function isFar(coef: Dim): boolean {
  return typeof coef !== 'number' || Math.abs(coef) > 1;
}

type Load = Extract<Expr, { kind: 'load' }>;
function loadsOf(expr: Expr): Load[] {
  if (expr.kind === 'call') return expr.args.flatMap(loadsOf);
  return expr.kind === 'load' ? [expr] : [];
}
function loadsOfStmt(stmt: Stmt): Load[] {
  if (stmt.kind === 'fold') return [...stmt.body.flatMap(loadsOfStmt), ...loadsOf(stmt.value)];
  return loadsOf(stmt.value);
}

export function writeRows(w: Writer, kernel: Kernel, { fold, column }: RowsPlan): void {
  const outer = kernel.loops.slice(0, -1);
  const width = sizeOf(column.extent, w.capacities);
  nest(w, outer, () => {
    const n = settle(w, dimPiece(w, column.extent), 1).text;
    const sums = usesLanes(w, fold) ? writeLaneRows(w, fold, column, width, n) : writePlainRows(w, fold, column, width, n); // prettier-ignore
    nest(w, [column], () => {
      const at = w.names.get(column.name)!;
      const name = fresh(w, fold.name);
      write(w, `const ${name} = ${sums}[${at.text}];`);
      define(w, fold, name, current(w));
      writeBody(w, kernel.body.slice(1));
    });
  });
}

function writeLaneRows(w: Writer, fold: FoldStmt, column: Loop, width: number, n: string): string {
  const lanes = beginLanes(w, fold, width);
  nest(w, fold.loops, () => {
    const row = fresh(w, 'row');
    write(w, `const ${row} = (${lanes.p} & ${lanes.mask}) * ${n};`);
    nest(w, [column], () => {
      writeBody(w, fold.body);
      write(w, `L[${row} + ${w.names.get(column.name)!.text}] += ${valueText(w, fold)};`);
    });
    lanes.next(n);
  });
  lanes.end(n);
  return 'Z';
}

function writePlainRows(w: Writer, fold: FoldStmt, column: Loop, width: number, n: string): string {
  const sums = fold.dtype === 'float' ? 'A' : 'P';
  needScratch(w, sums, width);
  write(w, `${sums}.fill(${startText(fold)}, 0, ${n});`);
  nest(w, [...fold.loops, column], () => {
    writeBody(w, fold.body);
    const at = `${sums}[${w.names.get(column.name)!.text}]`;
    write(w, `${at} = ${combine(w, fold, at, valueText(w, fold))};`);
  });
  return sums;
}
