import { plus, type Affine, type Term } from '../../ir/affine.ts';
import { sizeOf } from '../../ir/dim.ts';
import type { BufferId, Expr, Loop, Stmt } from '../../ir/kernel.ts';
import type { Buffer } from '../../ir/program.ts';
import { affineText, dimText, divided } from './address.ts';
import { type CellProgram, type Cells, coversAll } from './cells.ts';
import { conditionText, exprText, numberText } from './expr.ts';
import { named } from './spell.ts';
import { arrayName, block, fresh, newWriter, type Scalar, type Writer, write } from './writer.ts';

type Fold = Extract<Stmt, { kind: 'fold' }>;

/** A kernel as gpu.js takes it, and what it is called with. */
export interface GpuKernel {
  readonly source: string;
  /** Cells of its output. */
  readonly size: number;
  /** Arguments: arrays first, then numbers. */
  readonly arrays: readonly BufferId[];
  readonly scalars: readonly Scalar[];
}

export function printCells(
  cells: Cells,
  turns: ReadonlyMap<string, number>,
  { buffers, program: { capacities } }: Pick<CellProgram, 'buffers' | 'program'>,
): GpuKernel {
  const w = newWriter(buffers, capacities, turns);
  const found = findPoint(w, cells);
  writeBody(w, cells.body);
  const value = named(w, 'value', exprText(w, cells.value));
  const partial = !coversAll(cells, { capacities, buffers });
  if (found === null) write(w, `return ${value};`);
  else {
    const old = partial ? named(w, 'old', `${arrayName(w, cells.buffer)}[cell]`) : '0';
    write(w, `const kept = ${found} ? ${value} : ${old};`);
    write(w, 'return kept;');
  }
  const scalars = [...w.scalars.values()];
  const names = [...w.arrays.values(), ...scalars.map(({ text }) => text)];
  return {
    source: [`function(${names.join(', ')}) {`, ...w.lines, '}'].join('\n'),
    size: (buffers[cells.buffer] as Buffer).size,
    arrays: [...w.arrays.keys()],
    scalars: scalars.map(({ scalar }) => scalar),
  };
}

/**
 * Which point of the loops a cell belongs to: the longest step first, each quotient by a step is a loop variable. Gives the
 * condition under which there is one; null: always.
 */
function findPoint(w: Writer, { loops, address, buffer }: Cells): string | null {
  const { capacities, extents } = w;
  const size = w.buffers[buffer]!.size;
  write(w, 'const cell = this.thread.x + 0;');
  const own = new Set(loops.map(({ name }) => name));
  const isOwn = ({ atom }: Term) => atom.kind === 'var' && own.has(atom.name);
  const stepOf = ({ name }: Loop) => address.terms.find(({ atom }) => atom.kind === 'var' && atom.name === name)?.coef ?? 0;
  const rest: Affine = { offset: address.offset, terms: address.terms.filter((term) => !isOwn(term)) };
  const first = rest.offset === 0 && rest.terms.length === 0 ? 'cell' : named(w, 'at', `cell - ${affineText(w, plus(rest))}`);
  const ordered = loops
    .map((loop, i) => ({ loop, step: stepOf(loop), i }))
    .toSorted((a, b) => sizeOf(b.step, capacities) - sizeOf(a.step, capacities) || a.i - b.i);
  const conditions: string[] = [];
  let at = first;
  let points = 1;
  for (const { loop, step } of ordered) {
    const extent = sizeOf(loop.extent, capacities);
    points *= extent;
    if (sizeOf(step, capacities) === 0 && extent > 1) throw new Error(`${loop.name} of a store leads nowhere`);
    extents.set(loop.name, extent);
    if (step === 0) w.names.set(loop.name, '0');
    else if (step === 1) {
      w.names.set(loop.name, at);
      conditions.push(`${at} >= 0 && ${at} < ${dimText(w, loop.extent)}`);
      at = '0';
    } else {
      const { quotient, rest: left } = divided(w, at, step, size);
      w.names.set(loop.name, quotient);
      conditions.push(`${quotient} >= 0 && ${quotient} < ${dimText(w, loop.extent)}`);
      at = left;
    }
  }
  if (at !== '0') conditions.push(`${at} === 0`);
  const settled = points === size && loops.every(({ extent }) => typeof extent === 'number');
  return settled ? null : conditions.join(' && ') || 'cell === 0';
} // prettier-ignore

