import { coefficient, sameDim, sizeOf, timesDim, type Dim } from '../../ir/dim.ts';
import type { Affine } from '../../ir/affine.ts';
import type { Kernel, Loop, Stmt } from '../../ir/kernel.ts';
import { affinePiece, coefOf, dimPiece } from './address.ts';
import { needScratch, type FoldStmt } from './lanes.ts';
import { define, nest } from './loops.ts';
import { writeBody } from './statements.ts';
import { block, current, fresh, isWritten, settle, write, type Writer } from './writer.ts';

/**
 * A contraction handed to `contract`, which computes 4 × 4 outputs at a time: per term two loads instead of
 * eight, sixteen sums in flight. Each sum still runs over k in order, so the bits are those of the plain loop.
 */
export interface ContractionPlan {
  readonly fold: FoldStmt;
  readonly m: Loop;
  readonly n: Loop;
  /** The innermost fold loop; the others go around the call. */
  readonly k: Loop;
  readonly outerK: readonly Loop[];
  readonly outer: readonly Loop[];
  readonly a: Operand;
  readonly b: Operand;
}
interface Operand {
  /** Slots before its buffer. */
  readonly start: number;
  readonly base: Affine;
  /** Steps along its own outputs' axis and along k. */
  readonly own: Dim;
  readonly along: Dim;
}

/** Below this many terms in all, plain loops are as fast and shorter. */
const worthwhile = 4096;
/** Rows computed before their epilogue runs: what they need stays in the first-level cache. */
const panelRows = 16;

export function planContraction(w: Writer, kernel: Kernel): ContractionPlan | null {
  const { contraction } = kernel;
  const fold = kernel.body[0];
  if (!contraction || fold?.kind !== 'fold' || fold.body.length > 0 || fold.dtype !== 'float') return null;
  const { a, b } = contraction;
  if (isWritten(w, w.buffers.get(a.buffer)!) || isWritten(w, w.buffers.get(b.buffer)!)) return null;
  if ([a, b].some((load) => load.guards.length > 0 || load.address.gathers.length > 0)) return null;
  const loops = mergeLast(fold.loops, [a.address.base, b.address.base]);
  const work = [...kernel.loops, ...loops].reduce((all, loop) => all * sizeOf(loop.extent, w.capacities), 1);
  const m = largest(w, kernel.loops, contraction.m);
  const n = largest(w, kernel.loops, contraction.n);
  const k = loops.at(-1);
  if (!m || !n || !k || work < worthwhile) return null;
  const inside = [m.name, n.name, ...fold.loops.slice(loops.length - 1).map((loop) => loop.name)];
  const operand = (own: Loop, load: typeof a): Operand => {
    const { terms, offset } = load.address.base;
    return {
      start: w.buffers.get(load.buffer)!.offset,
      base: { offset, terms: terms.filter(({ atom }) => atom.kind !== 'var' || !inside.includes(atom.name)) },
      own: coefOf({ terms, offset }, own.name),
      along: coefOf({ terms, offset }, fold.loops.at(-1)!.name),
    };
  };
  const plan: ContractionPlan = {
    fold, m, n, k,
    outerK: loops.slice(0, -1),
    outer: kernel.loops.filter((loop) => loop !== m && loop !== n),
    a: operand(m, a),
    b: operand(n, b),
  }; // prettier-ignore
  const linear = [plan.a.base, plan.b.base].every((base) => !inside.some((name) => mentions(base, name)));
  return linear ? plan : null;
}

function largest(w: Writer, loops: readonly Loop[], names: readonly string[]): Loop | undefined {
  const size = (loop: Loop): number => sizeOf(loop.extent, w.capacities);
  return loops.filter((loop) => names.includes(loop.name)).toSorted((x, y) => size(y) - size(x))[0];
}

/** Joins the last two loops, again and again, while every address walks them as one. */
function mergeLast(loops: readonly Loop[], addresses: readonly Affine[]): readonly Loop[] {
  const [last, before] = [loops.at(-1), loops.at(-2)];
  if (!last || !before) return loops;
  const asOne = addresses.every((base) =>
    sameDim(coefOf(base, before.name), timesDim(coefOf(base, last.name), last.extent)),
  );
  if (!asOne || addresses.some((base) => coefficient(coefOf(base, last.name)) === 0)) return loops;
  return mergeLast(
    [...loops.slice(0, -2), { name: last.name, extent: timesDim(before.extent, last.extent) }],
    addresses,
  );
}

