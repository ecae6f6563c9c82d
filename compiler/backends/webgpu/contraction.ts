import { sizeOf, timesDim, type Dim } from '../../ir/dim.ts';
import type { Contraction, Kernel, Loop } from '../../ir/kernel.ts';
import { coefficientOf } from './address.ts';
import { exprText } from './expr.ts';
import type { Groups } from './gpu-program.ts';
import { define, type FoldStmt, nest, unravel, writeBody } from './statements.ts';
import { block, dimText, fresh, write, type Writer } from './writer.ts';

type Load = Contraction['a'];

/**
 * A contraction by blocks of `rows` × 4·`quads` outputs a thread, whose sums stay in registers: each over k in order. Large
 * ones go through workgroup memory: `ty` × `tx` threads compute a tile, and bring in `depth` terms of both operands at a time,
 * a as vectors along k, b as vectors along n. Small ones read the arena directly, which its caches serve well enough.
 */
export interface ContractionPlan {
  readonly fold: FoldStmt;
  readonly contraction: Contraction;
  readonly batch: readonly Loop[];
  readonly m: readonly Loop[];
  readonly n: readonly Loop[];
  readonly k: readonly Loop[];
  readonly block: { readonly rows: number; readonly quads: number };
  readonly tile: { readonly tx: number; readonly ty: number } | null;
}

/** Terms of a tile; its vectors along k. */
const depth = 16;
const depthQuads = depth / 4;
/** Below so many terms in all, tiles do not pay for their barriers. */
const manyTerms = 2 ** 21;
/** About what a large device has of processors: tiles are made smaller until so many have one. */
const processors = 96;
const directThreads = 64;

export function planContraction({ program }: Writer, kernel: Kernel): ContractionPlan | null {
  const { contraction, loops, body } = kernel;
  const fold = body[0];
  if (!contraction || fold?.kind !== 'fold' || fold.body.length > 0) return null;
  const of = (names: readonly string[]) => loops.filter(({ name }) => names.includes(name));
  const [batch, m, n] = [of(contraction.batch), of(contraction.m), of(contraction.n)];
  const count = (side: readonly Loop[]) => sizeOf(sizeOfAll(side), program.capacities);
  const [b, rows, columns, terms] = [count(batch), count(m), count(n), count(fold.loops)];
  if (rows < 4 || columns < 4 || terms < 4) return null;
  const parts = { fold, contraction, batch, m, n, k: fold.loops };
  const direct = { ...parts, block: { rows: 4, quads: 1 }, tile: null };
  if (rows < 32 || columns < 32 || terms < 2 * depth || b * rows * columns * terms < manyTerms) return direct;
  const tilings = [
    { rows: 8, quads: 2, tx: 16, ty: 16 },
    { rows: 4, quads: 1, tx: 16, ty: 16 },
    { rows: 4, quads: 1, tx: 8, ty: 8 },
  ];
  const tiles = ({ rows: r, quads, tx, ty }: (typeof tilings)[number]) =>
    b * Math.ceil(rows / (r * ty)) * Math.ceil(columns / (4 * quads * tx));
  const { rows: r, quads, tx, ty } = tilings.find((each) => tiles(each) >= processors) ?? tilings.at(-1)!;
  return { ...parts, block: { rows: r, quads }, tile: { tx, ty } };
}

function sizeOfAll(loops: readonly Loop[]): Dim {
  return timesDim(...loops.map(({ extent }) => extent));
}

/** Threads of a workgroup. */
export function contractionWidth({ tile }: ContractionPlan): number {
  return tile ? tile.tx * tile.ty : directThreads;
}

export function writeContraction(w: Writer, kernel: Kernel, plan: ContractionPlan): Groups {
  return plan.tile ? writeTiled(w, kernel, plan, plan.tile) : writeDirect(w, kernel, plan);
}

/** Names of loop variables in one place of a block. */
type Vars = readonly (readonly [Loop, string])[];

/** Loop variables of a flat position, which is kept in range: what is beyond is computed for nothing. */
function varsAt(w: Writer, loops: readonly Loop[], position: string, within: string): Vars {
  const flat = fresh(w, 'at');
  write(w, `let ${flat} = min(${position}, ${within} - 1);`);
  unravel(w, loops, flat);
  return loops.map((loop) => [loop, w.names.get(loop.name)!]);
}
function loadAt(w: Writer, load: Load, ...places: readonly Vars[]): string {
  for (const vars of places) for (const [{ name }, text] of vars) w.names.set(name, text);
  return exprText(w, load, 'float');
}

