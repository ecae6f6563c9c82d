import { call, type Code, get, i32, load, type Local, op, repeat, set, store, when } from '../code/code.ts';
import type { FunctionWriter, ModuleWriter } from '../code/module.ts';

/** Outputs computed at a time, in registers: four rows of two vectors. */
export const tileRows = 4;
const tileVectors = 2;

/** Where both operands and the sums lie: bytes. */
export interface TileArguments {
  readonly a: Code;
  readonly b: Code;
  readonly c: Code;
  /** From one four rows of `a` to the next, and from one term to the next. */
  readonly aRows: Code;
  readonly aTerm: Code;
  readonly bColumns: Code;
  readonly bTerm: Code;
  readonly cRow: Code;
  /** Tiles down and across, and terms of each sum. */
  readonly down: Code;
  readonly across: Code;
  readonly terms: Code;
}

/** What the code of a tile depends on. */
export interface TileShape {
  readonly slot: 4 | 8;
  /** Bytes between the four rows of `a`. */
  readonly aRow: number;
  /** Adds to the sums instead of starting at 0. */
  readonly adds: boolean;
}

/**
 * Sums of products, each over its terms in order: per term two vectors of `b`, and each of four numbers of `a` times
 * both. Not unrolled: more would not stay in the registers.
 */
export function tiles(m: ModuleWriter, shape: TileShape, args: TileArguments): Code {
  const { slot, aRow, adds } = shape;
  const fn = m.shared(`tiles ${slot} ${aRow} ${adds}`, () =>
    m.define(
      Array.from({ length: 11 }, () => 'i32' as const),
      [],
      (f) => writeTiles(f, shape),
    ),
  );
  const { a, b, c, aRows, aTerm, bColumns, bTerm, cRow, down, across, terms } = args;
  return call(fn, a, b, c, aRows, aTerm, bColumns, bTerm, cRow, down, across, terms);
}

/** The sums of one tile, in registers, and the code around them. */
export interface TileSums {
  /** From 0, or from where they lie; `at`: the first of them. */
  readonly begin: (at: Local, row: Local) => Code;
  /** Adds one term: two vectors of `b` at `x`, and a number of `a` for each row. */
  readonly term: (x: Code, rows: readonly { readonly at: Code; readonly offset: number }[]) => Code;
  readonly end: (at: Local, row: Local) => Code;
}

/** Not unrolled: more would not stay in the registers. */
export function sumsOf(f: FunctionWriter, slot: 4 | 8, adds: boolean): TileSums {
  const lanes = slot === 4 ? 'f32x4' : 'f64x2';
  const splat = slot === 4 ? 'load32_splat' : 'load64_splat';
  const rowsOf = <T>(one: (row: number) => T): T[] => Array.from({ length: tileRows }, (_, row) => one(row));
  const sums = rowsOf(() => Array.from({ length: tileVectors }, () => f.local('v128')));
  const vectors = Array.from({ length: tileVectors }, () => f.local('v128'));
  const factor = f.local('v128');
  const z = f.local('i32');
  /** Something with each sum and its place, row by row. */
  const eachSum = (at: Local, cRow: Local, one: (sum: Local, at: Code, offset: number) => Code): Code => [
    set(z, get(at)),
    rowsOf((row) => [
      sums[row]!.map((sum, v) => one(sum, get(z), v * 16)),
      row + 1 < tileRows ? set(z, op('i32.add', get(z), get(cRow))) : [],
    ]),
  ];
  return {
    begin: (at, cRow) =>
      adds
        ? eachSum(at, cRow, (sum, place, offset) => set(sum, load('v128', place, offset)))
        : sums.flat().map((sum) => set(sum, [0xfd, 12, Array.from({ length: 16 }, () => 0)])),
    term: (x, rows) => [
      vectors.map((vector, v) => set(vector, load('v128', x, v * 16))),
      rowsOf((row) => [
        set(factor, load(splat, rows[row]!.at, rows[row]!.offset)),
        vectors.map((vector, v) =>
          set(sums[row]![v]!, op(`${lanes}.add`, get(sums[row]![v]!), op(`${lanes}.mul`, get(factor), get(vector)))),
        ),
      ]),
    ],
    end: (at, cRow) => eachSum(at, cRow, (sum, place, offset) => store('v128', place, get(sum), offset)),
  };
} // prettier-ignore

function writeTiles(f: FunctionWriter, { slot, aRow, adds }: TileShape): void {
  const [a, b, c, aRows, aTerm, bColumns, bTerm, cRow, down, across, terms] = f.params as readonly Local[] & { length: 11 }; // prettier-ignore
  const sums = sumsOf(f, slot, adds);
  const [q, x, y, rows, left] = [
    f.local('i32'),
    f.local('i32'),
    f.local('i32'),
    f.local('i32'),
    f.local('i32'),
  ];
  const step = (local: Local, by: Code): Code => set(local, op('i32.add', get(local), by));
  const term: Code = [
    sums.term(
      get(x),
      Array.from({ length: tileRows }, (_, row) => ({ at: get(q), offset: row * aRow })),
    ),
    step(q, get(aTerm!)),
    step(x, get(bTerm!)),
    step(left, i32(-1)),
  ];
  const tile: Code = [
    sums.begin(y, cRow!),
    set(q, get(a!)),
    set(x, get(b!)),
    set(left, get(terms!)),
    when(get(left), repeat(term, get(left))),
    sums.end(y, cRow!),
  ];
  const [firstA, firstC] = [f.local('i32'), f.local('i32')];
  const column: Code = [
    set(a!, get(firstA)),
    set(y, get(firstC)),
    set(rows, get(down!)),
    repeat(
      [
        tile,
        step(a!, get(aRows!)),
        step(y, op('i32.shl', get(cRow!), i32(Math.log2(tileRows)))),
        step(rows, i32(-1)),
      ],
      get(rows),
    ),
    step(b!, get(bColumns!)),
    step(firstC, i32(tileVectors * 16)),
    step(across!, i32(-1)),
  ];
  f.code.push(
    set(firstA, get(a!)),
    set(firstC, get(c!)),
    when(op('i32.and', op('i32.ne', get(down!), i32(0)), op('i32.ne', get(across!), i32(0))), repeat(column, get(across!))), // prettier-ignore
  );
}
