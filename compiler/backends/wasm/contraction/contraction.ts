import type { Affine } from '../../../ir/affine.ts';
import type { Dim } from '../../../ir/dim.ts';
import type { BufferId, Contraction, Expr, Kernel, Loop, Stmt } from '../../../ir/kernel.ts';
import type { FoldStmt } from '../accumulate.ts';
import { affinePiece, dimPiece, intPiece, ownPiece, placeOf } from '../address.ts';
import { type Code, fill, get, i32, load, op, repeatWhile, select, set } from '../code/code.ts';
import { exprPiece } from '../expr.ts';
import { pointsOf, stepOver } from './linear.ts';
import { type Listed, listedBy, listedTiles, takeLists, writeLists } from './listed.ts';
import { capacityOf, define, extentPiece, nest, nestFour, nestRange, startPiece } from '../loops.ts';
import { type Range, writePanels } from './pack.ts';
import { padded } from './padded.ts';
import { writeBody } from '../statements.ts';
import { tileRows, tiles } from './tiles.ts';
import { canWiden, isIndependent } from '../widen.ts';
import { block, current, isWritten, join, keep, ownScratch, type Piece, pieceOf, settle, takeScratch, write, type Writer } from '../writer.ts'; // prettier-ignore

type Load = Extract<Expr, { kind: 'load' }>;

/**
 * A contraction computed tile by tile. Operands are packed into panels, or read where they lie; the sums of some rows
 * go to working memory, and from there through the rest of the kernel while they are in the cache. Each sum runs over
 * its terms in order, so the bits are those of the plain loop.
 */
export interface ContractionPlan {
  readonly fold: FoldStmt;
  readonly outer: readonly Loop[];
  readonly m: readonly Loop[];
  readonly n: readonly Loop[];
  /** Terms go through these loops once for every point of those around, which add to the same sums. */
  readonly outerTerms: readonly Loop[];
  readonly terms: readonly Loop[];
  /** Points of the outermost loop of m, n and the terms that are taken together. */
  readonly mBlock: number;
  readonly nBlock: number;
  readonly termBlock: number;
  readonly a: Operand;
  readonly b: Operand;
}
/** `direct`: read where it lies, with these steps in elements; `listed`: likewise, by lists; else packed. */
interface Operand {
  readonly load: Load;
  readonly direct: { readonly own: number; readonly term: number } | null;
  readonly listed: Listed | null;
  /** Writes what has to be done before it can be read. */
  readonly prepare: () => void;
}

/** Below this many terms in all, plain loops are as fast and shorter. */
const worthwhile = 2048;
/** Terms taken at a time: both operands' stay in the first-level cache. */
const termsAtOnce = 1024;
const termBlock = 512;
/** Numbers of `b` packed at a time. */
const panelNumbers = 1 << 20;
/** Sums computed before the rest of the kernel runs; more where the terms come in several portions. */
const sumNumbers = 1 << 13;
const sumsAtOnce = 1 << 17;
const rowsAtOnce = 16;

export function planContraction(w: Writer, kernel: Kernel): ContractionPlan | null {
  const { contraction, body, loops } = kernel;
  const [fold, ...rest] = body;
  if (!contraction || fold?.kind !== 'fold' || fold.body.length > 0 || fold.dtype !== 'float') return null;
  if (capacityOf(w, ...loops, ...fold.loops) < worthwhile) return null;
  if ([contraction.a, contraction.b].some(({ buffer }) => isWritten(w, w.buffers.get(buffer)!))) return null;
  if (!isIndependent(w, rest)) return null;
  const of = (names: readonly string[]): Loop[] => loops.filter(({ name }) => names.includes(name));
  const [m, n] = [of(contraction.m), of(contraction.n)];
  const split = splitTerms(w, fold.loops);
  const terms = fold.loops.slice(split);
  const rows = capacityOf(w, ...m);
  const columns = capacityOf(w, ...n);
  const alone = capacityOf(w, terms[0]!);
  const block = terms.length === 1 && alone > termsAtOnce ? termBlock : alone;
  const count = block * capacityOf(w, ...terms.slice(1));
  const adds = split > 0 || block < alone;
  const nBlock = blockOf(w, n, Math.max(64, Math.floor(panelNumbers / count)), 8);
  const width = Math.min(columns, nBlock * capacityOf(w, ...n.slice(1)));
  const around = [...loops, ...fold.loops];
  const together = Math.max(rowsAtOnce, Math.floor((adds ? sumsAtOnce : sumNumbers) / width));
  return {
    fold, m, n, terms,
    outer: of(contraction.batch),
    outerTerms: fold.loops.slice(0, split),
    mBlock: blockOf(w, m, together, tileRows),
    nBlock,
    termBlock: block,
    a: operand(w, contraction.a, -2, m, terms, around, (own, term) => own >= 0 && term >= 0 && staysCached(term * w.slot, count)),
    b: operand(w, contraction.b, -3, n, terms, around, (own, term) => own === 1 && term >= 0 && (rows <= 8 || (columns <= 192 && staysCached(term * w.slot, count)))),
  };
} // prettier-ignore

