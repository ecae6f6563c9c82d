import { sizeOf, timesDim } from '../../ir/dim.ts';
import type { Kernel } from '../../ir/kernel.ts';
import {
  combineText,
  foldPoint,
  foldState,
  type FoldStmt,
  unravel,
  type Ways,
  writeBody,
} from './statements.ts';
import { block, dimText, fresh, write, type Writer } from './writer.ts';

/** So many threads would sit idle with an output each, while every one of them has a long way to go. */
const fewOutputs = 2048;
const longFold = 64;

/** Threads that share an output of this kernel; null: each output has a thread of its own. */
export function treeWidth({ program }: Writer, { loops, body }: Kernel): number | null {
  const count = (of: Kernel['loops']) =>
    of.reduce((product, { extent }) => product * sizeOf(extent, program.capacities), 1);
  const folds = body.filter((stmt): stmt is FoldStmt => stmt.kind === 'fold');
  const longest = Math.max(0, ...folds.map((fold) => count(fold.loops)));
  if (longest < longFold || count(loops) > fewOutputs) return null;
  return longest < 512 ? 64 : 256;
}

/**
 * One output a workgroup: its threads take every `width`-th term of a fold, in order, and what they have is combined in
 * pairs, halves of the workgroup at a time. So the order of a sum is a function of its length alone.
 */
export function writeTree(w: Writer, kernel: Kernel, width: number): void {
  const point = fresh(w, 'point');
  write(w, `let ${point} = group;`);
  const total = dimText(w, timesDim(...kernel.loops.map(({ extent }) => extent)));
  write(w, `if (${point} >= ${total}) { return; }`);
  unravel(w, kernel.loops, point);
  const ways: Ways = {
    fold: (_, fold) => writeShared(w, fold, width),
    store: (_, line) => block(w, 'if (lane == 0u)', () => write(w, line)),
  };
  writeBody(w, kernel.body, ways);
}

function writeShared(w: Writer, fold: FoldStmt, width: number): string {
  const name = fresh(w, fold.name);
  const isFloat = fold.dtype === 'float';
  const shared = `${name}all`;
  const bests = `${name}bests`;
  w.globals.push(`var<workgroup> ${shared}: array<${isFloat ? 'f32' : 'i32'}, ${width}>;`);
  const state = foldState(w, fold, name);
  if (state.best) w.globals.push(`var<workgroup> ${bests}: array<f32, ${width}>;`);
  const p = fresh(w, 'p');
  const length = dimText(w, timesDim(...fold.loops.map(({ extent }) => extent)));
  block(w, `for (var ${p} = i32(lane); ${p} < ${length}; ${p} += ${width})`, () => {
    unravel(w, fold.loops, p);
    if (state.best) write(w, `${name}p = ${p};`);
    foldPoint(w, fold, state, `${name}p`);
  });
  write(w, `${shared}[lane] = ${state.value};`);
  if (state.best) write(w, `${bests}[lane] = ${state.best};`);
  write(w, 'workgroupBarrier();');
  block(w, `for (var h = ${width / 2}u; h > 0u; h = h >> 1u)`, () => {
    block(w, 'if (lane < h)', () => {
      if (state.best) writeBetter(w, fold, shared, bests);
      else write(w, `${shared}[lane] = ${combineText(w, fold, `${shared}[lane]`, `${shared}[lane + h]`)};`);
    });
    write(w, 'workgroupBarrier();');
  });
  const value = fresh(w, fold.name);
  write(w, `let ${value} = ${shared}[0];`);
  return value;
}

/** The first of equals wins; where nothing beats the start, that is position 0. */
function writeBetter(w: Writer, { fn }: FoldStmt, at: string, best: string): void {
  const beats = fn === 'argmax' ? '>' : '<';
  const better = `${best}[lane + h] ${beats} ${best}[lane]`;
  const first = `${best}[lane + h] == ${best}[lane] && ${at}[lane + h] < ${at}[lane]`;
  block(w, `if (${better} || (${first}))`, () => {
    write(w, `${best}[lane] = ${best}[lane + h];`);
    write(w, `${at}[lane] = ${at}[lane + h];`);
  });
}
