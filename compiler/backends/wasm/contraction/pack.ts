import { variablesOf } from '../../../ir/affine.ts';
import { isExpr } from '../../../ir/expr-type.ts';
import type { Expr, Loop } from '../../../ir/kernel.ts';
import { guardPiece, intPiece, placeOf } from '../address.ts';
import {
  call,
  type Code,
  get,
  i32,
  load,
  type Local,
  op,
  repeatWhile,
  select,
  set,
  store,
} from '../code/code.ts';
import { exprPiece } from '../expr.ts';
import { pointsOf, stepOver } from './linear.ts';
import { nestFour, nestRange } from '../loops.ts';
import { turn } from './turn.ts';
import {
  block,
  current,
  join,
  keep,
  ownScratch,
  type Piece,
  settle,
  takeScratch,
  write,
  type Writer,
  zeroBytes,
} from '../writer.ts';

type Load = Extract<Expr, { kind: 'load' }>;

/** Part of the points of some loops: of the outermost those from `from` to `to`, of the others all. */
export interface Range {
  readonly loops: readonly Loop[];
  readonly from: Piece;
  readonly to: Piece;
  /** Points in it, and how many there can be. */
  readonly count: Piece;
  readonly capacity: number;
}

/**
 * One operand in panels of `width` neighbouring outputs, each with all terms, `[term][output]`: what tiles read lies side
 * by side. Whatever the address, guards included; what is beyond the last output is anything.
 */
export interface Panels {
  readonly load: Load;
  readonly own: Range;
  readonly terms: Range;
  readonly width: number;
  /** Where they go, and bytes from one panel to the next. */
  readonly to: number;
  readonly panelBytes: number;
}

/** By how the elements lie: runs of outputs, runs of terms, or neither. */
export function writePanels(w: Writer, panels: Panels): void {
  const { load: factor, own, terms, width } = panels;
  const outputs = runOf(factor, own.loops);
  const all = outputs.loops.length === own.loops.length;
  const whole = outputs.count !== null && outputs.count % width === 0;
  if (all && factor.guards.length === 0) return copyPanels(w, panels);
  if (!all && whole) return copyRuns(w, panels, outputs);
  const run = runOf(factor, terms.loops);
  if (w.slot === 4 && run.count !== null && run.count >= 4) return turnRuns(w, panels, run);
  gatherPanels(w, panels);
}

/** The innermost loops whose points lie side by side, none of them in a guard. */
interface Run {
  readonly loops: readonly Loop[];
  /** Points; null when not known. */
  readonly count: number | null;
}

function runOf({ address, guards }: Load, loops: readonly Loop[]): Run {
  const guarded = new Set(guards.flatMap(({ index }) => (isExpr(index) ? [] : [...variablesOf(index)])));
  let from = loops.length;
  while (from > 0 && !guarded.has(loops[from - 1]!.name) && stepOver(address.base, loops.slice(from - 1)) === 1) from--; // prettier-ignore
  const run = loops.slice(from);
  const count = pointsOf(run);
  const known =
    run.length > 0 && typeof count === 'number' && (guards.length === 0 || count * 8 <= zeroBytes);
  return { loops: run, count: known ? count : null };
}

/** Loop variables at their first points of the range. */
function atStart(w: Writer, own: Range): void {
  own.loops.forEach(({ name }, i) => w.names.set(name, i === 0 ? own.from : intPiece(0)));
}

function plus(w: Writer, at: Code, by: Code | number): Piece {
  const code = op('i32.add', at, typeof by === 'number' ? i32(by) : by);
  return { code, type: 'i32', level: current(w), atomic: false };
}
function advance(w: Writer, local: Local, by: number): void {
  write(w, set(local, op('i32.add', get(local), i32(by))));
}
function begin(w: Writer, at: number): Local {
  const local = w.f.local('i32');
  write(w, set(local, i32(at)));
  return local;
}
function beginScratch(w: Writer, at: number): Local {
  const local = w.f.local('i32');
  write(w, set(local, ownScratch(w, i32(at))));
  return local;
}
function addressOf(w: Writer, factor: Load) {
  return placeOf(w, w.buffers.get(factor.buffer)!, factor.address, (e) => exprPiece(w, e, 'int'));
}

/** All outputs side by side: whole vectors are copied, panel by panel. */
function copyPanels(w: Writer, { load: factor, own, terms, width, to, panelBytes }: Panels): void {
  const bytes = width * w.slot;
  const count = keep(w, {
    ...own.count,
    code: op('i32.mul', own.count.code, i32(w.slot)),
    atomic: false,
  });
  const [skip, panel] = [begin(w, 0), beginScratch(w, to)];
  const body = block(w, () => {
    const at = w.f.local('i32');
    write(w, set(at, get(panel)));
    atStart(w, own);
    nestRange(w, terms, () => {
      const place = addressOf(w, factor);
      const from = keep(w, plus(w, settle(w, place.at, current(w)).code, get(skip)));
      for (let i = 0; i < bytes; i += 16)
        write(w, store('v128', get(at), load('v128', from.code, place.offset + i), i));
      advance(w, at, bytes);
    });
    advance(w, skip, bytes);
    advance(w, panel, panelBytes);
  });
  write(w, repeatWhile(op('i32.lt_s', get(skip), count.code), body));
}