/**
 * Whether terms so many bytes apart stay in the first-level cache until the next tile reads what lies beside them: lines
 * in steps of a power of two share few of its 64 sets, of eight lines each.
 */
function staysCached(step: number, terms: number): boolean {
  if (step < 64) return true;
  let shared = 1;
  while (shared < 64 && step % (shared * 128) === 0) shared *= 2;
  return terms <= (64 / shared) * 8;
}

/** How many of the outer loops of the terms are left outside. */
function splitTerms(w: Writer, loops: readonly Loop[]): number {
  let split = 0;
  while (split < loops.length - 1 && capacityOf(w, ...loops.slice(split)) > termsAtOnce) split++;
  return split;
}

/** Points of the outermost loop such that there are about `wanted` in all. */
function blockOf(w: Writer, loops: readonly Loop[], wanted: number, multiple: number): number {
  const [first, ...inner] = loops as [Loop, ...Loop[]];
  const size = capacityOf(w, first);
  const each = capacityOf(w, ...inner);
  const points = Math.max(1, Math.floor(wanted / each));
  if (points >= size) return size;
  return inner.length > 0 ? points : Math.max(multiple, Math.floor(points / multiple) * multiple);
}

function operand(
  w: Writer,
  factor: Contraction['a'],
  /** Of its padded copy. */
  id: BufferId,
  own: readonly Loop[],
  terms: readonly Loop[],
  around: readonly Loop[],
  suits: (own: number, term: number) => boolean,
): Operand {
  const copied = factor.guards.length > 0 ? padded(w, factor, around, id) : null;
  const { load = factor, copy: prepare = () => {} } = copied ?? {};
  const { base } = load.address;
  const [first, second] = [stepOver(base, own), stepOver(base, terms)];
  const known = typeof first === 'number' && typeof second === 'number' && load.guards.length === 0;
  const direct = known && suits(first, second) ? { own: first, term: second } : null;
  return { load, direct, listed: direct ? null : listedBy(w, load, terms), prepare };
}

