import { describe, expect, test } from 'vitest';
import { bytesText, durationText, numberText, plural } from '../../cli/format.ts';
import { elementText } from '../../cli/inspect/element.ts';
import { fit, table, width } from '../../cli/table.ts';
import { wrap } from '../../cli/wrap.ts';
import { redirectOf } from '../../cli/redirect.ts';
import type { Formula } from '../../compiler/ir/formula.ts';

describe('numbers for people', () => {
  test.for<[number, string]>([
    [0, '0'],
    [421834, '421,834'],
    [0.083123, '0.08312'],
    [1.23456e-7, '1.23e-7'],
    [123456.789, '123500'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ])('%d: %s', ([value, text]) => {
    expect(numberText(value)).toBe(text);
  });

  test.for<[number, string]>([
    [0.0031, '3 µs'],
    [3.14, '3.1 ms'],
    [840, '840 ms'],
    [2100, '2.1 s'],
    [21000, '21 s'],
    [245_000, '4 min 05 s'],
    [7_800_000, '2 h 10 min'],
  ])('%d ms: %s', ([ms, text]) => {
    expect(durationText(ms)).toBe(text);
  });

  test('bytes and plurals', () => {
    expect([0, 1023, 1024, 15_000, 5e9].map(bytesText)).toEqual([
      '0 B',
      '1023 B',
      '1.0 KiB',
      '15 KiB',
      '4.7 GiB',
    ]);
    expect([plural(1, 'row'), plural(20640, 'row'), plural(0, 'entry', 'entries')]).toEqual([
      '1 row',
      '20,640 rows',
      '0 entries',
    ]);
  });
});

describe('layout', () => {
  test('columns are aligned, colours take no width', () => {
    const rows = [
      ['a', '1'],
      ['\u001b[1mbcd\u001b[22m', '22'],
    ];
    expect(table(rows, ['left', 'right'])).toBe('a     1\n\u001b[1mbcd\u001b[22m  22\n');
    expect(width('\u001b[31mé\u0301x\u001b[39m')).toBe(2);
  });

  test('a cut is marked', () => {
    expect([fit('abcdef', 6), fit('abcdef', 4)]).toEqual(['abcdef', 'abc…']);
  });

  test('paragraphs keep below the width', () => {
    expect(wrap('one two three\nfour', 9, '  ')).toBe('  one two\n  three\n  four\n');
  });
});

describe('formulas as people write them', () => {
  const x: Formula = { kind: 'load', input: 0, index: [], guarded: false };
  const y: Formula = { kind: 'load', input: 1, index: [], guarded: false };
  const call = (fn: Extract<Formula, { kind: 'call' }>['fn'], ...args: Formula[]): Formula => ({
    kind: 'call',
    fn,
    args,
  });
  const one: Formula = { kind: 'number', value: 1 };

  test.for<[string, Formula]>([
    ['d * (1 - h^2)', call('mul', x, call('sub', one, call('mul', y, y)))],
    ['d - (h + 1)', call('sub', x, call('add', y, one))],
    ['d - h + 1', call('add', call('sub', x, y), one)],
    ['-(d + h)', call('neg', call('add', x, y))],
    ['if d > h then d else tanh(h)', call('select', call('gt', x, y), x, call('tanh', y))],
    ['d * h / (d * h)', call('div', call('mul', x, y), call('mul', x, y))],
  ])('%s', ([text, formula]) => {
    expect(elementText(formula, ['d', 'h'])).toBe(text);
  });
});

describe('--data', () => {
  const program = `bpnet 1
const file = "words.txt"
data iris {
  train = csv("iris.csv")
  test  = idx("images.gz", "labels.gz")
}
data words {
  train = text(file, window = 3)
}
`;
  test('paths as written become paths as meant', () => {
    const data = { 'iris.train': '/mine.csv', 'iris.test': '/i.gz, /l.gz', 'words.train': '/w.txt' };
    expect(redirectOf(program, data)).toEqual({
      ok: true,
      paths: { 'iris.csv': '/mine.csv', 'images.gz': '/i.gz', 'labels.gz': '/l.gz', 'words.txt': '/w.txt' },
    });
  });

  test('unknown sources and wrong counts are usage errors', () => {
    expect(redirectOf(program, { 'iris.trian': 'x' })).toEqual({
      ok: false,
      message: 'there is no data source called "iris.trian"',
      help: 'did you mean iris.train?',
    });
    expect(redirectOf(program, { 'iris.test': 'x' })).toMatchObject({
      ok: false,
      help: 'separate several files by commas',
    });
  });
});
