import fc from 'fast-check';
import { expect, test } from 'vitest';
import { behindCut, type Pipe } from '../../compiler/3-optimize/min-cut.ts';

const count = 6;
const pipes = fc.array(
  fc.record({ from: fc.nat(count - 1), to: fc.nat(count - 1), capacity: fc.integer({ min: 0, max: 5 }) }),
  { maxLength: 14 },
);

/** What flows at most over a cut. */
function widthOf(all: readonly Pipe[], behind: ReadonlySet<number>): number {
  return all.reduce(
    (sum, { from, to, capacity }) => sum + (!behind.has(from) && behind.has(to) ? capacity : 0),
    0,
  );
}

test('no cut is cheaper, and of equally cheap ones none has fewer places behind it', () => {
  const [source, sink] = [0, count - 1];
  const cuts = Array.from(
    { length: 2 ** (count - 2) },
    (_, bits) => new Set([sink, ...[1, 2, 3, 4].filter((i) => bits & (1 << (i - 1)))]),
  );
  fc.assert(
    fc.property(pipes, (all) => {
      const behind = behindCut(count, all, source, sink);
      const least = Math.min(...cuts.map((cut) => widthOf(all, cut)));
      expect(behind.has(source)).toBe(false);
      expect(widthOf(all, behind)).toBe(least);
      for (const cut of cuts)
        if (widthOf(all, cut) === least) expect(cut.size).toBeGreaterThanOrEqual(behind.size);
    }),
    { numRuns: 500 },
  );
});
