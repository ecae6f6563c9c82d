import { rangeOf } from '../../ir/affine.ts';
import { isExpr } from '../../ir/expr-type.ts';
import type { Guard, Loop, Stmt } from '../../ir/kernel.ts';
import { coefOf } from './address.ts';
import { loadsOf } from './widen.ts';
import type { Writer } from './writer.ts';

/** Points of the innermost loop, from `from` to below `to`, in which guards of it alone hold everywhere or nowhere. */
export interface Segment {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** More copies of the body are not worth it. */
const most = 6;

/**
 * A loop cut where guards of it begin or cease to hold, as in a sum of parts that were padded to stand side by side;
 * null where there are none, or where fours would be cut apart.
 */
export function segmentsOf(w: Writer, loop: Loop, body: readonly Stmt[]): readonly Segment[] | null {
  const { name, extent } = loop;
  if (typeof extent !== 'number' || extent % 4 !== 0 || w.part?.loop === loop) return null;
  const cuts = new Set<number>();
  for (const { guards } of loadsOf(body)) {
    for (const { index, below } of guards) {
      if (isExpr(index) || typeof below !== 'number') continue;
      if (index.terms.length !== 1 || coefOf(index, name) !== 1) continue;
      for (const cut of [-index.offset, below - index.offset]) if (cut > 0 && cut < extent) cuts.add(cut);
    }
  }
  if (cuts.size === 0 || cuts.size >= most || [...cuts].some((cut) => cut % 4 !== 0)) return null;
  const ends = [...cuts, extent].toSorted((a, b) => a - b);
  return ends.map((to, i) => ({ name, from: ends[i - 1] ?? 0, to }));
}

/** The guards that have to be asked in the segment being written; null: one does not hold. */
export function openGuards({ segment }: Writer, guards: readonly Guard[]): readonly Guard[] | null {
  if (!segment) return guards;
  const { name, from, to } = segment;
  const open: Guard[] = [];
  for (const guard of guards) {
    const { index, below } = guard;
    const range = isExpr(index) ? null : rangeOf(index, (of) => (of === name ? [from, to - 1] : null));
    if (!range || typeof below !== 'number') open.push(guard);
    else if (range[1] < 0 || range[0] >= below) return null;
    else if (range[0] < 0 || range[1] >= below) open.push(guard);
  }
  return open;
}
