import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomAt, shuffleRows, streamOf, threefryBits } from '../../runtime/random.ts';
import { contiguousRanges, readRowNumbers, splitRows, windowStarts } from '../../runtime/splits.ts';
import { folder } from './files.ts';

describe('random numbers', () => {
  // Known answers of the Random123 distribution, threefry2x32, 20 rounds; first word.
  test.for([
    [0, 0, 0, 0, 0x6b200159],
    [-1, -1, -1, -1, 0x1cb996fc],
    [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3, 0xc4923a9c],
  ] as const)('threefry %#', ([k0, k1, c0, c1, expected]) => {
    expect(threefryBits(k0, k1, c0, c1)).toBe(expected);
  });

  test('are spread evenly over [0, 1)', () => {
    const bins = new Float64Array(10);
    for (let i = 0; i < 10_000; i++) bins[Math.floor(randomAt(1, streamOf('even'), 0, i) * 10)]!++;
    for (const bin of bins) expect(Math.abs(bin - 1000)).toBeLessThan(150);
  });

  test('differ by seed (also above 32 bits), stream, turn and index', () => {
    const numbers = [
      randomAt(1, 2, 3, 4),
      randomAt(2, 2, 3, 4),
      randomAt(1 + 2 ** 32, 2, 3, 4),
      randomAt(1, 3, 3, 4),
      randomAt(1, 2, 4, 4),
      randomAt(1, 2, 3, 5),
    ];
    expect(new Set(numbers).size).toBe(6);
  });

  test('every order of three rows is as likely as another', () => {
    const counts: Record<string, number> = {};
    for (let turn = 0; turn < 6000; turn++) {
      const rows = Int32Array.of(0, 1, 2);
      shuffleRows(rows, 7, streamOf('orders'), turn);
      counts[rows.join('')] = (counts[rows.join('')] ?? 0) + 1;
    }
    expect(Object.keys(counts)).toHaveLength(6);
    for (const count of Object.values(counts)) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});

describe('splits', () => {
  const parts = fc.record({ valid: fc.double({ min: 0, max: 0.4, noNaN: true }), test: fc.double({ min: 0, max: 0.4, noNaN: true }) }); // prettier-ignore

  test('every row is in exactly one, in file order, as many as asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), parts, fc.nat(), (n, fractions, seed) => {
        const { train, valid, test } = splitRows(n, fractions, seed);
        for (const rows of [train, valid, test]) expect([...rows]).toEqual([...rows].sort((a, b) => a - b));
        expect([...train, ...valid, ...test].sort((a, b) => a - b)).toEqual([...Array(n).keys()]);
        expect(test.length).toBe(Math.round(fractions.test * n));
        expect(valid.length).toBe(Math.min(Math.round(fractions.valid * n), n - test.length));
      }),
    );
  });

  test('are a function of the seed', () => {
    const cut = (seed: number) => splitRows(100, { valid: 0.1, test: 0.2 }, seed);
    expect(cut(1)).toEqual(cut(1));
    expect(cut(1).test).not.toEqual(cut(2).test);
    expect(cut(1).test).not.toEqual(cut(1 + 2 ** 32).test);
  });

  test('strata keep their proportions', () => {
    const kind = (row: number) => (row % 10 === 0 ? 'rare' : 'common');
    const { train, valid, test } = splitRows(200, { valid: 0.25, test: 0.25 }, 3, undefined, kind);
    for (const rows of [valid, test]) {
      expect(rows.length).toBe(50);
      expect([...rows].filter((row) => kind(row) === 'rare')).toHaveLength(5);
    }
    expect(train.length).toBe(100);
  });

  test('given test rows are the test split; fractions are of the rest', () => {
    const { train, valid, test } = splitRows(10, { valid: 0.25, test: 0 }, 1, new Set([9, 0]));
    expect([...test]).toEqual([0, 9]);
    expect([train.length, valid.length]).toEqual([6, 2]);
  });

  test('row numbers: one per line, or a list', async () => {
    const read = folder({ a: '3\n0\r\n7\n', b: '[3, 0, 7]', c: '3\n10\n', d: 'three\n', e: '1.5' });
    expect([...(await readRowNumbers('a', read, 10))]).toEqual([3, 0, 7]);
    expect([...(await readRowNumbers('b', read, 10))]).toEqual([3, 0, 7]);
    for (const bad of ['c', 'd', 'e']) {
      await expect(readRowNumbers(bad, read, 10)).rejects.toMatchObject({
        diagnostics: [{ code: 'bad-row-number' }],
      });
    }
  });

  test('windows never leave their stretch and begin every so many rows', () => {
    const small = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(fc.nat(500), small, small, parts, (n, length, stride, fractions) => {
        const ranges = contiguousRanges(n, fractions);
        expect([ranges.train[0], ranges.train[1], ranges.valid[1], ranges.test[1]]).toEqual([
          0,
          ranges.valid[0],
          ranges.test[0],
          n,
        ]);
        for (const [from, to] of Object.values(ranges)) {
          const starts = windowStarts([from, to], length, stride);
          starts.forEach((start, i) => expect(start).toBe(from + i * stride));
          // One more would not fit.
          const next = from + starts.length * stride;
          if (starts.length) expect(starts.at(-1)! + length).toBeLessThanOrEqual(to);
          expect(next + length).toBeGreaterThan(to);
        }
      }),
    );
  });
});