/** Where a run starts, or as many zeros where a guard fails. */
function startOfRun(w: Writer, factor: Load): Piece {
  const { at, offset } = addressOf(w, factor);
  const conditions = factor.guards.map((guard) => guardPiece(w, guard, (e) => exprPiece(w, e, 'int')));
  return keep(
    w,
    join(w, 'i32', [at, ...conditions], (x, ...tests) => {
      const start = op('i32.add', x!, i32(offset));
      return tests.length === 0 ? start : select(tests.reduce((a, b) => op('i32.and', a, b)), start, i32(w.zerosAt)); // prettier-ignore
    }),
  );
}
/** Runs of outputs, a whole number of panels each, for each point of the loops around them. */
function copyRuns(w: Writer, panels: Panels, run: Run): void {
  const { load: factor, own, terms, width, to, panelBytes } = panels;
  const bytes = width * w.slot;
  const inRun = run.count! / width;
  const around = own.loops.slice(0, own.loops.length - run.loops.length);
  const panel = beginScratch(w, to);
  nestRange(w, { ...own, loops: around }, () => {
    run.loops.forEach(({ name }) => w.names.set(name, intPiece(0)));
    const at = w.f.local('i32');
    write(w, set(at, get(panel)));
    nestRange(w, terms, () => {
      const from = startOfRun(w, factor);
      copyRun(w, from, at, { count: inRun, bytes, panelBytes });
      advance(w, at, bytes);
    });
    advance(w, panel, inRun * panelBytes);
  });
}

/** Pieces of a run, each to the same place of its panel. */
function copyRun(
  w: Writer,
  from: Piece,
  to: Local,
  {
    count,
    bytes,
    panelBytes,
  }: { readonly count: number; readonly bytes: number; readonly panelBytes: number },
): void {
  const copy = (source: Code, target: Code, p: number): void => {
    for (let i = 0; i < bytes; i += 16)
      write(w, store('v128', target, load('v128', source, p * bytes + i), p * panelBytes + i));
  };
  if (count <= 16) {
    for (let p = 0; p < count; p++) copy(from.code, get(to), p);
    return;
  }
  const [source, target] = [w.f.local('i32'), w.f.local('i32')];
  const end = keep(w, plus(w, from.code, count * bytes));
  write(w, set(source, from.code), set(target, get(to)));
  const body = block(w, () => {
    copy(get(source), get(target), 0);
    advance(w, source, bytes);
    advance(w, target, panelBytes);
  });
  write(w, repeatWhile(op('i32.lt_u', get(source), end.code), body));
}

/** Runs of terms: where each output's run starts is listed, then four runs at a time are transposed. */
function turnRuns(w: Writer, panels: Panels, run: Run): void {
  const { load: factor, own, terms, width, to, panelBytes } = panels;
  const padded = Math.ceil(own.capacity / width) * width;
  const list = takeScratch(w, (padded + width) * 4);
  const around = terms.loops.slice(0, terms.loops.length - run.loops.length);
  const count = around.length === 0 ? terms.count.code : i32(run.count!);
  const term = beginScratch(w, to);
  nestRange(w, { ...terms, loops: around }, () => {
    run.loops.forEach(({ name }, i) =>
      w.names.set(name, i === 0 && around.length === 0 ? terms.from : intPiece(0)),
    );
    const entry = beginScratch(w, list);
    nestRange(w, own, () => {
      write(w, store('i32', get(entry), startOfRun(w, factor).code));
      advance(w, entry, 4);
    });
    // What fills up the last panel may be read from anywhere.
    for (let i = 0; i < width - 1; i++) write(w, store('i32', get(entry), ownScratch(w, i32(to)), i * 4));
    const next = beginScratch(w, list);
    const [panel, end] = [w.f.local('i32'), keep(w, { code: get(entry), type: 'i32', level: current(w), atomic: false })];
    write(w, set(panel, get(term)));
    const body = block(w, () => {
      for (let group = 0; group < width; group += 4) {
        const rows = [0, 1, 2, 3].map((i) => load('i32', get(next), (group + i) * 4));
        write(w, call(turn(w.module, width), ...rows, plus(w, get(panel), group * 4).code, count));
      }
      advance(w, next, width * 4);
      advance(w, panel, panelBytes);
    });
    write(w, repeatWhile(op('i32.lt_s', get(next), end.code), body));
    advance(w, term, run.count! * width * 4);
  });
} // prettier-ignore

/** Element by element, or four neighbours of the innermost loop where they fill whole vectors of a panel. */
function gatherPanels(w: Writer, panels: Panels): void {
  const { load: factor, own, terms, width, to, panelBytes } = panels;
  const last = own.loops.at(-1)!;
  const size = own.loops.length > 1 ? last.extent : null;
  const wide = w.float === 'f32' && typeof size === 'number' && size % 4 === 0;
  const term = beginScratch(w, to);
  nestRange(w, terms, () => {
    const output = begin(w, 0);
    const element = (): void => {
      const four = w.lanes !== null;
      const value = settle(w, exprPiece(w, factor, 'float'), current(w));
      const panel = op('i32.mul', op('i32.shr_u', get(output), i32(Math.log2(width))), i32(panelBytes));
      const within = op('i32.mul', op('i32.and', get(output), i32(width - 1)), i32(w.slot));
      const at = op('i32.add', op('i32.add', get(term), panel), within);
      write(w, store(four ? 'v128' : w.float, at, four ? wideCode(value) : value.code));
      advance(w, output, four ? 4 : 1);
    };
    if (wide) nestRange(w, { ...own, loops: own.loops.slice(0, -1) }, () => nestFour(w, last, element));
    else nestRange(w, own, element);
    advance(w, term, width * w.slot);
  });
}
function wideCode({ type, code }: Piece): Code {
  return type === 'v128' ? code : op('f32x4.splat', code);
}
