import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parseNpy, readNpy, readNpz } from '../../runtime/data/npy.ts';
import { readJsonl } from '../../runtime/data/records.ts';
import type { ReadFile } from '../../runtime/data/source.ts';
import { readTable } from '../../runtime/data/table.ts';
import { frequentTokens, tokensOf } from '../../runtime/data/text.ts';
import { DataError } from '../../runtime/fail.ts';
import { folder, gz, npy } from './files.ts';
import { request } from './linear.ts';

/** Written by NumPy 1.24: `np.savez`, `np.savez_compressed`, `np.save`. */
const fixtures: ReadFile = (path) => readFile(new URL(`fixtures/${path}`, import.meta.url));

async function problem(what: Promise<unknown> | (() => unknown)): Promise<object> {
  try {
    await (typeof what === 'function' ? what() : what);
  } catch (error) {
    if (error instanceof DataError) return error.diagnostics[0]!;
    throw error;
  }
  throw new Error('nothing was refused');
}
const values = (array: { values: ArrayLike<number> } | undefined) => Array.from(array!.values);

describe('npy', () => {
  test.for<[string, number[], number[]]>([
    ['<f4', [0, 0, 0x80, 0x3f, 0, 0, 0x40, 0xc0], [1, -3]],
    ['<f8', [0, 0, 0, 0, 0, 0, 8, 0x40, 0, 0, 0, 0, 0, 0, 0, 0], [3, 0]],
    ['>f4', [0x3f, 0x80, 0, 0, 0x40, 0x40, 0, 0], [1, 3]],
    ['|i1', [1, 255], [1, -1]],
    ['<i2', [1, 2, 255, 255], [513, -1]],
    ['>i2', [2, 1, 255, 254], [513, -2]],
    ['<i4', [4, 0, 0, 0, 254, 255, 255, 255], [4, -2]],
    ['<i8', [7, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255], [7, -1]],
    ['|u1', [7, 255], [7, 255]],
    ['<u2', [1, 255, 0, 1], [65281, 256]],
    ['|b1', [0, 1], [0, 1]],
  ])('%s', ([descr, bytes, expected]) => {
    const array = parseNpy(npy(descr, [2], bytes), 'x.npy', 'x');
    expect(values(array)).toEqual(expected);
    expect(array).toMatchObject({ rows: 2, shape: [], dtype: descr[1] === 'f' ? 'float' : 'int' });
  });

  test('Fortran order is put into C order', async () => {
    const array = parseNpy(await fixtures('fortran.npy'), 'fortran.npy', 'x');
    expect(array).toMatchObject({ rows: 2, shape: [3, 4] });
    expect(values(array)).toEqual([...Array(24).keys()]);
  });

  test('several files, named as their files, gzip or not', async () => {
    const files = {
      'a/log-mel.npy.gz': gz(npy('|u1', [2, 2], [1, 2, 3, 4])),
      'a/y.npy': npy('|u1', [2], [0, 1]),
    };
    const source = await readNpy(request('npy', Object.keys(files)), folder(files));
    expect(source.arrays.map(({ name, shape }) => [name, shape])).toEqual([
      ['log_mel', [2]],
      ['y', []],
    ]);
    expect(source.rows).toBe(2);
  });

  const whole = npy('<f4', [2], [0, 0, 0, 0, 0, 0, 0, 0]);
  test.for<[string, Uint8Array, object]>([
    ['another format', new TextEncoder().encode('a,b\n1,2\n3,4\n5,6'), { code: 'bad-header' }],
    ['cut short', whole.slice(0, -1), { code: 'truncated-file' }],
    ['cut in its header', whole.slice(0, 40), { code: 'truncated-file' }],
    ['too long', Uint8Array.from([...whole, 0]), { code: 'bad-header' }],
    ['complex numbers', npy('<c8', [1], Array(8).fill(0)), { code: 'bad-header' }],
    ['no rows', npy('<f4', [0, 3], []), { code: 'empty-file' }],
    ['a single number', npy('<f4', [], [0, 0, 0, 0]), { code: 'empty-file' }],
  ])('%s', async ([, bytes, expected]) => {
    expect(await problem(() => parseNpy(bytes, 'x.npy', 'x'))).toMatchObject({ file: 'x.npy', ...expected });
  });

  test('messages say what to do', async () => {
    expect(await problem(async () => parseNpy(await fixtures('words.npy'), 'words.npy', 'x'))).toMatchObject({
      text: 'words.npy holds elements of type <U3: save it as numbers, x.astype("float32").',
    });
    const files = { 'x.npy': npy('|u1', [2], [1, 2]), 'y.npy': npy('|u1', [3], [1, 2, 3]) };
    const both = readNpy(request('npy', ['x.npy', 'y.npy']), folder(files));
    expect(await problem(both)).toMatchObject({
      code: 'row-count-mismatch',
      text: 'x.npy has 2 rows, y.npy has 3.',
    });
  });
});

