import type { Loop, Stmt } from '../../ir/kernel.ts';
import { addressText } from './address.ts';
import { exprText, storeText, wgslTypes } from './expr.ts';
import { block, dimText, fresh, write, type Writer } from './writer.ts';

export type FoldStmt = Extract<Stmt, { kind: 'fold' }>;
/** Writes a fold and gives the text of its value. */
export type WriteFold = (w: Writer, fold: FoldStmt) => string;
/** Writes a store: `at` is the slot, `value` in the buffer's type. */
export type WriteStore = (w: Writer, line: string) => void;

/** How a kernel's folds and stores are written where they are not as plain as can be. */
export interface Ways {
  readonly fold: WriteFold;
  readonly store: WriteStore;
}
export const plain: Ways = { fold: writeFold, store: write };

export function writeBody(w: Writer, body: readonly Stmt[], ways: Ways = plain): void {
  for (const stmt of body) writeStmt(w, stmt, ways);
}

function writeStmt(w: Writer, stmt: Stmt, ways: Ways): void {
  if (stmt.kind === 'store') {
    const buffer = w.buffers.get(stmt.buffer)!;
    const at = addressText(w, buffer, stmt.address, (expr) => exprText(w, expr, 'int'));
    return ways.store(w, storeText(w, buffer, at, exprText(w, stmt.value, buffer.type.dtype)));
  }
  if (stmt.kind === 'fold') {
    const value = ways.fold(w, stmt);
    return define(w, stmt, stmt.dtype === 'bool' ? `(${value} != 0)` : value);
  }
  const value = exprText(w, stmt.value, stmt.dtype);
  const name = fresh(w, stmt.name);
  write(w, `let ${name} = ${value};`);
  define(w, stmt, name);
}

/** From here on, `name` of the kernel is `text` of the shader. */
export function define(w: Writer, { name, dtype }: Exclude<Stmt, { kind: 'store' }>, text: string): void {
  w.types.set(name, dtype);
  w.names.set(name, text);
}

/** The loops, outermost first, around what `inside` writes. */
export function nest(w: Writer, loops: readonly Loop[], inside: () => void): void {
  const [loop, ...inner] = loops;
  if (!loop) return inside();
  const name = fresh(w, loop.name);
  const hidden = w.names.get(loop.name);
  block(w, `for (var ${name} = 0; ${name} < ${dimText(w, loop.extent)}; ${name}++)`, () => {
    defineLoop(w, loop, name);
    nest(w, inner, inside);
  });
  if (hidden !== undefined) w.names.set(loop.name, hidden);
}
function defineLoop(w: Writer, { name }: Loop, text: string): void {
  w.names.set(name, text);
  w.types.set(name, 'int');
}

/** Loop variables from a flat row-major position, which is used up. */
export function unravel(w: Writer, loops: readonly Loop[], position: string): void {
  const rest = fresh(w, 'rest');
  if (loops.length > 1) write(w, `var ${rest} = ${position};`);
  loops.toReversed().forEach((loop, i) => {
    const name = fresh(w, loop.name);
    const last = i === loops.length - 1;
    const from = loops.length > 1 ? rest : position;
    write(w, `let ${name} = ${last ? from : `${from} % ${dimText(w, loop.extent)}`};`);
    if (!last) write(w, `${rest} = ${rest} / ${dimText(w, loop.extent)};`);
    defineLoop(w, loop, name);
  });
}

/** One after the other, in the order of the kernel. */
export function writeFold(w: Writer, fold: FoldStmt): string {
  const name = fresh(w, fold.name);
  const state = foldState(w, fold, name);
  nest(w, fold.loops, () => foldPoint(w, fold, state, `${name}p`));
  return name;
}

/** Variables of a fold in progress: the value so far, and for the place of the best, the best. */
export interface FoldState {
  readonly value: string;
  readonly best: string | null;
}

export function foldState(w: Writer, fold: FoldStmt, name: string): FoldState {
  const isArg = fold.fn === 'argmax' || fold.fn === 'argmin';
  write(w, `var ${name}: ${wgslTypes[fold.dtype === 'bool' ? 'int' : fold.dtype]} = ${isArg ? '0' : startText(w, fold)};`);
  if (!isArg) return { value: name, best: null };
  write(w, `var ${name}best = ${startText(w, fold)};`);
  write(w, `var ${name}p = 0;`);
  return { value: name, best: `${name}best` };
} // prettier-ignore

export function startText(w: Writer, { fn, dtype }: FoldStmt): string {
  if (fn === 'sum') return dtype === 'float' ? '0.0' : '0';
  const lowest = fn === 'max' || fn === 'argmax';
  if (dtype !== 'float' && (fn === 'max' || fn === 'min')) return lowest ? '(-2147483647i - 1i)' : '2147483647i'; // prettier-ignore
  w.needs.add('infinity');
  return lowest ? '(-infinity())' : 'infinity()';
}

/** The fold's step at a point; `p` counts the points where their place is asked for. */
export function foldPoint(w: Writer, fold: FoldStmt, { value, best }: FoldState, p: string): void {
  writeBody(w, fold.body);
  if (best === null) {
    const x = exprText(w, fold.value, fold.dtype === 'bool' ? 'int' : fold.dtype);
    return write(w, `${value} = ${combineText(w, fold, value, x)};`);
  }
  const x = fresh(w, 'x');
  write(w, `let ${x} = ${exprText(w, fold.value, 'float')};`);
  block(w, `if (${x} ${fold.fn === 'argmax' ? '>' : '<'} ${best})`, () => {
    write(w, `${best} = ${x};`);
    write(w, `${value} = ${p};`);
  });
  write(w, `${p}++;`);
}

export function combineText(w: Writer, { fn, dtype }: FoldStmt, a: string, b: string): string {
  if (fn === 'sum') return `${a} + ${b}`;
  if (dtype !== 'float') return `${fn}(${a}, ${b})`;
  const name = fn === 'max' ? 'maximum' : 'minimum';
  w.needs.add(name);
  return `${name}(${a}, ${b})`;
}
