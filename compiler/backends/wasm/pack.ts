import type { Expr, Loop } from '../../ir/kernel.ts';
import { dimPiece, intPiece, placeOf } from './address.ts';
import { call, type Code, get, i32, load, type Local, op, repeat, repeatWhile, set, shuffle, store, when } from './code.ts'; // prettier-ignore
import { exprPiece } from './expr.ts';
import { pointsOf, stepOver } from './linear.ts';
import { nest, nestRange } from './loops.ts';
import type { ModuleWriter } from './module.ts';
import { block, current, join, keep, type Piece, settle, write, type Writer } from './writer.ts';

type Load = Extract<Expr, { kind: 'load' }>;

/** Part of the points of some loops: of the outermost those from `from` to `to`, of the others all. */
export interface Range {
  readonly loops: readonly Loop[];
  readonly from: Piece;
  readonly to: Piece;
  /** Points in it. */
  readonly count: Piece;
}

/**
 * One operand in panels of `width` neighbouring outputs, each with all terms, `[term][output]`: what tiles read lies side
 * by side. Whatever the address, guards included; what is beyond the last output is anything.
 */
export interface Panels {
  readonly load: Load;
  readonly own: Range;
  readonly terms: readonly Loop[];
  readonly width: number;
  /** Where they go, and bytes from one panel to the next. */
  readonly to: number;
  readonly panelBytes: number;
}

export function writePanels(w: Writer, panels: Panels): void {
  const { load: factor, own, terms } = panels;
  const plain = factor.guards.length === 0;
  const step = stepOver(factor.address.base, own.loops);
  if (plain && step === 1) copyPanels(w, panels);
  else if (plain && step !== null && w.slot === 4 && stepOver(factor.address.base, terms) === 1) {
    turnPanels(w, panels, settle(w, dimPiece(w, step), 1));
  } else gatherPanels(w, panels);
}

/** Loop variables at their first points of the range. */
function atStart(w: Writer, own: Range, inside: () => void): void {
  const before = own.loops.map(({ name }) => w.names.get(name));
  own.loops.forEach(({ name }, i) => w.names.set(name, i === 0 ? own.from : intPiece(0)));
  inside();
  own.loops.forEach(({ name }, i) => before[i] && w.names.set(name, before[i]));
}

function countPanels(w: Writer, { own, width }: Panels): Piece {
  const up = join(w, 'i32', [own.count], (n) => op('i32.add', n!, i32(width - 1)));
  return keep(
    w,
    join(w, 'i32', [up], (n) => op('i32.shr_u', n!, i32(Math.log2(width)))),
  );
}

/** Once per panel; `at` is where it goes, `index` its number. */
function eachPanel(w: Writer, panels: Panels, inside: (index: Local, at: Local) => void): void {
  const [index, at] = [w.f.local('i32'), w.f.local('i32')];
  const count = countPanels(w, panels);
  write(w, set(index, i32(0)), set(at, i32(panels.to)));
  const body = block(w, () => {
    inside(index, at);
    write(w, set(index, op('i32.add', get(index), i32(1))), set(at, op('i32.add', get(at), i32(panels.panelBytes)))); // prettier-ignore
  });
  write(w, repeatWhile(op('i32.lt_s', get(index), count.code), body));
}

/** Outputs side by side in memory: whole vectors are copied. */
function copyPanels(w: Writer, panels: Panels): void {
  const { load: factor, own, terms, width } = panels;
  const bytes = width * w.slot;
  eachPanel(w, panels, (index, at) => {
    const to = w.f.local('i32');
    const skip = keep(w, { code: op('i32.mul', get(index), i32(bytes)), type: 'i32', level: current(w), atomic: false });
    write(w, set(to, get(at)));
    atStart(w, own, () =>
      nest(w, terms, () => {
        const place = placeOf(w, w.buffers.get(factor.buffer)!, factor.address, (e) => exprPiece(w, e, 'int'));
        const from = keep(w, join(w, 'i32', [place.at, skip], (x, y) => op('i32.add', x!, y!)));
        for (let i = 0; i < bytes; i += 16)
          write(w, store('v128', get(to), load('v128', from.code, place.offset + i), i));
        write(w, set(to, op('i32.add', get(to), i32(bytes))));
      }),
    );
  });
} // prettier-ignore

