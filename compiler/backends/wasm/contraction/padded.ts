import { type Affine, constant, minus, plus, rangeOf, scale, variable } from '../../../ir/affine.ts';
import { sizeOf } from '../../../ir/dim.ts';
import { isExpr } from '../../../ir/expr-type.ts';
import type { BufferId, Expr, Loop } from '../../../ir/kernel.ts';
import type { Buffer } from '../../../ir/program.ts';
import { coefOf, intPiece, placeOf } from '../address.ts';
import { call, type Code, fill, get, i32, load, op, repeatWhile, set, store } from '../code/code.ts';
import { exprPiece } from '../expr.ts';
import type { ModuleWriter } from '../code/module.ts';
import { nestRange } from '../loops.ts';
import { current, join, ownScratch, type Piece, settle, takeScratch, write, type Writer } from '../writer.ts';

type Load = Extract<Expr, { kind: 'load' }>;

/** An axis of what is read: along a loop, or along a guarded index, which goes from `low` to `high`. */
interface Axis {
  readonly index: Affine;
  readonly stride: number;
  /** Where elements are, and where the index goes; the same along a loop. */
  readonly size: number;
  readonly low: number;
  readonly high: number;
}

/** Larger copies would not stay in the cache. */
const mostNumbers = 1 << 22;

/** An operand without guards, and what has to be written before it is read. */
export interface Padded {
  readonly load: Load;
  readonly copy: () => void;
}

/**
 * A guarded operand copied into working memory with zeros around it, so that it can be read without asking. Null where
 * the guards are no axes of their own.
 */
export function padded(w: Writer, factor: Load, loops: readonly Loop[], id: BufferId): Padded | null {
  const axes = axesOf(w, factor, loops);
  if (!axes) return null;
  const inside = [1];
  for (const { low, high } of axes.toReversed()) inside.unshift(inside[0]! * (high - low + 1));
  const [size, ...strides] = inside as [number, ...number[]];
  if (size > mostNumbers) return null;
  const to = takeScratch(w, size * w.slot);
  w.buffers.set(id, {
    id, name: 'padded', role: 'scratch', type: w.buffers.get(factor.buffer)!.type, offset: to / w.slot, size,
  }); // prettier-ignore
  const base = plus(...axes.map(({ index, low }, i) => scale(minus(index, constant(low)), strides[i]!)));
  return {
    load: { ...factor, buffer: id, address: { base, gathers: [] }, guards: [] },
    copy: () => copyAxes(w, factor, axes, strides, w.buffers.get(id)!),
  };
}

/** Outermost first, each within the one before; null where they are not. */
function axesOf(w: Writer, { address: { base }, guards }: Load, loops: readonly Loop[]): readonly Axis[] | null {
  const ranges = (name: string): readonly [number, number] | null => {
    const loop = loops.find((each) => each.name === name);
    return loop ? [0, sizeOf(loop.extent, w.capacities) - 1] : null;
  };
  let rest = base;
  const axes: Axis[] = [];
  for (const { index, below } of guards) {
    if (isExpr(index) || typeof below !== 'number') return null;
    const [first] = index.terms;
    const range = rangeOf(index, ranges);
    if (first?.atom.kind !== 'var' || typeof first.coef !== 'number' || !range) return null;
    const along = coefOf(base, first.atom.name);
    if (typeof along !== 'number' || along % first.coef !== 0) return null;
    const stride = along / first.coef;
    rest = minus(rest, scale(index, stride));
    axes.push({ index, stride, size: below, low: range[0], high: range[1] });
  }
  for (const { coef, atom } of rest.terms) {
    if (atom.kind !== 'var' || typeof coef !== 'number') return null;
    const range = ranges(atom.name);
    if (!range || axes.some(({ index }) => coefOf(index, atom.name) !== 0)) return null;
    axes.push({ index: variable(atom.name), stride: coef, size: range[1] + 1, low: 0, high: range[1] });
  }
  axes.sort((a, b) => b.stride - a.stride);
  const nested = axes.every(({ stride }, i) => {
    const inner = axes[i + 1];
    return inner ? stride >= inner.stride * inner.size && inner.stride > 0 : stride === 1;
  });
  return nested && rest.offset === 0 ? axes : null;
} // prettier-ignore

