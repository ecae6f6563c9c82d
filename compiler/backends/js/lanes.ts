import { sizeOf } from '../../ir/dim.ts';
import type { Stmt } from '../../ir/kernel.ts';
import { dimPiece } from './address.ts';
import { fresh, settle, write, type ScratchName, type Writer } from './writer.ts';

export type FoldStmt = Extract<Stmt, { kind: 'fold' }>;

/** Folds up to this long are summed in order. */
const laneCount = 8;
const chunkLength = 1024;

/** At most this many elements, at capacity. */
export function capacityOf(w: Writer, fold: FoldStmt): number {
  return fold.loops.reduce((product, loop) => product * sizeOf(loop.extent, w.capacities), 1);
}

/** Ints wrap, so their order does not matter. */
export function usesLanes(w: Writer, fold: FoldStmt): boolean {
  return (
    fold.fn === 'sum' && fold.order === 'lanes' && fold.dtype === 'float' && capacityOf(w, fold) > laneCount
  );
}

export interface Lanes {
  readonly p: string;
  readonly mask: string;
  /** After each element: ends the chunk when it is full. `width`: folds side by side. */
  readonly next: (width: string) => void;
  readonly end: (width: string) => void;
}

/** Counts elements and closes chunks, for `width` folds side by side. */
export function beginLanes(w: Writer, fold: FoldStmt, width: number): Lanes {
  const capacity = capacityOf(w, fold);
  const static_ = fold.loops.every((loop) => typeof loop.extent === 'number');
  const sizes = fold.loops.map((loop) => settle(w, dimPiece(w, loop.extent), 1).text);
  const mask = static_ ? '7' : `(${sizes.join(' * ')} > ${laneCount} ? 7 : 0)`;
  needScratch(w, 'L', laneCount * width);
  needScratch(w, 'Z', (Math.ceil(Math.log2(Math.max(capacity / chunkLength, 1))) + 2) * width);
  w.needs.helpers.add('endChunk').add('endFold');
  const p = fresh(w, 'p');
  const top = fresh(w, 'top');
  const m = static_ ? mask : settle(w, { text: mask, level: 0, atomic: false }, 1).text;
  write(w, `let ${p} = 0, ${top} = 0;`);
  return {
    p,
    mask: m,
    next: (n) =>
      write(w, capacity < chunkLength ? `${p}++;` : `if (!(++${p} & ${chunkLength - 1})) ${top} = endChunk(${p}, ${top}, ${n});`), // prettier-ignore
    end: (n) => write(w, `endFold(${p}, ${top}, ${n});`),
  };
}

export function needScratch(w: Writer, name: ScratchName, size: number): void {
  const { scratch } = w.needs;
  scratch.set(name, Math.max(scratch.get(name) ?? 0, size));
}
