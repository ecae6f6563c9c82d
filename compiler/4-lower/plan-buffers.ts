/** A block of memory needed from one kernel to another, both included. Sizes in slots. */
export interface Lifetime {
  readonly size: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Offsets for blocks such that no two alive at once overlap: largest first, each in the tightest gap that
 * fits among the blocks alive with it. Offsets are multiples of `align`. Returns the offsets and the peak.
 */
export function planBuffers(
  blocks: readonly Lifetime[],
  align: number,
): { readonly offsets: readonly number[]; readonly peak: number } {
  const offsets = Array.from(blocks, () => 0);
  const placed: number[] = [];
  let peak = 0;
  const bySize = blocks.map((_, i) => i).sort((a, b) => blocks[b]!.size - blocks[a]!.size || a - b);
  for (const i of bySize) {
    const block = blocks[i]!;
    const alive = placed
      .filter((j) => blocks[j]!.from <= block.to && block.from <= blocks[j]!.to)
      .sort((a, b) => offsets[a]! - offsets[b]!);
    offsets[i] = tightestGap(
      block.size,
      alive.map((j) => [offsets[j]!, offsets[j]! + blocks[j]!.size]),
      align,
    );
    peak = Math.max(peak, roundUp(offsets[i]! + block.size, align));
    placed.push(i);
  }
  return { offsets, peak };
}

function tightestGap(size: number, taken: readonly (readonly [number, number])[], align: number): number {
  let best = -1;
  let bestLeft = Infinity;
  let end = 0;
  for (const [from, to] of taken) {
    const left = from - end - size;
    if (left >= 0 && left < bestLeft) {
      best = end;
      bestLeft = left;
    }
    end = Math.max(end, roundUp(to, align));
  }
  return best >= 0 ? best : end;
}

export function roundUp(n: number, to: number): number {
  return Math.ceil(n / to) * to;
}
