import { type Affine, constant, plus, scale, substitute } from '../../../ir/affine.ts';
import type { Expr, Loop } from '../../../ir/kernel.ts';
import { affinePiece, dimPiece, isCopy, ownPiece } from '../address.ts';
import { call, type Code, get, i32, load, type Local, op, repeat, set, store } from '../code/code.ts';
import { pointsOf, stepOver } from './linear.ts';
import { nestRange } from '../loops.ts';
import type { ModuleWriter } from '../code/module.ts';
import type { Range } from './pack.ts';
import { sumsOf, tileRows, type TileArguments } from './tiles.ts';
import { current, ownScratch, type Piece, settle, takeScratch, write, type Writer } from '../writer.ts';

type Load = Extract<Expr, { kind: 'load' }>;

/**
 * An operand read where it lies although its rows are not evenly spaced and its terms come in several runs, as those of
 * a convolution: where each row starts and how far from there each run does are listed.
 */
export interface Listed {
  /** The innermost loops of the terms, which are one run, and bytes from one of its terms to the next. */
  readonly run: readonly Loop[];
  readonly step: number;
}

/** Runs shorter than this are better packed. */
const leastRun = 8;

/** Null where it cannot be listed, or should not. */
export function listedBy(w: Writer, { address, guards }: Load, terms: readonly Loop[]): Listed | null {
  const linear = address.base.terms.every(
    ({ coef, atom }) => atom.kind === 'var' && typeof coef === 'number',
  );
  if (guards.length > 0 || address.gathers.length > 0 || !linear) return null;
  let from = terms.length - 1;
  while (from > 1 && stepOver(address.base, terms.slice(from - 1)) !== null) from--;
  const run = terms.slice(from);
  const [points, step] = [pointsOf(run), stepOver(address.base, run)];
  if (from < 1 || typeof points !== 'number' || points < leastRun || typeof step !== 'number') return null;
  // Terms that far apart fall into the same places of the cache.
  return (step * w.slot) % 1024 === 0 && points > 16 ? null : { run, step: step * w.slot };
}

export interface Lists {
  readonly rows: number;
  readonly runs: number;
}

/** Room for the lists of so many rows. */
export function takeLists(w: Writer, { run }: Listed, rows: number, terms: readonly Loop[], points: number): Lists {
  const inRun = pointsOf(run) as number;
  const runs = terms.length === run.length ? 1 : Math.ceil(points / inRun);
  return { rows: takeScratch(w, (rows + tileRows) * 4), runs: takeScratch(w, runs * 4) };
} // prettier-ignore

/** Writes both lists for some rows and some terms; gives how many runs there are. */
export function writeLists(
  w: Writer,
  factor: Load,
  { run }: Listed,
  { rows, runs }: Lists,
  own: Range,
  terms: Range,
): Code {
  const { base } = factor.address;
  const buffer = w.buffers.get(factor.buffer)!;
  const start = buffer.offset * w.slot;
  const inTerms = new Set(terms.loops.map(({ name }) => name));
  const zero = (name: string): Affine | null => (inTerms.has(name) ? constant(0) : null);
  const ofRow = plus(scale(substitute(base, zero), w.slot), constant(start));
  const ofTerm = {
    offset: 0,
    terms: scale(base, w.slot).terms.filter(({ atom }) => atom.kind === 'var' && inTerms.has(atom.name)),
  };
  const next = w.f.local('i32');
  const list = (index: Affine, own: (place: Piece) => Piece = (place) => place): void => {
    write(w, store('i32', get(next), settle(w, own(affinePiece(w, index)), current(w)).code));
    write(w, set(next, op('i32.add', get(next), i32(4))));
  };
  write(w, set(next, ownScratch(w, i32(rows))));
  nestRange(w, own, () => list(ofRow, (place) => (isCopy(buffer) ? ownPiece(w, place) : place)));
  // The last tile may have fewer rows than four: any will do.
  for (let i = 0; i < tileRows - 1; i++)
    write(w, store('i32', get(next), load('i32', ownScratch(w, i32(rows))), i * 4));
  write(w, set(next, ownScratch(w, i32(runs))));
  run.forEach(({ name }) => w.names.set(name, { code: i32(0), type: 'i32', level: 0, atomic: true }));
  nestRange(w, { ...terms, loops: terms.loops.slice(0, -run.length) }, () => list(ofTerm));
  return op('i32.shr_u', op('i32.sub', get(next), ownScratch(w, i32(runs))), i32(2));
}

