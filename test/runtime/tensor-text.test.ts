import { expect, test } from 'vitest';
import { confusionText, numberCells, shortNumber, tensorText } from '../../runtime/tensor-text.ts';

const shown = (values: readonly number[], shape: readonly number[]) => tensorText(numberCells(values), shape);

test('numbers are short', () => {
  expect([0.1, 1 / 3, 1e-9 / 3, 123456.789, 421834, NaN, -Infinity].map(shortNumber)).toEqual([
    '0.1', '0.33333', '3.3333e-10', '123460', '421834', 'NaN', '-Infinity',
  ]); // prettier-ignore
});

test('a scalar, a row, a table', () => {
  expect(shown([0.25], [])).toBe('0.25');
  expect(shown([1, 2, 3], [3])).toBe('[1, 2, 3]');
  expect(shown([], [0])).toBe('[]');
  expect(shown([1, -0.5, 20, NaN], [2, 2])).toBe(' 1.0000  -0.5000\n20.0000      NaN');
  expect(shown([1e-7, 1e7], [2])).toBe('[1e-7, 10000000]');
});

test('what is large is cut, and says so', () => {
  const count = (n: number) => Array.from({ length: n }, (_, i) => i);
  expect(shown(count(20), [20])).toMatch(/^\[0, 1, .* 15, … 4 more\]$/);
  const table = shown(count(40), [20, 2]).split('\n');
  expect(table).toHaveLength(17);
  expect(table.at(-1)).toBe('… 4 more rows; the shape is [20, 2]');
  const tables = shown(count(24), [6, 2, 2]).split('\n');
  expect(tables.slice(0, 3)).toEqual([' 0   1', ' 2   3', '']);
  expect(tables.at(-1)).toBe('… 4 more rows; the shape is [6, 2, 2]');
});

test('a confusion table names rows and columns', () => {
  expect(confusionText(['10', '0', '2', '7'], ['cat', 'elephant'])).toBe(
    [
      'true \\ predicted  cat  elephant',
      'cat                10         0',
      'elephant            2         7',
    ].join('\n'),
  );
});