function writeDirect(w: Writer, kernel: Kernel, plan: ContractionPlan): Groups {
  const { batch, m, n, k, contraction, block: size } = plan;
  const [rows, columns] = [sizeOfAll(m), sizeOfAll(n)];
  const [M, N] = [dimText(w, rows), dimText(w, columns)];
  const wide = 4 * size.quads;
  write(w, `let across = (${N} + ${wide - 1}) / ${wide};`);
  write(w, `let down = (${M} + ${size.rows - 1}) / ${size.rows};`);
  write(w, `let id = group * ${directThreads} + i32(lane);`);
  write(w, `if (id >= ${dimText(w, sizeOfAll(batch))} * across * down) { return; }`);
  write(w, `let n0 = (id % across) * ${wide};`);
  write(w, `let m0 = (id / across % down) * ${size.rows};`);
  unravelBatch(w, batch, 'id / (across * down)');
  const left = range(size.rows).map((r) => varsAt(w, m, `m0 + ${r}`, M));
  const right = range(wide).map((c) => varsAt(w, n, `n0 + ${c}`, N));
  declareSums(w, size);
  nest(w, k, () => {
    range(size.quads).forEach((q) => {
      const values = range(4).map((c) => loadAt(w, contraction.b, right[4 * q + c]!));
      write(w, `let b${q} = vec4<f32>(${values.join(', ')});`);
    });
    left.forEach((vars, r) => {
      write(w, `let a${r} = ${loadAt(w, contraction.a, vars)};`);
      range(size.quads).forEach((q) => write(w, `s${r}_${q} += a${r} * b${q};`));
    });
  });
  writeEpilogue(w, kernel, plan, M, N, (q, c) => `n0 + ${4 * q} + ${c}`);
  return {
    pieces: [
      { size: sizeOfAll(batch), per: 1 },
      { size: rows, per: size.rows },
      { size: columns, per: wide },
    ],
    each: directThreads,
  };
}

function unravelBatch(w: Writer, batch: readonly Loop[], position: string): void {
  const flat = fresh(w, 'batch');
  write(w, `let ${flat} = ${position};`);
  unravel(w, batch, flat);
}