function writeBody(w: Writer, body: readonly Stmt[]): void {
  for (const stmt of body) {
    if (stmt.kind === 'store') throw new Error('cells store nothing');
    w.types.set(stmt.name, stmt.dtype);
    if (stmt.kind === 'let') w.names.set(stmt.name, named(w, 't', exprText(w, stmt.value)));
    else w.names.set(stmt.name, foldText(w, stmt));
  }
}

/** Loops have literal bounds: gpu.js cuts others off after a thousand turns. What is open is guarded within. */
function nest(w: Writer, loops: readonly Loop[], inside: () => void): void {
  const [loop, ...inner] = loops;
  if (!loop) return inside();
  const extent = sizeOf(loop.extent, w.capacities);
  const [n, k] = [fresh(w, 'n'), fresh(w, 'k')];
  block(w, `for (let ${n} = 0; ${n} < ${extent}; ${n}++)`, () => {
    write(w, `const ${k} = ${n} + 0;`);
    w.names.set(loop.name, k);
    w.extents.set(loop.name, extent);
    if (typeof loop.extent === 'number') nest(w, inner, inside);
    else block(w, `if (${k} < ${dimText(w, loop.extent)})`, () => nest(w, inner, inside));
  });
}

function foldText(w: Writer, fold: Fold): string {
  if (fold.fn === 'argmax' || fold.fn === 'argmin') return positionText(w, fold);
  const sum = fresh(w, 's');
  const [least, most] = [numberText(-Infinity), numberText(Infinity)];
  const start = { sum: '0', max: least, min: most }[fold.fn];
  write(w, `let ${sum} = ${start};`);
  nest(w, fold.loops, () => {
    writeBody(w, fold.body);
    if (fold.fn === 'sum') return addTerm(w, sum, fold.value);
    const text = exprText(w, fold.value);
    const x = named(w, 'x', text);
    const [wins, ties] = fold.fn === 'max' ? ['>', '>='] : ['<', '<='];
    // Neither: one of them is NaN, and so is the sum.
    write(w, `${sum} = ${x} ${wins} ${sum} ? ${x} : (${sum} ${ties} ${x} ? ${sum} : ${sum} + ${x});`);
  });
  return sum;
}

/** A term that is there on a condition is worked out where it holds alone. */
function addTerm(w: Writer, sum: string, term: Expr): void {
  const [test, yes, no] = term.kind === 'call' && term.fn === 'select' ? term.args : [];
  if (test && yes && no?.kind === 'number' && no.value === 0)
    block(w, `if (${conditionText(w, test)})`, () => addTerm(w, sum, yes));
  else write(w, `${sum} = ${sum} + ${exprText(w, term)};`);
}

/** The first of equals wins. */
function positionText(w: Writer, fold: Fold): string {
  const [best, at, p] = [fresh(w, 'best'), fresh(w, 's'), fresh(w, 'p')];
  write(w, `let ${best} = ${numberText(fold.fn === 'argmax' ? -Infinity : Infinity)};`);
  write(w, `let ${at} = 0;`);
  write(w, `let ${p} = 0;`);
  nest(w, fold.loops, () => {
    writeBody(w, fold.body);
    const x = named(w, 'x', exprText(w, fold.value));
    block(w, `if (${x} ${fold.fn === 'argmax' ? '>' : '<'} ${best})`, () => {
      write(w, `${best} = ${x};`);
      write(w, `${at} = ${p};`);
    });
    write(w, `${p} = ${p} + 1;`);
  });
  return at;
}
