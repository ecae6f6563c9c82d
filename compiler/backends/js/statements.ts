import { constant, substitute } from '../../ir/affine.ts';
import type { Stmt } from '../../ir/kernel.ts';
import { mapIndices } from '../../ir/kernel-walk.ts';
import { addressPiece } from './address.ts';
import { elementText, exprPiece } from './expr.ts';
import { beginLanes, capacityOf, usesLanes, type FoldStmt } from './lanes.ts';
import { define, nest } from './loops.ts';
import { block, current, fresh, isF32, settle, withoutParens, write, type Writer } from './writer.ts';

export function writeBody(w: Writer, body: readonly Stmt[]): void {
  for (const stmt of body) writeStmt(w, stmt);
}

function writeStmt(w: Writer, stmt: Stmt): void {
  switch (stmt.kind) {
    case 'let': {
      const value = settle(w, exprPiece(w, stmt.value, stmt.dtype), current(w));
      if (value.atomic) return define(w, stmt, value.text, value.level);
      const name = fresh(w, stmt.name);
      write(w, `const ${name} = ${withoutParens(value.text)};`);
      return define(w, stmt, name, current(w));
    }
    case 'fold':
      return define(w, stmt, writeFold(w, stmt), current(w));
    case 'store':
      return writeStore(w, stmt);
  }
}

function writeStore(w: Writer, stmt: Extract<Stmt, { kind: 'store' }>): void {
  const buffer = w.buffers.get(stmt.buffer)!;
  const { dtype } = buffer.type;
  const at = settle(
    w,
    addressPiece(w, buffer, stmt.address, (expr) => exprPiece(w, expr, 'int')),
    current(w),
  );
  const piece = exprPiece(w, stmt.value, dtype);
  const value = settle(w, piece, current(w));
  const text = value === piece ? (piece.unrounded ?? withoutParens(piece.text)) : value.text;
  write(w, assignment(elementText(w, dtype, at.text), text));
}
/** `x = x - y` is `x -= y`: updates in place are common. */
function assignment(target: string, value: string): string {
  for (const sign of ['+', '-']) {
    const start = `${target} ${sign} `;
    if (value.startsWith(start) && !value.endsWith(' | 0'))
      return `${target} ${sign}= ${value.slice(start.length)};`;
  }
  return `${target} = ${value};`;
}

/** Writes the loops of a fold; gives the text of its value. */
export function writeFold(w: Writer, fold: FoldStmt): string {
  if (fold.fn === 'argmax' || fold.fn === 'argmin') return writeArgFold(w, fold);
  if (usesLanes(w, fold)) return writeLanes(w, fold);
  const name = fresh(w, fold.name);
  write(w, `let ${name} = ${startText(fold)};`);
  nest(w, fold.loops, () => {
    writeBody(w, fold.body);
    write(w, `${name} = ${combine(w, fold, name, valueText(w, fold))};`);
  });
  return name;
}

/** So few points of a window, where the position of the greatest is asked for, are written one after the other. */
const mostUnrolled = 9;

function eachPoint(w: Writer, fold: FoldStmt, inside: (point: FoldStmt) => void): void {
  const plain = fold.body.every((stmt) => stmt.kind === 'let');
  const fixed = fold.loops.every(({ extent }) => typeof extent === 'number');
  if (fold.loops.length < 2 || !plain || !fixed || capacityOf(w, fold) > mostUnrolled)
    return nest(w, fold.loops, () => inside(fold));
  const value: Stmt = { kind: 'let', name: '', dtype: fold.dtype, value: fold.value };
  const at = (loops: FoldStmt['loops'], stmts: readonly Stmt[]): void => {
    const [loop, ...inner] = loops;
    if (!loop) return inside({ ...fold, body: stmts.slice(0, -1), value: stmts.at(-1)!.value });
    for (let i = 0; i < (loop.extent as number); i++)
      at(inner, mapIndices(stmts, (index) => substitute(index, (name) => (name === loop.name ? constant(i) : null)))); // prettier-ignore
  };
  at(fold.loops, [...fold.body, value]);
}

export function startText({ fn, dtype }: FoldStmt): string {
  if (fn === 'sum') return '0';
  if (dtype === 'float') return fn === 'max' ? '-Infinity' : 'Infinity';
  return fn === 'max' ? '-2147483648' : '2147483647';
}

/** The fold's value at a point, where the point's body has been written. */
export function valueText(w: Writer, fold: FoldStmt): string {
  const compared = fold.fn === 'argmax' || fold.fn === 'argmin';
  return settle(w, exprPiece(w, fold.value, compared ? 'float' : fold.dtype), current(w)).text;
}

export function combine(w: Writer, { fn, dtype }: FoldStmt, sofar: string, value: string): string {
  if (fn === 'max' || fn === 'min') return `Math.${fn}(${sofar}, ${value})`;
  if (dtype !== 'float') return `${sofar} + ${value} | 0`;
  return isF32(w) ? `f(${sofar} + ${value})` : `${sofar} + ${value}`;
}

/** The first of equals wins; the position counts the folded elements in row-major order. */
function writeArgFold(w: Writer, fold: FoldStmt): string {
  const best = fresh(w, 'best');
  const at = fresh(w, fold.name);
  const p = fresh(w, 'p');
  write(w, `let ${best} = ${fold.fn === 'argmax' ? '-Infinity' : 'Infinity'}, ${at} = 0, ${p} = 0;`);
  eachPoint(w, fold, (point) => {
    writeBody(w, point.body);
    const x = fresh(w, 'x');
    write(w, `const ${x} = ${withoutParens(valueText(w, point))};`);
    block(w, `if (${x} ${fold.fn === 'argmax' ? '>' : '<'} ${best})`, () => {
      write(w, `${best} = ${x};`);
      write(w, `${at} = ${p};`);
    });
    write(w, `${p}++;`);
  });
  return at;
}

/** Adds up in the eight lanes kept in `L`; short folds use the first alone, which is in order. */
function writeLanes(w: Writer, fold: FoldStmt): string {
  if (fold.body.some((stmt) => stmt.kind === 'fold')) throw new Error('a fold by lanes holds no other fold');
  const lanes = beginLanes(w, fold, 1);
  nest(w, fold.loops, () => {
    writeBody(w, fold.body);
    write(w, `L[${lanes.p} & ${lanes.mask}] += ${valueText(w, fold)};`);
    lanes.next('1');
  });
  lanes.end('1');
  const name = fresh(w, fold.name);
  write(w, `const ${name} = Z[0];`);
  return name;
}