/** Terms side by side in memory: blocks of 4 × 4 are transposed. */
function turnPanels(w: Writer, panels: Panels, step: Piece): void {
  const { load: factor, own, terms, width } = panels;
  const rowBytes = keep(w, join(w, 'i32', [step], (x) => op('i32.shl', x!, i32(2))));
  const count = keep(w, product(w, terms));
  eachPanel(w, panels, (index, at) => {
    atStart(w, own, () => {
      terms.forEach(({ name }) => w.names.set(name, intPiece(0)));
      const place = placeOf(w, w.buffers.get(factor.buffer)!, factor.address, (e) => exprPiece(w, e, 'int'));
      for (let group = 0; group < width; group += 4) {
        const row = op('i32.add', op('i32.mul', get(index), i32(width)), i32(group));
        const from = join(w, 'i32', [place.at, rowBytes], (x, s) =>
          op('i32.add', op('i32.add', x!, i32(place.offset)), op('i32.mul', row, s!)),
        );
        const fn = turn(w.module, width);
        write(w, call(fn, from.code, rowBytes.code, op('i32.add', get(at), i32(group * 4)), count.code));
      }
    });
  });
} // prettier-ignore

export function product(w: Writer, loops: readonly Loop[]): Piece {
  return dimPiece(w, pointsOf(loops));
}

/** (from, bytes from row to row, to, terms): four rows of f32 become four neighbouring columns. */
function turn(m: ModuleWriter, width: number): number {
  return m.shared(`turn ${width}`, () =>
    m.define(['i32', 'i32', 'i32', 'i32'], [], (f) => {
      const [from, row, to, left] = f.params as readonly Local[] & { length: 4 };
      const at = [from!, f.local('i32'), f.local('i32'), f.local('i32')];
      const four = Array.from({ length: 4 }, () => f.local('v128'));
      const pairs = Array.from({ length: 4 }, () => f.local('v128'));
      const step = (local: Local, by: number): Code => set(local, op('i32.add', get(local), i32(by)));
      const [x0, x1, x2, x3] = four.map(get) as [Code, Code, Code, Code];
      const [low01, low23, high01, high23] = pairs.map(get) as [Code, Code, Code, Code];
      const columns = [
        shuffle(low01, low23, [0, 1, 4, 5]),
        shuffle(low01, low23, [2, 3, 6, 7]),
        shuffle(high01, high23, [0, 1, 4, 5]),
        shuffle(high01, high23, [2, 3, 6, 7]),
      ];
      f.code.push(
        at.slice(1).map((local, i) => set(local, op('i32.add', get(at[i]!), get(row!)))),
        repeatWhile(op('i32.ge_s', get(left!), i32(4)), [
          four.map((x, i) => set(x, load('v128', get(at[i]!)))),
          set(pairs[0]!, shuffle(x0, x1, [0, 4, 1, 5])),
          set(pairs[1]!, shuffle(x2, x3, [0, 4, 1, 5])),
          set(pairs[2]!, shuffle(x0, x1, [2, 6, 3, 7])),
          set(pairs[3]!, shuffle(x2, x3, [2, 6, 3, 7])),
          columns.map((column, i) => store('v128', get(to!), column, i * width * 4)),
          at.map((local) => step(local, 16)),
          step(to!, 4 * width * 4),
          step(left!, -4),
        ]),
        when(
          get(left!),
          repeat(
            [
              at.map((local, i) => store('f32', get(to!), load('f32', get(local)), i * 4)),
              at.map((local) => step(local, 4)),
              step(to!, width * 4),
              step(left!, -1),
            ],
            get(left!),
          ),
        ),
      );
    }),
  );
}

/** Element by element. */
function gatherPanels(w: Writer, panels: Panels): void {
  const { load: factor, own, terms, width, to, panelBytes } = panels;
  const [term, output] = [w.f.local('i32'), w.f.local('i32')];
  const type = w.float;
  write(w, set(term, i32(to)));
  nest(w, terms, () => {
    write(w, set(output, i32(0)));
    nestRange(w, own, () => {
      const value = settle(w, exprPiece(w, factor, 'float'), current(w));
      const panel = op('i32.mul', op('i32.shr_u', get(output), i32(Math.log2(width))), i32(panelBytes));
      const within = op('i32.mul', op('i32.and', get(output), i32(width - 1)), i32(w.slot));
      write(w, store(type, op('i32.add', op('i32.add', get(term), panel), within), value.code));
      write(w, set(output, op('i32.add', get(output), i32(1))));
    });
    write(w, set(term, op('i32.add', get(term), i32(width * w.slot))));
  });
}
