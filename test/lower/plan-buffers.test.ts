import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Lifetime, planBuffers, roundUp } from '../../compiler/4-lower/plan-buffers.ts';

const lifetime: fc.Arbitrary<Lifetime> = fc
  .record({ size: fc.integer({ min: 1, max: 100 }), from: fc.nat(20), length: fc.nat(8) })
  .map(({ size, from, length }) => ({ size, from, to: from + length }));
const align = 4;

test('blocks alive at once do not overlap, every offset is aligned', () => {
  fc.assert(
    fc.property(fc.array(lifetime, { maxLength: 40 }), (blocks) => {
      const { offsets, peak } = planBuffers(blocks, align);
      blocks.forEach((a, i) => {
        expect(offsets[i]! % align).toBe(0);
        expect(offsets[i]! + a.size).toBeLessThanOrEqual(peak);
        blocks.slice(i + 1).forEach((b, rest) => {
          const j = i + 1 + rest;
          if (a.to < b.from || b.to < a.from) return;
          const apart = offsets[i]! + a.size <= offsets[j]! || offsets[j]! + b.size <= offsets[i]!;
          expect(apart, `${JSON.stringify(a)} and ${JSON.stringify(b)}`).toBe(true);
        });
      });
    }),
  );
});

test('the peak lies between what is alive at once and everything together', () => {
  fc.assert(
    fc.property(fc.array(lifetime, { maxLength: 40 }), (blocks) => {
      const { peak } = planBuffers(blocks, align);
      const slots = (some: readonly Lifetime[]): number =>
        some.reduce((sum, block) => sum + roundUp(block.size, align), 0);
      const alive = Array.from({ length: 30 }, (_, t) =>
        slots(blocks.filter((b) => b.from <= t && t <= b.to)),
      );
      expect(peak).toBeGreaterThanOrEqual(Math.max(...alive));
      expect(peak).toBeLessThanOrEqual(slots(blocks));
    }),
  );
});

test('a chain of equal blocks takes two places', () => {
  const chain = Array.from({ length: 10 }, (_, i) => ({ size: 16, from: i, to: i + 1 }));
  expect(planBuffers(chain, align).peak).toBe(32);
});
