import type { Affine } from '../../ir/affine.ts';
import { sizeOf, type Dim } from '../../ir/dim.ts';
import type { Expr, Kernel, Loop, Stmt } from '../../ir/kernel.ts';
import { affinePiece, coefOf, dimPiece } from './address.ts';
import { exprPiece } from './expr.ts';
import { needScratch, type FoldStmt } from './lanes.ts';
import { define, nest } from './loops.ts';
import {
  atPanel,
  cutSide,
  eachPanel,
  isWhole,
  nestPanel,
  panelLoops,
  panelSize,
  strideOver,
  wholeSide,
  type Side,
} from './panels.ts';
import { writeBody } from './statements.ts';
import { current, fresh, isWritten, settle, withoutParens, write, type Writer } from './writer.ts';

/**
 * A contraction handed to `contract`, which computes 4 × 4 outputs at a time: per term two loads instead of
 * eight, sixteen sums in flight. Each sum still runs over k in order, so the bits are those of the plain loop.
 * An operand that does not lie in even steps (padding, windows, channels of groups) is packed first, a panel at a time.
 */
export interface ContractionPlan {
  readonly fold: FoldStmt;
  readonly batch: readonly Loop[];
  readonly m: Side;
  readonly n: Side;
  readonly k: Side;
  readonly a: Operand;
  readonly b: Operand;
}
type Load = Extract<Expr, { kind: 'load' }>;
interface Operand {
  readonly load: Load;
  readonly own: Side;
  /** From one output to the next and from one term to the next, within panels; null: packed. */
  readonly steps: { readonly own: Dim; readonly along: Dim } | null;
}
interface Loops {
  readonly batch: readonly Loop[];
  readonly m: readonly Loop[];
  readonly n: readonly Loop[];
  readonly k: readonly Loop[];
}

/** Below this many terms in all, plain loops are as fast and shorter. */
const worthwhile = 4096;
/** Rows computed before their epilogue runs: what they need stays in the first-level cache. */
const epilogueRows = 16;
/** Bounds of packed panels: rows of `a`, columns of `b`, terms. */
const packed = { rows: 64, columns: 512, depth: 1024 };

export function planContraction(w: Writer, kernel: Kernel): ContractionPlan | null {
  const { contraction } = kernel;
  const fold = kernel.body[0];
  if (!contraction || fold?.kind !== 'fold' || fold.body.length > 0 || fold.dtype !== 'float') return null;
  const { a, b } = contraction;
  if (isWritten(w, w.buffers.get(a.buffer)!) || isWritten(w, w.buffers.get(b.buffer)!)) return null;
  if (a.address.gathers.length > 0 || b.address.gathers.length > 0) return null;
  const terms = [...kernel.loops, ...fold.loops].reduce((all, loop) => all * extentOf(w, loop), 1);
  if (terms < worthwhile) return null;
  const of = (names: readonly string[]) => kernel.loops.filter(({ name }) => names.includes(name));
  const { batch, m, n } = contraction;
  const loops = { batch: of(batch), m: of(m), n: of(n), k: fold.loops };
  return straightPlan(w, kernel, fold, loops, a, b) ?? packedPlan(w, fold, loops, a, b);
}
function extentOf(w: Writer, { extent }: Loop): number {
  return sizeOf(extent, w.capacities);
}

/** Both operands as they lie: the longest loop of each, and the innermost fold loops that both walk as one. */
function straightPlan(
  w: Writer,
  kernel: Kernel,
  fold: FoldStmt,
  loops: Loops,
  a: Load,
  b: Load,
): ContractionPlan | null {
  const longest = (side: readonly Loop[]): Side => {
    const most = side.toSorted((x, y) => extentOf(w, y) - extentOf(w, x))[0]!;
    return { around: side.filter((loop) => loop !== most), chunk: null, inside: [most] };
  };
  const evenFrom = (from: number): boolean =>
    [a, b].every(({ address }) => strideOver(address.base, loops.k.slice(from)) !== null);
  const from = loops.k.findIndex((_, i) => evenFrom(i));
  if (from < 0) return null;
  const [m, n] = [longest(loops.m), longest(loops.n)];
  const k: Side = { around: loops.k.slice(0, from), chunk: null, inside: loops.k.slice(from) };
  const isLarge = (side: Side, enough: number): boolean => isWhole(side) || panelSize(w, side) >= enough;
  if (!isLarge(m, 8) || !isLarge(n, 8) || !isLarge(k, 16)) return null;
  const [left, right] = [operand(a, m, k), operand(b, n, k)];
  if (!left.steps || !right.steps) return null;
  const plan = { fold, batch: loops.batch, m, n, k, a: left, b: right };
  if (directTarget(w, kernel, plan)) return plan;
  const rows: Side = { ...m, chunk: { loop: m.inside[0]!, step: epilogueRows }, inside: [] };
  return { ...plan, m: rows, a: { ...left, own: rows } };
}

function packedPlan(w: Writer, fold: FoldStmt, loops: Loops, a: Load, b: Load): ContractionPlan {
  const k = cutSide(w, loops.k, packed.depth);
  const m = cutSide(w, loops.m, packed.rows);
  const all = wholeSide(loops.n);
  const n = operand(b, all, k).steps ? all : cutSide(w, loops.n, packed.columns);
  return { fold, batch: loops.batch, m, n, k, a: operand(a, m, k), b: operand(b, n, k) };
}