export function writeContraction(w: Writer, kernel: Kernel, plan: ContractionPlan): void {
  const { outer, m, n, a, b, terms, outerTerms } = plan;
  const columns = 32 / w.slot;
  const count = plan.termBlock * capacityOf(w, ...terms.slice(1));
  const adds = outerTerms.length > 0 || plan.termBlock < capacityOf(w, terms[0]!);
  const width = plan.nBlock * capacityOf(w, ...n.slice(1));
  const height = roundUp(plan.mBlock * capacityOf(w, ...m.slice(1)), tileRows);
  const sumsRow = roundUp(width, columns) * w.slot;
  const sums = takeScratch(w, height * sumsRow);
  const aPanels = { width: tileRows, to: 0, panelBytes: count * tileRows * w.slot };
  const bPanels = { width: columns, to: 0, panelBytes: count * columns * w.slot };
  const lists = a.listed && takeLists(w, a.listed, height, terms, count);
  if (!a.direct && !lists) aPanels.to = takeScratch(w, (height / tileRows) * aPanels.panelBytes);
  if (!b.direct) bPanels.to = takeScratch(w, (roundUp(width, columns) / columns) * bPanels.panelBytes);
  keepSlack(w, plan);

  const packB = (across: Range, portion: Range): void => {
    if (!b.direct) writePanels(w, { load: b.load, own: across, terms: portion, ...bPanels });
  };
  const compute = (rows: Range, across: Range, portion: Range): void => {
    const right = b.direct ? startOf(w, b.load, across, portion) : ownPiece(w, intPiece(bPanels.to));
    const where = {
      b: settle(w, right, current(w)).code,
      c: ownScratch(w, i32(sums)),
      bColumns: i32(b.direct ? columns * w.slot : bPanels.panelBytes),
      bTerm: i32((b.direct ? b.direct.term : columns) * w.slot),
      cRow: i32(sumsRow),
      down: tilesIn(rows, tileRows),
      across: tilesIn(across, columns),
    };
    if (a.listed && lists) {
      const runs = writeLists(w, a.load, a.listed, lists, rows, portion);
      const at = { rows: ownScratch(w, i32(lists.rows)), offsets: ownScratch(w, i32(lists.runs)), runs };
      return write(w, listedTiles(w, a.listed, { slot: w.slot, adds }, { ...where, ...at }));
    }
    if (!a.direct) writePanels(w, { load: a.load, own: rows, terms: portion, ...aPanels });
    const left = a.direct ? startOf(w, a.load, rows, portion) : ownPiece(w, intPiece(aPanels.to));
    const shape = { slot: w.slot, aRow: (a.direct?.own ?? 1) * w.slot, adds };
    write(
      w,
      tiles(w.module, shape, {
        ...where,
        a: settle(w, left, current(w)).code,
        aRows: i32(a.direct ? a.direct.own * tileRows * w.slot : aPanels.panelBytes),
        aTerm: i32((a.direct ? a.direct.term : tileRows) * w.slot),
        terms: settle(w, portion.count, current(w)).code,
      }),
    );
  };
  /** All terms of some outputs, portion by portion. */
  const inPortions = (rows: Range, across: Range): void => {
    write(w, fill(ownScratch(w, i32(sums)), i32(0), i32(height * sumsRow)));
    nest(w, outerTerms, () =>
      blocks(w, terms, plan.termBlock, (portion) => {
        packB(across, portion);
        compute(rows, across, portion);
      }),
    );
  };
  const sumsAt = { at: sums, row: sumsRow };
  a.prepare();
  b.prepare();
  nest(w, outer, () =>
    blocks(w, n, plan.nBlock, (across) => {
      const whole = adds ? null : wholeRange(w, terms);
      if (whole) packB(across, whole);
      blocks(w, m, plan.mBlock, (rows) => {
        if (whole) compute(rows, across, whole);
        else inPortions(rows, across);
        finish(w, kernel, plan, rows, across, sumsAt);
      });
    }),
  );
}

function roundUp(n: number, to: number): number {
  return Math.ceil(n / to) * to;
}

/** The last tiles may read beyond an operand that is read where it lies: there must be memory. */
function keepSlack(w: Writer, { a }: ContractionPlan): void {
  const beyond = [a.direct ? a.direct.own * tileRows : 0, 16];
  w.shared.slack = Math.max(w.shared.slack, ...beyond.map((numbers) => numbers * w.slot));
}

function tilesIn({ count }: Range, size: number): Code {
  return op('i32.shr_u', op('i32.add', count.code, i32(size - 1)), i32(Math.log2(size)));
}

/** All points of the loops. */
function wholeRange(w: Writer, loops: readonly Loop[]): Range {
  return {
    loops,
    from: startPiece(w, loops[0]!),
    to: keep(w, extentPiece(w, loops[0]!)),
    count: keep(w, countPiece(w, loops)),
    capacity: capacityOf(w, ...loops),
  };
}

function countPiece(w: Writer, loops: readonly Loop[]): Piece {
  const [first, ...inner] = loops as [Loop, ...Loop[]];
  if (w.part?.loop !== first) return dimPiece(w, pointsOf(loops));
  const parts = [extentPiece(w, first), startPiece(w, first), dimPiece(w, pointsOf(inner))];
  return join(w, 'i32', parts, (to, from, each) => op('i32.mul', op('i32.sub', to!, from!), each!));
}

