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
  const placed: Placed[] = []; // by offset
  let peak = 0;
  const bySize = blocks.map((_, i) => i).sort((a, b) => blocks[b]!.size - blocks[a]!.size || a - b);
  for (const i of bySize) {
    const block = blocks[i]!;
    const offset = tightestGap(block, placed, align);
    offsets[i] = offset;
    peak = Math.max(peak, roundUp(offset + block.size, align));
    const after = placed.findIndex((other) => other.offset > offset);
    placed.splice(after < 0 ? placed.length : after, 0, { ...block, offset });
  }
  return { offsets, peak };
}

interface Placed extends Lifetime {
  readonly offset: number;
}

/** Where a block fits between those that are alive with it. */
function tightestGap({ size, from, to }: Lifetime, placed: readonly Placed[], align: number): number {
  let best = -1;
  let bestLeft = Infinity;
  let end = 0;
  for (const other of placed) {
    if (other.from > to || from > other.to) continue;
    const left = other.offset - end - size;
    if (left >= 0 && left < bestLeft) {
      best = end;
      bestLeft = left;
    }
    end = Math.max(end, roundUp(other.offset + other.size, align));
  }
  return best >= 0 ? best : end;
}

export function roundUp(n: number, to: number): number {
  return Math.ceil(n / to) * to;
}
