import { readFileSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from '../../dsl/parse.ts';

const folder = 'test/dsl/programs';
const programs = readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, 'utf8'));

test('a program with a piece cut out, doubled or moved is read without a crash', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...programs),
      fc.nat(),
      fc.nat(30),
      fc.boolean(),
      (text, at, length, twice) => {
        const from = at % text.length;
        const piece = text.slice(from, from + length);
        const spoilt = text.slice(0, from) + (twice ? piece + piece : '') + text.slice(from + length);
        for (const d of parse(spoilt, 't').diagnostics) {
          expect(d.message).not.toMatch(/undefined|\[object|`sign |`word |NaN/);
          expect(d.span?.start).toBeGreaterThanOrEqual(0);
          expect(d.span?.end).toBeLessThanOrEqual(spoilt.length);
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('a missing closing bracket anywhere is one mistake', () => {
  for (const text of programs)
    for (const { index } of text.matchAll(/[)\]]/g)) {
      if (text.slice(text.lastIndexOf('\n', index), index).includes('//')) continue;
      const { diagnostics } = parse(text.slice(0, index) + text.slice(index + 1), 't');
      const report = diagnostics.map((d) => `${d.code}: ${d.message}`).join('\n');
      expect(diagnostics, `without the bracket at ${index} of\n${text}\n${report}`).toHaveLength(1);
    }
});