/** The loops some points of the outermost one at a time. */
function blocks(w: Writer, loops: readonly Loop[], size: number, inside: (range: Range) => void): void {
  const [first, ...inner] = loops as [Loop, ...Loop[]];
  if (size >= capacityOf(w, first)) return inside(wholeRange(w, loops));
  const end = keep(w, extentPiece(w, first));
  const each = dimPiece(w, pointsOf(inner));
  const from = w.f.local('i32');
  const here = (code: Code): Piece => ({ code, type: 'i32', level: current(w), atomic: false });
  write(w, set(from, startPiece(w, first).code));
  const body = block(w, () => {
    const next = op('i32.add', get(from), i32(size));
    const to = keep(w, here(select(op('i32.lt_s', next, end.code), next, end.code)));
    const points = here(op('i32.sub', to.code, get(from)));
    inside({
      loops,
      from: pieceOf(from, current(w)),
      to,
      count: keep(w, inner.length === 0 ? points : join(w, 'i32', [points, each], (x, y) => op('i32.mul', x!, y!))),
      capacity: size * capacityOf(w, ...inner),
    });
    write(w, set(from, to.code));
  });
  write(w, repeatWhile(op('i32.lt_s', get(from), end.code), body));
} // prettier-ignore

/** Where the first element of an operand lies. */
function startOf(w: Writer, factor: Load, own: Range, terms: Range): Piece {
  for (const { loops, from } of [own, terms])
    loops.forEach(({ name }, i) => w.names.set(name, i === 0 ? from : intPiece(0)));
  const place = placeOf(w, w.buffers.get(factor.buffer)!, factor.address, (e) => exprPiece(w, e, 'int'));
  return join(w, 'i32', [place.at], (at) => op('i32.add', at!, i32(place.offset)));
}

/** The rest of the kernel, with the sums in working memory. */
function finish(
  w: Writer,
  kernel: Kernel,
  plan: ContractionPlan,
  rows: Range,
  across: Range,
  sums: { readonly at: number; readonly row: number },
): void {
  const { fold } = plan;
  const rest = kernel.body.slice(1);
  const inside = kernel.loops.filter(({ name }) => !plan.outer.some((loop) => loop.name === name));
  const last = inside.at(-1)!;
  const rangeOf = (loop: Loop): Range | null =>
    loop === rows.loops[0] ? rows : loop === across.loops[0] ? across : null;
  w.names.set('first row', rows.from).set('first column', across.from);
  const body = (): void => {
    const base = plus(
      position(rows.loops, sums.row, 'first row'),
      position(across.loops, w.slot, 'first column'),
    );
    const at = affinePiece(w, base);
    const wide = w.lanes !== null;
    const sum = join(w, wide ? 'v128' : w.float, [at], (x) =>
      load(wide ? 'v128' : w.float, ownScratch(w, x!), sums.at),
    );
    define(w, fold, keep(w, { ...sum, level: current(w) }));
    writeBody(w, rest);
  };
  const go = (loops: readonly Loop[]): void => {
    const [loop, ...inner] = loops;
    if (!loop) return body();
    const range = rangeOf(loop);
    if (inner.length === 0 && widens(w, plan, last, rest)) return nestFour(w, loop, body, range ?? undefined);
    if (range) return nestRange(w, { ...range, loops: [loop] }, () => go(inner));
    nest(w, [loop], () => go(inner));
  };
  go(inside);
}

/** The last loop runs along the sums of a row. */
function widens(w: Writer, { n }: ContractionPlan, last: Loop, rest: readonly Stmt[]): boolean {
  return last === n.at(-1) && canWiden(w, last, rest);
}

/** Row-major position of the loops times `unit`, from the start of the range. */
function position(loops: readonly Loop[], unit: number, start: string): Affine {
  const strides = loops.map((_, i): Dim => scaled(pointsOf(loops.slice(i + 1)), unit));
  const terms = loops.map(({ name }, i) => ({ coef: strides[i]!, atom: { kind: 'var', name } as const }));
  const first = { coef: scaled(strides[0]!, -1), atom: { kind: 'var', name: start } as const };
  return { offset: 0, terms: [...terms, first] };
}
function scaled(dim: Dim, by: number): Dim {
  return typeof dim === 'number' ? dim * by : { ...dim, coef: dim.coef * by };
}
function plus(a: Affine, b: Affine): Affine {
  return { offset: 0, terms: [...a.terms, ...b.terms] };
}