/** Zeros, and then run by run what there is. */
function copyAxes(
  w: Writer,
  factor: Load,
  axes: readonly Axis[],
  strides: readonly number[],
  copy: Buffer,
): void {
  const parts = axes.map((axis) => ({ ...axis, from: Math.max(0, axis.low), to: Math.min(axis.size, axis.high + 1) }));
  if (parts.some((part) => part.to <= part.from)) return fillCopy(w, copy, null);
  // Axes that are whole on both sides and lie one in the other are one run.
  let split = parts.length - 1;
  let run = parts[split]!.to - parts[split]!.from;
  while (split > 0) {
    const inner = parts[split]!;
    const whole = inner.from === 0 && inner.low === 0 && inner.to === inner.size && inner.high + 1 === inner.size;
    if (!whole || parts[split - 1]!.stride !== inner.stride * inner.size) break;
    split--;
    run = (parts[split]!.to - parts[split]!.from) * parts[split]!.stride;
  }
  const loops = parts.slice(0, split).map(({ size }, i) => ({ name: `pad${i}`, extent: size }));
  const move = copyFunction(w.module);
  // A thread that computes some points of the outermost axis reads no others.
  const part = split > 0 && isAlong(parts[0]!, w.part?.loop) ? w.part : null;
  fillCopy(w, copy, part && { from: part.from, to: part.to, bytes: strides[0]! * w.slot });
  const inside = (depth: number): void => {
    if (depth < split) {
      const { from, to } = parts[depth]!;
      const range = depth === 0 && part ? part : { from: intPiece(from), to: intPiece(to) };
      return nestRange(w, { loops: [loops[depth]!], from: range.from, to: range.to }, () => inside(depth + 1));
    }
    const index = (stride: (i: number) => number, first: (i: number) => number): Affine =>
      plus(
        constant(0),
        ...loops.map(({ name }, i) => scale(minus(variable(name), constant(first(i))), stride(i))),
        constant((parts[split]!.from - first(split)) * stride(split)),
      );
    const source = index((i) => parts[i]!.stride, () => 0);
    const target = index((i) => strides[i]!, (i) => parts[i]!.low);
    const places = [source, target].map((base, i) => {
      const place = placeOf(w, i === 0 ? w.buffers.get(factor.buffer)! : copy, { base, gathers: [] }, (e) => exprPiece(w, e, 'int'));
      return join(w, 'i32', [place.at], (at) => op('i32.add', at!, i32(place.offset)));
    });
    write(w, call(move, ...places.map((place) => settle(w, place, current(w)).code), i32(run * w.slot)));
  };
  inside(0);
} // prettier-ignore

/** Zeros, everywhere or in some points of the outermost axis. */
function fillCopy(
  w: Writer,
  { offset, size }: Buffer,
  part: { readonly from: Piece; readonly to: Piece; readonly bytes: number } | null,
): void {
  const start = ownScratch(w, i32(offset * w.slot));
  if (!part) return write(w, fill(start, i32(0), i32(size * w.slot)));
  const bytes = (points: Code): Code => op('i32.mul', points, i32(part.bytes));
  const { from, to } = part;
  write(w, fill(op('i32.add', start, bytes(from.code)), i32(0), bytes(op('i32.sub', to.code, from.code))));
}

/** The axis is this loop's own. */
function isAlong({ index: { offset, terms } }: Axis, loop: Loop | undefined): boolean {
  const [first, ...more] = terms;
  return offset === 0 && more.length === 0 && first?.coef === 1 && first.atom.kind === 'var' && first.atom.name === loop?.name;
} // prettier-ignore

/** (from, to, bytes): a multiple of four. */
function copyFunction(m: ModuleWriter): number {
  return m.shared('copy', () =>
    m.define(['i32', 'i32', 'i32'], [], (f) => {
      const [from, to, left] = f.params as [(typeof f.params)[0], (typeof f.params)[0], (typeof f.params)[0]];
      const move = (type: 'v128' | 'i32', bytes: number) => [
        store(type, get(to), load(type, get(from))),
        ...[from, to].map((local) => set(local, op('i32.add', get(local), i32(bytes)))),
        set(left, op('i32.sub', get(left), i32(bytes))),
      ];
      f.code.push(
        repeatWhile(op('i32.ge_s', get(left), i32(16)), move('v128', 16)),
        repeatWhile(op('i32.gt_s', get(left), i32(0)), move('i32', 4)),
      );
    }),
  );
}