describe('npz', () => {
  test('as savez and savez_compressed write it', async () => {
    const stored = await readNpz(request('npz', ['stored.npz']), fixtures);
    expect(stored.rows).toBe(3);
    expect(stored.arrays.map(({ name, shape, dtype }) => [name, shape, dtype])).toEqual([
      ['x', [2], 'float'],
      ['y', [], 'int'],
    ]);
    expect(values(stored.arrays[0])).toEqual([0, 0.25, 0.5, 0.75, 1, 1.25]);
    expect(values(stored.arrays[1])).toEqual([1, 0, 2]);
  });

  test('arrays chosen and named, where one file holds several splits', async () => {
    const of = (split: string) =>
      readNpz(request('npz', ['packed.npz'], { x: `x_${split}`, y: `y_${split}` }), fixtures);
    const [train, held] = [await of('train'), await of('test')];
    expect([train.rows, held.rows]).toEqual([4, 2]);
    expect(train.arrays.map(({ name, shape }) => [name, shape])).toEqual([
      ['x', [3, 2]],
      ['y', []],
    ]);
    expect(values(train.arrays[0])).toEqual([...Array(24).keys()]);
    expect(values(held.arrays[1])).toEqual([0, 1]);
  });

  test('arrays of unequal length, an array that is not there', async () => {
    expect(await problem(readNpz(request('npz', ['packed.npz']), fixtures))).toMatchObject({
      code: 'row-count-mismatch',
      text: 'array "x_train" of packed.npz has 4 rows, array "x_test" of packed.npz has 2.',
    });
    expect(await problem(readNpz(request('npz', ['stored.npz'], { x: 'z' }), fixtures))).toMatchObject({
      code: 'missing-array',
      text: 'stored.npz has no array "z"; it has: x, y.',
    });
  });

  test('damaged at any place: told, never a crash', async () => {
    const whole = await fixtures('packed.npz');
    for (let cut = 1; cut < whole.length; cut += 13) {
      const read = folder({ 'a.npz': whole.slice(0, cut) });
      const { code } = (await problem(readNpz(request('npz', ['a.npz']), read))) as { code: string };
      expect(['truncated-file', 'bad-header']).toContain(code);
    }
    for (let at = 0; at < whole.length; at += 7) {
      const bytes = Uint8Array.from(whole);
      bytes[at]! ^= 255;
      const read = folder({ 'a.npz': bytes });
      await readNpz(request('npz', ['a.npz'], { x: 'x_train' }), read).catch((error) =>
        expect(error).toBeInstanceOf(DataError),
      );
    }
  });
});

describe('jsonl', () => {
  const read = (text: string) => readJsonl(request('jsonl', ['t.jsonl']), folder({ 't.jsonl': text }));

  test('numbers, text, truth values, lists of numbers; a missing value is an empty cell', async () => {
    const table = await read(
      '{"x": 1.5, "kind": "rose", "seen": true, "pixels": [[1, 2], [3, 4]], "more": {"a": 1}, "tags": ["a"]}\n\n' +
        '{"kind": "lily", "seen": false, "pixels": [[5, 6], [7, 8]], "late": 3}\n',
    );
    expect(table.header).toEqual(['x', 'kind', 'seen', 'late']);
    expect(table.cells).toEqual(['1.5', 'rose', '1', '', '', 'lily', '0', '3']);
    expect(table.lines).toEqual([1, 3]);
    expect(table.arrays!.map(({ name, shape }) => [name, shape])).toEqual([['pixels', [2, 2]]]);
    expect(values(table.arrays![0])).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test.for<[string, string, object]>([
    ['not JSON', '{"x": 1}\n{x: 2}\n', { code: 'bad-row', line: 2 }],
    ['not a record', '{"x": 1}\n[2]\n', { code: 'bad-row', line: 2 }],
    ['a list of another length', '{"x": [1, 2]}\n{"x": [1]}\n', { code: 'bad-row', line: 2, column: 'x' }],
    ['a ragged list', '{"x": [[1, 2], [3, 4]]}\n{"x": [[1, 2], [3]]}\n', { code: 'bad-row', line: 2 }],
    ['text in a list', '{"x": [1, 2]}\n{"x": [1, "a"]}\n', { code: 'bad-row', line: 2 }],
    ['no list where one was', '{"x": [1, 2]}\n{"y": 1}\n', { code: 'bad-row', line: 2, column: 'x' }],
    ['a list where a number was', '{"x": 1}\n{"x": [1]}\n', { code: 'bad-row', line: 2, column: 'x' }],
    ['nothing', '\n\n', { code: 'empty-file' }],
  ])('%s', async ([, text, expected]) => {
    expect(await problem(read(text))).toMatchObject({ file: 't.jsonl', ...expected });
  });

  test('messages name file, line and key', async () => {
    expect(await problem(read('{"x": [1, 2]}\n{"x": [1]}\n'))).toMatchObject({
      text: 't.jsonl:2: "x" has the shape [1], before it was [2].',
    });
  });
});

test('in a tsv file a quote is text', async () => {
  const text = 'label\ttext\n1\t"a" b\n0\tc "d\n';
  const table = await readTable(request('tsv', ['t.tsv']), folder({ 't.tsv': text }));
  expect(table.cells).toEqual(['1', '"a" b', '0', 'c "d']);
});

describe('tokens', () => {
  const words = (text: string, lower = true) => [...tokensOf(text, { unit: 'word', lower, max: null })];

  test('words are runs of letters and digits, with apostrophes; every mark is one by itself', () => {
    expect(words("It's 3.50 — don't!")).toEqual(["it's", '3', '.', '50', '—', "don't", '!']);
    expect(words("L'été, où ? 'quoted'", false)).toEqual(["L'été", ',', 'où', '?', "'", 'quoted', "'"]);
    expect(words('a <unk> b')).toEqual(['a', '<unk>', 'b']);
    expect(words(' \n\t ')).toEqual([]);
  });

  test('most frequent first; equals in order; a special one is never counted', () => {
    const tokens = ['b', 'a', 'c', 'b', '<unk>', '<unk>', '<unk>'];
    expect(frequentTokens(tokens, ['<pad>', '<unk>'], null)).toEqual(['<pad>', '<unk>', 'b', 'a', 'c']);
    expect(frequentTokens(tokens, ['<pad>', '<unk>'], 4)).toEqual(['<pad>', '<unk>', 'b', 'a']);
  });
});