function operand(load: Load, own: Side, k: Side): Operand {
  const { base } = load.address;
  const [step, along] = [own, k].map((side) => strideOver(base, panelLoops(side))) as [
    Dim | null,
    Dim | null,
  ];
  const even = load.guards.length === 0 && step !== null && along !== null;
  return { load, own, steps: even ? { own: step, along } : null };
}

export function writeContraction(w: Writer, kernel: Kernel, plan: ContractionPlan): void {
  const { batch, m, n, k, a, b } = plan;
  w.needs.helpers.add('contract');
  const target = directTarget(w, kernel, plan);
  nest(w, [...batch, ...n.around], () =>
    eachPanel(w, n, 'columns', (columns) => {
      // Where one panel holds all of k, the second operand is packed once for all rows.
      let early: Placed | null = null;
      if (!b.steps && isWhole(k))
        eachPanel(w, k, 'depth', (depth) => (early = pack(w, b, k, 'PB', columns, depth)));
      nest(w, m.around, () =>
        eachPanel(w, m, 'rows', (rows) => {
          const size = `${rows} * ${columns}`;
          const sums = target ? startOf(w, target.base, [m, n], target.offset) : null;
          write(w, sums ? `F.fill(0, ${sums}, ${sums} + ${size});` : `S.fill(0, 0, ${size});`);
          nest(w, k.around, () =>
            eachPanel(w, k, 'depth', (depth) => {
              const left = a.steps ? placed(w, a, k) : pack(w, a, k, 'PA', rows, depth);
              const right = early ?? (b.steps ? placed(w, b, k) : pack(w, b, k, 'PB', columns, depth));
              const operands = [left.array, left.start, left.own, left.along, right.array, right.start, right.along, right.own]; // prettier-ignore
              const into = sums ? ['F', sums] : ['S', '0'];
              write(w, `contract(${[...operands, rows, columns, depth, ...into].join(', ')});`);
            }),
          );
          if (!sums) writeEpilogue(w, kernel, plan);
        }),
      );
    }),
  );
}

/** A store of nothing but the sum, row by row without gaps: the sums go straight there. */
function directTarget(
  w: Writer,
  kernel: Kernel,
  { m, n, fold }: ContractionPlan,
): { base: Affine; offset: number } | null {
  const [store, ...more] = kernel.body.slice(1) as [Stmt?, ...Stmt[]];
  if (store?.kind !== 'store' || more.length > 0) return null;
  if (store.value.kind !== 'ref' || store.value.name !== fold.name) return null;
  const buffer = w.buffers.get(store.buffer)!;
  const { base, gathers } = store.address;
  if (buffer.type.dtype !== 'float' || gathers.length > 0 || n.chunk) return null;
  const even = strideOver(base, [...panelLoops(m), ...panelLoops(n)]) === 1;
  return even ? { base, offset: buffer.offset } : null;
}

/** What is done with the sums of a panel of rows, which lie in `S`. */
function writeEpilogue(w: Writer, kernel: Kernel, { m, n, fold }: ContractionPlan): void {
  needScratch(w, 'S', panelSize(w, m) * panelSize(w, n));
  const next = fresh(w, 'next');
  write(w, `let ${next} = 0;`);
  nestPanel(w, m, () =>
    nestPanel(w, n, () => {
      const name = fresh(w, fold.name);
      write(w, `const ${name} = S[${next}++];`);
      define(w, fold, name, current(w));
      writeBody(w, kernel.body.slice(1));
    }),
  );
}

/** Where `contract` reads an operand: an array, its first element, the steps to the next output and along k. */
interface Placed {
  readonly array: string;
  readonly start: string;
  readonly own: string;
  readonly along: string;
}

function placed(w: Writer, { load, own, steps }: Operand, k: Side): Placed {
  const text = (dim: Dim): string => settle(w, dimPiece(w, dim), 1).text;
  const start = startOf(w, load.address.base, [own, k], w.buffers.get(load.buffer)!.offset);
  return { array: 'F', start, own: text(steps!.own), along: text(steps!.along) };
}
function startOf(w: Writer, base: Affine, sides: readonly Side[], offset: number): string {
  const { text, atomic } = settle(w, affinePiece(w, atPanel(base, sides), offset), current(w));
  if (atomic) return text;
  const name = fresh(w, 'at');
  write(w, `const ${name} = ${text};`);
  return name;
}

/** Copies a panel into scratch, what its guards say included, in the order in which the operand lies. */
function pack(
  w: Writer,
  { load, own }: Operand,
  k: Side,
  array: 'PA' | 'PB',
  size: string,
  depth: string,
): Placed {
  needScratch(w, array, panelSize(w, own) * panelSize(w, k));
  const innermost = panelLoops(own).at(-1);
  const alongOwn = innermost !== undefined && coefOf(load.address.base, innermost.name) === 1;
  const [outer, inner] = alongOwn ? [k, own] : [own, k];
  const next = fresh(w, 'next');
  write(w, `let ${next} = 0;`);
  nestPanel(w, outer, () =>
    nestPanel(w, inner, () => {
      const element = settle(w, exprPiece(w, load, 'float'), current(w)).text;
      write(w, `${array}[${next}++] = ${withoutParens(element)};`);
    }),
  );
  return { array, start: '0', ...(alongOwn ? { own: '1', along: size } : { own: depth, along: '1' }) };
}