function writeTiled(
  w: Writer,
  kernel: Kernel,
  plan: ContractionPlan,
  { tx, ty }: { readonly tx: number; readonly ty: number },
): Groups {
  const { batch, m, n, k, contraction, block: size } = plan;
  const [rows, columns, terms] = [sizeOfAll(m), sizeOfAll(n), sizeOfAll(k)];
  const [M, N, K] = [dimText(w, rows), dimText(w, columns), dimText(w, terms)];
  const tall = size.rows * ty;
  const quads = size.quads * tx;
  const threads = tx * ty;
  w.globals.push(`var<workgroup> A: array<vec4<f32>, ${tall * depthQuads}>;`);
  w.globals.push(`var<workgroup> B: array<vec4<f32>, ${depth * quads}>;`);
  write(w, `let across = (${N} + ${4 * quads - 1}) / ${4 * quads};`);
  write(w, `let down = (${M} + ${tall - 1}) / ${tall};`);
  write(w, `if (group >= ${dimText(w, sizeOfAll(batch))} * across * down) { return; }`);
  write(w, `let n0 = (group % across) * ${4 * quads};`);
  write(w, `let m0 = (group / across % down) * ${tall};`);
  unravelBatch(w, batch, 'group / (across * down)');
  write(w, 'let id = i32(lane);');
  write(w, `let column = id % ${tx};`);
  write(w, `let row = id / ${tx};`);

  // Neighbouring threads read neighbouring elements, along whichever axis they lie.
  const alongM = isAlong(contraction.a, m);
  const lefts = range((tall * depthQuads) / threads).map((j) => {
    const e = `(id + ${j * threads})`;
    const at = alongM ? `${e} % ${tall}` : `${e} / ${depthQuads}`;
    const quad = alongM ? `${e} / ${tall}` : `${e} % ${depthQuads}`;
    write(w, `let aRow${j} = ${at};`);
    write(w, `let aQuad${j} = ${quad};`);
    return varsAt(w, m, `m0 + aRow${j}`, M);
  });
  const alongN = isAlong(contraction.b, n);
  const rights = range((depth * quads) / threads).map((j) => {
    const e = `(id + ${j * threads})`;
    write(w, `let bQuad${j} = ${alongN ? `${e} % ${quads}` : `${e} / ${depth}`};`);
    write(w, `let bTerm${j} = ${alongN ? `${e} / ${quads}` : `${e} % ${depth}`};`);
    return range(4).map((c) => varsAt(w, n, `n0 + bQuad${j} * 4 + ${c}`, N));
  });
  declareSums(w, size);
  block(w, `for (var k0 = 0; k0 < ${K}; k0 += ${depth})`, () => {
    lefts.forEach((vars, j) => {
      const values = range(4).map((c) => {
        const term = fresh(w, 'k');
        write(w, `let ${term} = k0 + aQuad${j} * 4 + ${c};`);
        const value = loadAt(w, contraction.a, vars, varsAt(w, k, term, K));
        return `select(0.0, ${value}, ${term} < ${K})`;
      });
      write(w, `A[aRow${j} * ${depthQuads} + aQuad${j}] = vec4<f32>(${values.join(', ')});`);
    });
    rights.forEach((vars, j) => {
      const term = fresh(w, 'k');
      write(w, `let ${term} = k0 + bTerm${j};`);
      const along = varsAt(w, k, term, K);
      const values = vars.map((each) => loadAt(w, contraction.b, each, along));
      const zero = 'vec4<f32>()';
      write(w, `B[bTerm${j} * ${quads} + bQuad${j}] = select(${zero}, vec4<f32>(${values.join(', ')}), ${term} < ${K});`);
    });
    write(w, 'workgroupBarrier();');
    block(w, `for (var t = 0; t < ${depthQuads}; t++)`, () => {
      for (const q of range(size.quads))
        for (const c of range(4))
          write(w, `let b${q}_${c} = B[(t * 4 + ${c}) * ${quads} + column + ${q * tx}];`);
      for (const r of range(size.rows)) {
        write(w, `let a${r} = A[(row * ${size.rows} + ${r}) * ${depthQuads} + t];`);
        for (const [c, part] of ['x', 'y', 'z', 'w'].entries())
          for (const q of range(size.quads)) write(w, `s${r}_${q} += a${r}.${part} * b${q}_${c};`);
      }
    });
    write(w, 'workgroupBarrier();');
  });
  write(w, `let mine = m0 + row * ${size.rows};`);
  writeEpilogue(w, kernel, plan, M, N, (q, c) => `n0 + (column + ${q * tx}) * 4 + ${c}`, 'mine');
  return {
    pieces: [
      { size: sizeOfAll(batch), per: 1 },
      { size: rows, per: tall },
      { size: columns, per: 4 * quads },
    ],
    each: 1,
  };
} // prettier-ignore

/** Elements lie side by side along the innermost loop of this side. */
function isAlong({ address }: Load, side: readonly Loop[]): boolean {
  return coefficientOf(address.base, side.at(-1)!.name) === 1;
}

function declareSums(w: Writer, { rows, quads }: ContractionPlan['block']): void {
  for (const r of range(rows)) for (const q of range(quads)) write(w, `var s${r}_${q} = vec4<f32>();`);
}

/** The rest of the body, once for each sum of the block that is within the output. */
function writeEpilogue(
  w: Writer,
  kernel: Kernel,
  { m, n, fold, block: { rows, quads } }: ContractionPlan,
  M: string,
  N: string,
  columnOf: (quad: number, c: string) => string,
  first = 'm0',
): void {
  const sums = range(rows).flatMap((r) => range(quads).map((q) => `s${r}_${q}`));
  write(w, `var sums = array<vec4<f32>, ${sums.length}>(${sums.join(', ')});`);
  block(w, `for (var r = 0; r < ${rows}; r++)`, () => {
    const row = fresh(w, 'row');
    write(w, `let ${row} = ${first} + r;`);
    write(w, `if (${row} >= ${M}) { break; }`);
    unravel(w, m, row);
    for (const q of range(quads)) {
      block(w, 'for (var c = 0; c < 4; c++)', () => {
        const column = fresh(w, 'column');
        write(w, `let ${column} = ${columnOf(q, 'c')};`);
        write(w, `if (${column} >= ${N}) { break; }`);
        unravel(w, n, column);
        const name = fresh(w, fold.name);
        write(w, `let ${name} = sums[r * ${quads} + ${q}][c];`);
        define(w, fold, name);
        writeBody(w, kernel.body.slice(1));
      });
    }
  });
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
