import { type Affine, constant, substitute } from '../../ir/affine.ts';
import { type Dim, sameDim, sizeOf, timesDim } from '../../ir/dim.ts';
import type { Loop } from '../../ir/kernel.ts';
import { coefOf, dimPiece } from './address.ts';
import { nest } from './loops.ts';
import { block, current, fresh, settle, write, type Writer } from './writer.ts';

/** One side of a contraction, cut into panels of bounded size: loops around, one in chunks, the others whole. */
export interface Side {
  readonly around: readonly Loop[];
  readonly chunk: { readonly loop: Loop; readonly step: number } | null;
  readonly inside: readonly Loop[];
}

/** As many of the innermost loops as make at most `limit` points; the next one in chunks. */
export function cutSide(w: Writer, loops: readonly Loop[], limit: number): Side {
  let from = loops.length;
  let points = 1;
  while (from > 0 && points * extentOf(w, loops[from - 1]!) <= limit) points *= extentOf(w, loops[--from]!);
  const step = Math.floor(limit / points);
  const chunk = from > 0 && step > 1 ? { loop: loops[from - 1]!, step } : null;
  return { around: loops.slice(0, chunk ? from - 1 : from), chunk, inside: loops.slice(from) };
}
export function wholeSide(loops: readonly Loop[]): Side {
  return { around: [], chunk: null, inside: loops };
}
function extentOf(w: Writer, { extent }: Loop): number {
  return sizeOf(extent, w.capacities);
}

/** The loops of a panel, outermost first. */
export function panelLoops({ chunk, inside }: Side): readonly Loop[] {
  return chunk ? [chunk.loop, ...inside] : inside;
}
/** Points of a panel, at most. */
export function panelSize(w: Writer, { chunk, inside }: Side): number {
  return inside.reduce((points, loop) => points * extentOf(w, loop), chunk?.step ?? 1);
}
export function isWhole({ around, chunk }: Side): boolean {
  return around.length === 0 && !chunk;
}

/** Writes the loops over panels but those around; in them the chunked variable stands where its chunk begins. */
export function eachPanel(w: Writer, side: Side, name: string, inside: (size: string) => void): void {
  const { chunk } = side;
  const whole = side.inside.map(({ extent }) => settle(w, dimPiece(w, extent), 1).text);
  if (!chunk) return inside(product(whole));
  const { loop, step } = chunk;
  const from = fresh(w, `${loop.name}from`);
  const extent = settle(w, dimPiece(w, loop.extent), 1).text;
  const hidden = w.names.get(loop.name);
  block(w, `for (let ${from} = 0; ${from} < ${extent}; ${from} += ${step})`, () => {
    w.names.set(loop.name, { text: from, level: current(w) });
    w.types.set(loop.name, 'int');
    const size = fresh(w, name);
    write(w, `const ${size} = ${product([`Math.min(${step}, ${extent} - ${from})`, ...whole])};`);
    inside(size);
  });
  if (hidden) w.names.set(loop.name, hidden);
}
function product(factors: readonly string[]): string {
  if (factors.every((factor) => /^\d+$/.test(factor)))
    return String(factors.reduce((all, n) => all * Number(n), 1));
  return factors.join(' * ');
}

/** Writes the loops within a panel. */
export function nestPanel(w: Writer, { chunk, inside }: Side, within: () => void): void {
  if (!chunk) return nest(w, inside, within);
  const from = w.names.get(chunk.loop.name)!;
  const extent = settle(w, dimPiece(w, chunk.loop.extent), 1).text;
  const [i, end] = [fresh(w, chunk.loop.name), fresh(w, 'end')];
  const last = `Math.min(${from.text} + ${chunk.step}, ${extent})`;
  block(w, `for (let ${i} = ${from.text}, ${end} = ${last}; ${i} < ${end}; ${i}++)`, () => {
    w.names.set(chunk.loop.name, { text: i, level: current(w) });
    nest(w, inside, within);
  });
  w.taken.delete(i);
  w.taken.delete(end);
  w.names.set(chunk.loop.name, from);
}

/** How far one point of the loops, row-major, lies from the next; null where that differs from place to place. */
export function strideOver(index: Affine, loops: readonly Loop[]): Dim | null {
  if (loops.some(({ name }) => isDivided(index, name))) return null;
  const coefs = loops.map(({ name }) => coefOf(index, name));
  const even = loops.every(({ extent }, i) => i === 0 || sameDim(coefs[i - 1]!, timesDim(coefs[i]!, extent)));
  return even ? (coefs.at(-1) ?? 0) : null;
}
function isDivided({ terms }: Affine, name: string): boolean {
  const mentions = (of: Affine): boolean =>
    of.terms.some(({ atom }) =>
      atom.kind === 'var' ? atom.name === name : atom.kind !== 'one' && mentions(atom.of),
    );
  return terms.some(({ atom }) => (atom.kind === 'div' || atom.kind === 'mod') && mentions(atom.of));
}

/** The index at the first point of panels: loops inside them stand at 0. */
export function atPanel(index: Affine, sides: readonly Side[]): Affine {
  const zero = new Set(sides.flatMap(({ inside }) => inside.map(({ name }) => name)));
  return substitute(index, (name) => (zero.has(name) ? constant(0) : null));
}