export interface ListedArguments extends Omit<TileArguments, 'a' | 'aRows' | 'aTerm' | 'terms'> {
  readonly rows: Code;
  readonly offsets: Code;
  readonly runs: Code;
}

/** As `tiles`, with a listed operand. */
export function listedTiles(
  w: Writer,
  { run, step }: Listed,
  shape: { readonly slot: 4 | 8; readonly adds: boolean },
  args: ListedArguments,
): Code {
  const fn = listedFunction(w.module, shape.slot, step, shape.adds);
  const { rows, offsets, runs, b, c, bColumns, bTerm, cRow, down, across } = args;
  const inRun = dimPiece(w, pointsOf(run)).code;
  return call(fn, rows, offsets, runs, inRun, b, c, bColumns, bTerm, cRow, down, across);
}

function listedFunction(m: ModuleWriter, slot: 4 | 8, step: number, adds: boolean): number {
  return m.shared(`listed ${slot} ${step} ${adds}`, () =>
    m.define(
      Array.from({ length: 11 }, () => 'i32' as const),
      [],
      (f) => {
        const [rows, offsets, runs, inRun, b, c, bColumns, bTerm, cRow, down, across] = f.params as readonly Local[] & { length: 11 }; // prettier-ignore
        const sums = sumsOf(f, slot, adds);
        const pointers = Array.from({ length: tileRows }, () => f.local('i32'));
        const [x, left, list, offset, rest, y, tilesLeft, firstC] = Array.from({ length: 8 }, () => f.local('i32')) as readonly Local[] & { length: 8 }; // prettier-ignore
        const advance = (local: Local, by: Code): Code => set(local, op('i32.add', get(local), by));
        const term: Code = [
          sums.term(
            get(x!),
            pointers.map((pointer) => ({ at: get(pointer), offset: 0 })),
          ),
          pointers.map((pointer) => advance(pointer, i32(step))),
          advance(x!, get(bTerm!)),
          advance(left!, i32(-1)),
        ];
        const oneRun: Code = [
          pointers.map((pointer, r) =>
            set(pointer, op('i32.add', load('i32', get(list!), r * 4), load('i32', get(offset!)))),
          ),
          set(left!, get(inRun!)),
          repeat(term, get(left!)),
          advance(offset!, i32(4)),
          advance(rest!, i32(-1)),
        ];
        const tile: Code = [
          sums.begin(y!, cRow!),
          set(x!, get(b!)),
          set(offset!, get(offsets!)),
          set(rest!, get(runs!)),
          repeat(oneRun, get(rest!)),
          sums.end(y!, cRow!),
          advance(list!, i32(tileRows * 4)),
          advance(y!, op('i32.shl', get(cRow!), i32(Math.log2(tileRows)))),
          advance(tilesLeft!, i32(-1)),
        ];
        const column: Code = [
          set(list!, get(rows!)),
          set(y!, get(firstC!)),
          set(tilesLeft!, get(down!)),
          repeat(tile, get(tilesLeft!)),
          advance(b!, get(bColumns!)),
          advance(firstC!, i32(32)),
          advance(across!, i32(-1)),
        ];
        const some = [down!, across!, runs!].map((local) => op('i32.ne', get(local), i32(0)));
        f.code.push(set(firstC!, get(c!)), [
          some.reduce((p, q) => op('i32.and', p, q)),
          0x04,
          0x40,
          repeat(column, get(across!)),
          0x0b,
        ]);
      },
    ),
  );
}