function mentions({ terms }: Affine, name: string): boolean {
  return terms.some(({ atom }) =>
    atom.kind === 'var' ? atom.name === name : atom.kind !== 'one' && mentions(atom.of, name),
  );
}

export function writeContraction(w: Writer, kernel: Kernel, plan: ContractionPlan): void {
  w.needs.helpers.add('contract');
  nest(w, plan.outer, () => {
    const target = directTarget(w, kernel, plan);
    if (target) writeDirect(w, plan, target);
    else writePanels(w, kernel, plan);
  });
}

const text = (w: Writer, dim: Dim): string => settle(w, dimPiece(w, dim), 1).text;

/** A store of nothing but the sum, row by row without gaps: the sums go straight there. */
function directTarget(w: Writer, kernel: Kernel, { m, n, fold }: ContractionPlan): string | null {
  const [store, ...more] = kernel.body.slice(1) as [Stmt?, ...Stmt[]];
  if (store?.kind !== 'store' || more.length > 0) return null;
  if (store.value.kind !== 'ref' || store.value.name !== fold.name) return null;
  const buffer = w.buffers.get(store.buffer)!;
  const { base, gathers } = store.address;
  const rest = { offset: base.offset, terms: base.terms.filter(({ atom }) => atom.kind !== 'var' || (atom.name !== m.name && atom.name !== n.name)) }; // prettier-ignore
  if (buffer.type.dtype !== 'float' || gathers.length > 0) return null;
  if (mentions(rest, m.name) || mentions(rest, n.name)) return null;
  if (coefOf(base, n.name) !== 1 || !sameDim(coefOf(base, m.name), n.extent)) return null;
  return settle(w, affinePiece(w, rest, buffer.offset), current(w)).text;
}

function writeDirect(w: Writer, plan: ContractionPlan, target: string): void {
  const [rows, columns] = [text(w, plan.m.extent), text(w, plan.n.extent)];
  const at = /^[\w$]+$/.test(target) ? target : fresh(w, 'y');
  if (at !== target) write(w, `const ${at} = ${target};`);
  write(w, `F.fill(0, ${at}, ${at} + ${rows} * ${columns});`);
  writeCall(w, plan, null, rows, `F, ${at}`);
}

/** Some rows at a time into `S`, then what is done with them. */
function writePanels(w: Writer, kernel: Kernel, plan: ContractionPlan): void {
  const { m, n, fold } = plan;
  const columns = text(w, n.extent);
  needScratch(w, 'S', panelRows * sizeOf(n.extent, w.capacities));
  const from = fresh(w, `${m.name}from`);
  const to = fresh(w, `${m.name}to`);
  const rows = text(w, m.extent);
  block(w, `for (let ${from} = 0; ${from} < ${rows}; ${from} += ${panelRows})`, () => {
    write(w, `const ${to} = Math.min(${from} + ${panelRows}, ${rows});`);
    write(w, `S.fill(0, 0, (${to} - ${from}) * ${columns});`);
    writeCall(w, plan, from, `${to} - ${from}`, 'S, 0');
    const i = fresh(w, m.name);
    block(w, `for (let ${i} = ${from}; ${i} < ${to}; ${i}++)`, () => {
      w.names.set(m.name, { text: i, level: current(w) });
      const row = fresh(w, 'row');
      write(w, `const ${row} = (${i} - ${from}) * ${columns};`);
      nest(w, [n], () => {
        const name = fresh(w, fold.name);
        write(w, `const ${name} = S[${row} + ${w.names.get(n.name)!.text}];`);
        define(w, fold, name, current(w));
        writeBody(w, kernel.body.slice(1));
      });
    });
  });
}

/** The call, within the fold's outer loops: each adds to what the sums have reached. */
function writeCall(
  w: Writer,
  plan: ContractionPlan,
  from: string | null,
  rows: string,
  target: string,
): void {
  nest(w, plan.outerK, () => {
    const { a, b, n, k } = plan;
    const own = text(w, a.own);
    const at = settle(w, affinePiece(w, a.base, a.start), current(w)).text;
    const first = from === null ? at : `${at} + ${from}${own === '1' ? '' : ` * ${own}`}`;
    const second = settle(w, affinePiece(w, b.base, b.start), current(w)).text;
    const sizes = [rows, text(w, n.extent), text(w, k.extent)].join(', ');
    write(w, `contract(${first}, ${own}, ${text(w, a.along)}, ${second}, ${text(w, b.along)}, ${text(w, b.own)}, ${sizes}, ${target});`); // prettier-ignore
  });
}
