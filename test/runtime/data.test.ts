import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { axis, type TensorType, tensor } from '../../compiler/ir/tensor-type.ts';
import { openDim } from '../../compiler/ir/dim.ts';
import type { DataPlan, RawArray } from '../../compiler/plan.ts';
import { parseIdx } from '../../runtime/data/idx.ts';
import { gridPoints, latinHypercube, uniformPoints } from '../../runtime/data/points.ts';
import { parseTable } from '../../runtime/data/table.ts';
import { encoder, textVocabulary } from '../../runtime/data/text.ts';
import type { Provided } from '../../runtime/data/host.ts';
import type { ReadFile } from '../../runtime/data/source.ts';
import { loadDataset } from '../../runtime/dataset.ts';
import { DataError } from '../../runtime/fail.ts';
import { placeOf } from '../../runtime/open.ts';
import type { Dataset, Learned } from '../../runtime/session.ts';
import { folder, gz, idx } from './files.ts';
import { dataPlan, rawArray, request } from './linear.ts';

const B = axis(openDim('B'), 'B');
const float = (...sizes: number[]): TensorType => tensor([B, ...sizes.map((n) => axis(n))]);
const label: TensorType = tensor([B], 'int');
const fixtures: ReadFile = (path) => readFile(new URL(`fixtures/${path}`, import.meta.url));

interface Loading {
  readonly read?: ReadFile;
  readonly seed?: number;
  readonly learned?: Learned;
  readonly provided?: Provided;
  readonly capacity?: number;
}
async function load(arrays: RawArray[], changes: Partial<DataPlan>, more: Loading = {}): Promise<Dataset> {
  const plan = dataPlan(arrays, { batch: 2, ...changes });
  const places = Object.fromEntries(arrays.map(({ name, type }) => [name, placeOf({ offset: 0, type })]));
  const { read = fixtures, seed = 1, learned = {}, provided, capacity = 1000 } = more;
  return loadDataset(plan, { read, seed, places, capacities: { B: capacity }, learned, provided });
}
async function problem(what: Promise<unknown> | (() => unknown)): Promise<object> {
  try {
    await (typeof what === 'function' ? what() : what);
  } catch (error) {
    if (error instanceof DataError) return { message: error.message, ...error.diagnostics[0] };
    throw error;
  }
  throw new Error('nothing was refused');
}

const csv = (text: string | Uint8Array, options = {}): Partial<DataPlan> & { train: DataPlan['train'] } => ({
  train: { ...request('csv', ['t.csv'], options), id: String(text).slice(0, 20) },
});
const x = rawArray('d.x', float(), { kind: 'column', column: 'x', fill: null });
const column = (text: string, options = {}) =>
  load([x], csv(text, options), { read: folder({ 't.csv': text }) });

const characters = { unit: 'character', lower: false, max: null } as const;

describe('tables', () => {
  test('quotes, separators and line ends inside quotes, empty cells', async () => {
    const table = parseTable(new TextDecoder().decode(await fixtures('flowers.csv')), 'flowers.csv');
    expect(table.header).toEqual(['petal_length', 'petal_width', 'species', 'note']);
    expect(table.rows).toBe(7);
    const notes = Array.from({ length: 7 }, (_, row) => table.cells[row * 4 + 3]);
    expect(notes).toEqual(['small, white', 'said "pretty"', '', 'two\nlines', 'x', 'x', 'x']);
    expect(table.lines).toEqual([2, 3, 4, 5, 7, 8, 9]);
  });

  test('CRLF, another separator, blank lines', async () => {
    const text = new TextDecoder().decode(await fixtures('semicolons.csv'));
    const table = parseTable(text, 'semicolons.csv', ';');
    expect(table.header).toEqual(['a', 'b', 'c']);
    expect(table.cells).toEqual(['1', '2,5', 'x', '3', '4', 'y;z']);
    expect(table.lines).toEqual([2, 4]);
  });

  test.for([
    ['a\n1', ['1']],
    ['a\n1\n', ['1']],
    ['a\r\n1\r\n', ['1']],
    ['\uFEFFa\n1\n', ['1']],
    ['a,b\n"",\n', ['', '']],
    ['a,b\n1,"2"\n3,"4"', ['1', '2', '3', '4']],
    ['a,b\n"x\r\ny",2\r\n', ['x\r\ny', '2']],
  ])('%j', ([text, cells]) => {
    const decoded = new TextDecoder().decode(new TextEncoder().encode(text as string));
    const table = parseTable(decoded, 't.csv');
    expect(table.cells).toEqual(cells);
    expect(table.header![0]).toBe('a');
  });

  test('without a header, and with lines to skip', () => {
    const table = parseTable('150,2,setosa\n1,2,0\n3,4,1\n', 't.csv', ',', false, 1);
    expect(table.header).toBeNull();
    expect(table.cells).toEqual(['1', '2', '0', '3', '4', '1']);
    expect(table.lines).toEqual([2, 3]);
  });

  test('20,000 rows keep their order and their lines', () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `${i},${i % 7 === 0 ? '"a,b"' : 'c'}`);
    const table = parseTable(`n,t\n${rows.join('\n')}\n`, 't.csv');
    expect(table.rows).toBe(20_000);
    expect(table.cells.filter((_, i) => i % 2 === 0)).toEqual(rows.map((_, i) => String(i)));
    expect(table.cells[2 * 14 + 1]).toBe('a,b');
    expect(table.lines.at(-1)).toBe(20_001);
  });

  test('columns by name and by position, gzip known by its content', async () => {
    const text = await fixtures('flowers.csv');
    const arrays = [
      rawArray('d.petal', float(2), { kind: 'columns', from: 0, to: 2, fill: null }),
      rawArray('d.width', float(), { kind: 'column', column: 'petal_width', fill: null }),
    ];
    const d = await load(
      arrays,
      { train: request('csv', ['t.csv']) },
      { read: folder({ 't.csv': gz(text) }) },
    );
    expect(Array.from(d.arrays[0]!.values).slice(0, 4)).toEqual([1.4, 0.2, 1.3, 0.3]);
    expect(Array.from(d.arrays[1]!.values)).toEqual([0.2, 0.3, 1.4, 1.5, 2.5, 1.9, 2.1]);
  });

  test('tsv', async () => {
    const d = await load(
      [x],
      { train: request('tsv', ['t.tsv']) },
      { read: folder({ 't.tsv': 'w\tx\n1\t2\n3\t4\n' }) },
    );
    expect(Array.from(d.arrays[0]!.values)).toEqual([2, 4]);
  });

  test('an own test file follows the training rows', async () => {
    const read = folder({ 'a.csv': 'x\n1\n2\n3\n', 'b.csv': 'x\n4\n5\n' });
    const d = await load(
      [x],
      { train: request('csv', ['a.csv']), test: request('csv', ['b.csv']) },
      { read },
    );
    expect(Array.from(d.arrays[0]!.values)).toEqual([1, 2, 3, 4, 5]);
    expect([...d.splits.train]).toEqual([0, 1, 2]);
    expect([...d.splits.test]).toEqual([3, 4]);
  });
});

describe('bad tables', () => {
  test.for<[string, string, object]>([
    ['a missing column', 'a,y\n1,2\n', { code: 'missing-column', column: 'x', known: ['a', 'y'] }],
    ['text in a numeric column', 'x\n1\nlow\n', { code: 'non-numeric-cell', line: 3, column: 'x' }],
    ['an empty cell', 'w,x\n1,2\n3,\n', { code: 'empty-cell', line: 3, column: 'x' }],
    ['white space', 'w,x\n1,2\n3,  \n', { code: 'empty-cell', line: 3, column: 'x' }],
    ['NaN', 'x\nnan\n', { code: 'nan-in-data', line: 2, column: 'x' }],
    ['infinity', 'x\n-Infinity\n', { code: 'nan-in-data', line: 2, column: 'x' }],
    ['a row too short', 'w,x\n1,2\n3\n', { code: 'bad-row', line: 3 }],
    ['a row too long', 'w,x\n1,2,3\n', { code: 'bad-row', line: 2 }],
    ['an open quote', 'w,x\n1,2\n3,"4\n5,6\n', { code: 'bad-row', line: 3 }],
    ['no rows', 'x\n', { code: 'empty-file' }],
    ['nothing', '', { code: 'empty-file', file: 't.csv' }],
    ['only blank lines', '\n\n', { code: 'empty-file' }],
    ['numbers instead of names', '1,2\n3,4\n', { code: 'bad-header', line: 1 }],
    ['two columns of the name', 'x,x\n3,4\n', { code: 'bad-header', column: 'x' }],
  ])('%s', async ([, text, expected]) => {
    expect(await problem(column(text))).toMatchObject({ file: 't.csv', ...expected });
  });

  test('messages name file, line and column', async () => {
    expect(await problem(column('x\n1\nlow\n'))).toMatchObject({
      text: 't.csv:3, column "x": "low" is not a number.',
      help: 'if the column holds words, write category(raw.x)',
    });
    expect(await problem(column('a,y\n1,2\n'))).toMatchObject({
      message: 't.csv has no column "x"; it has: a, y.',
    });
  });

  test('every bad column is reported, each once', async () => {
    const both = rawArray('d.both', float(2), { kind: 'columns', from: 0, to: 2, fill: null });
    const text = 'a,b\n1,\n,2\nz,\n';
    const loading = load([both], csv(text), { read: folder({ 't.csv': text }) });
    await expect(loading).rejects.toMatchObject({
      diagnostics: [
        { column: 'a', line: 3 },
        { column: 'b', line: 2 },
      ],
    });
  });

  test('a column beyond the last', async () => {
    const far = rawArray('d.far', float(2), { kind: 'columns', from: 1, to: 3, fill: null });
    expect(await problem(load([far], csv(''), { read: folder({ 't.csv': 'a,b\n1,2\n' }) }))).toMatchObject({
      code: 'missing-column',
      column: 2,
    });
  });

  test('a truncated gzip, and a damaged one', async () => {
    const whole = gz(`x\n${'1\n'.repeat(1000)}`);
    const damaged = whole.slice();
    damaged[damaged.length - 8]! ^= 1;
    for (const bytes of [whole.slice(0, whole.length >> 1), whole.slice(0, 5), damaged]) {
      const loading = load([x], csv(''), { read: folder({ 't.csv': bytes }) });
      expect(await problem(loading)).toMatchObject({ code: 'truncated-file', file: 't.csv' });
    }
  });

  test('columns asked for by position have the same names in the test file', async () => {
    const both = rawArray('d.raw[0:2]', float(2), { kind: 'columns', from: 0, to: 2, fill: null });
    const read = folder({ 'a.csv': 'a,b\n1,2\n', 'b.csv': 'b,a\n2,1\n', 'c.csv': 'a,b,c\n1,2,3\n' });
    const sources = (test: string) => ({ train: request('csv', ['a.csv']), test: request('csv', [test]) });
    expect(await problem(load([both], sources('b.csv'), { read }))).toMatchObject({
      code: 'bad-header',
      text: 'Column 0 is "b" in b.csv, "a" in a.csv.',
    });
    await load([both], sources('c.csv'), { read });
    await load([rawArray('d.a', float(), { kind: 'column', column: 'a', fill: null })], sources('b.csv'), {
      read,
    });
  });

  test('text that is not UTF-8 is refused; UTF-16 with its mark is read', async () => {
    const latin = Uint8Array.of(120, 10, 49, 10, 0xe9, 10);
    expect(await problem(load([x], csv(''), { read: folder({ 't.csv': latin }) }))).toMatchObject({
      code: 'bad-header',
      text: 't.csv is no text in UTF-8.',
    });
    const wide = Uint8Array.of(0xff, 0xfe, 120, 0, 10, 0, 49, 0);
    const d = await load([x], csv(''), { read: folder({ 't.csv': wide }) });
    expect(Array.from(d.arrays[0]!.values)).toEqual([1]);
  });

  test('a missing file', async () => {
    expect(await problem(load([x], csv(''), { read: folder({}) }))).toMatchObject({
      code: 'no-data-file',
      file: 't.csv',
    });
  });

  test('more training rows than the program has room for', async () => {
    const loading = load(
      [x],
      { ...csv(''), batch: 'all' },
      { read: folder({ 't.csv': 'x\n1\n2\n3\n' }), capacity: 2 },
    );
    expect(await problem(loading)).toMatchObject({ code: 'too-many-rows' });
  });
});

describe('filling', () => {
  const text = 'x\n1\n""\n3\n?\n8\n';
  const filled = (fill: 'median' | 'mean' | number, changes: Partial<DataPlan> = {}, more: Loading = {}) =>
    load(
      [rawArray('d.x', float(), { kind: 'column', column: 'x', fill })],
      { ...csv(text), ...changes },
      {
        read: folder({ 't.csv': text, rows: '4' }),
        ...more,
      },
    );

  test.for([
    ['median', 3],
    ['mean', 4],
    [-1, -1],
  ] as const)('%s, of the rows that have a value', async ([fill, expected]) => {
    expect(Array.from((await filled(fill)).arrays[0]!.values)).toEqual([1, expected, 3, expected, 8]);
  });

  test.for(['NA', 'n/a', 'NaN', 'null', '?', '-', ''])('%j stands for nothing', async (mark) => {
    const read = folder({ 't.csv': `w,x\n0,4\n0,${mark}\n` });
    expect(Array.from((await filled(7, csv(''), { read })).arrays[0]!.values)).toEqual([4, 7]);
  });

  test.for([
    ['low', 'non-numeric-cell'],
    ['3,5', 'bad-row'],
    ['3;5', 'non-numeric-cell'],
    ['-inf', 'nan-in-data'],
    ['1e999', 'non-numeric-cell'],
  ])('%j is not filled but told', async ([cell, code]) => {
    const read = folder({ 't.csv': `w,x\n0,4\n0,${cell}\n` });
    expect(await problem(filled(7, csv(''), { read }))).toMatchObject({ code, line: 3 });
  });

  test('learns from the training rows alone', async () => {
    const d = await filled('median', { splits: { valid: 0, test: 0, stratify: null, rows: 'rows' } });
    expect([...d.splits.test]).toEqual([4]);
    expect(Array.from(d.arrays[0]!.values)).toEqual([1, 2, 3, 2, 8]);
  });

  test('a saved run’s value is used again', async () => {
    const d = await filled('median', {}, { learned: { 'd.x': { fill: [7] } } });
    expect(Array.from(d.arrays[0]!.values)).toEqual([1, 7, 3, 7, 8]);
  });
});

describe('categories and labels', () => {
  const species = (vocabulary: string[] | null = null, below: number | null = null) =>
    rawArray('d.species', label, { kind: 'category', column: 'species', vocabulary }, below);
  const flowers = { train: request('csv', ['flowers.csv']) };

  test('the vocabulary is the sorted values of the training rows, and is kept', async () => {
    const learned: Learned = {};
    const d = await load([species()], flowers, { learned });
    expect(Array.from(d.arrays[0]!.values)).toEqual([0, 0, 1, 1, 2, 2, 2]);
    expect(learned).toEqual({ 'd.species': { vocabulary: ['setosa', 'versicolor', 'virginica'] } });
  });

  test('a given vocabulary, or a saved one, decides the numbers', async () => {
    const names = ['virginica', 'versicolor', 'setosa'];
    const given = await load([species(names)], flowers);
    expect(Array.from(given.arrays[0]!.values)).toEqual([2, 2, 1, 1, 0, 0, 0]);
    const saved = await load([species()], flowers, { learned: { 'd.species': { vocabulary: names } } });
    expect(Array.from(saved.arrays[0]!.values)).toEqual([2, 2, 1, 1, 0, 0, 0]);
  });

  test('a value that training never showed is refused, with the line', async () => {
    const read = folder({ 't.csv': 'species\na\nb\nc\n', rows: '2' });
    const loading = load(
      [species()],
      { ...csv(''), splits: { valid: 0, test: 0, stratify: null, rows: 'rows' } },
      { read },
    );
    expect(await problem(loading)).toMatchObject({ code: 'unknown-category', line: 4, known: ['a', 'b'] });
  });

  test('more values than the type allows', async () => {
    expect(await problem(load([species(null, 2)], flowers))).toMatchObject({ code: 'label-out-of-range' });
  });

  test.for<[string, string]>([
    ['3', 't.csv:3: y is 3; its type allows 0 … 2.'],
    ['-1', 't.csv:3: y is -1; its type allows 0 … 2.'],
    ['0.5', 't.csv:3: y is 0.5; its type allows whole numbers 0 … 2.'],
  ])('a label outside int<3>: %s', async ([cell, text]) => {
    const y = rawArray('d.y', label, { kind: 'column', column: 'y', fill: null }, 3);
    const read = folder({ 't.csv': `y\n2\n${cell}\n` });
    expect(await problem(load([y], csv(''), { read }))).toMatchObject({
      code: 'label-out-of-range',
      text,
      line: 3,
    });
  });
});

describe('idx', () => {
  const image = rawArray('d.image', tensor([B, axis(2), axis(2)], 'int'), { kind: 'array', array: 0 });
  const digit = rawArray('d.label', label, { kind: 'array', array: 1 }, 10);
  const source = { train: request('idx', ['images', 'labels']) };
  const pixels = Uint8Array.from({ length: 12 }, (_, i) => i * 20);
  const images = idx([3, 2, 2], pixels);
  const labels = idx([3], [7, 0, 9]);

  test('images and labels, gzip or not', async () => {
    const read = folder({ images: gz(images), labels });
    const d = await load([image, digit], source, { read });
    expect(Array.from(d.arrays[0]!.values)).toEqual(Array.from(pixels));
    expect(d.arrays[0]!.width).toBe(4);
    expect(Array.from(d.arrays[1]!.values)).toEqual([7, 0, 9]);
  });

  test('elements are big-endian, whatever their type', () => {
    expect(Array.from(parseIdx(idx([2], [255, 254, 0, 3], 11), 'f', 'a').values)).toEqual([-2, 3]);
    expect(Array.from(parseIdx(idx([1], [0xbf, 0x80, 0, 0], 13), 'f', 'a').values)).toEqual([-1]);
    expect(Array.from(parseIdx(idx([1], [0x3f, 0xf0, 0, 0, 0, 0, 0, 0], 14), 'f', 'a').values)).toEqual([1]);
    expect(Array.from(parseIdx(idx([2], [255, 1], 9), 'f', 'a').values)).toEqual([-1, 1]);
  });

  test.for<[string, Record<string, Uint8Array | string>, object]>([
    ['cut short', { images: images.slice(0, -1), labels }, { code: 'truncated-file', file: 'images' }],
    [
      'cut in the header',
      { images: images.slice(0, 10), labels },
      { code: 'truncated-file', file: 'images' },
    ],
    ['too long', { images: Uint8Array.from([...images, 0]), labels }, { code: 'bad-header', file: 'images' }],
    ['not idx', { images: 'a,b\n1,2\n', labels }, { code: 'bad-header', file: 'images' }],
    ['an unknown type', { images: idx([1], [1], 7), labels }, { code: 'bad-header', file: 'images' }],
    ['empty', { images: '', labels }, { code: 'empty-file', file: 'images' }],
    ['no rows', { images: idx([0, 2, 2], []), labels }, { code: 'empty-file', file: 'images' }],
    ['fewer labels', { images, labels: idx([2], [1, 2]) }, { code: 'row-count-mismatch', file: 'labels' }],
    [
      'a label too high',
      { images, labels: idx([3], [7, 10, 9]) },
      { code: 'label-out-of-range', file: 'images' },
    ],
    [
      'gzip cut short',
      { images: gz(images).slice(0, 20), labels },
      { code: 'truncated-file', file: 'images' },
    ],
    ['a missing file', { images }, { code: 'no-data-file', file: 'labels' }],
  ])('%s', async ([, files, expected]) => {
    expect(await problem(load([image, digit], source, { read: folder(files) }))).toMatchObject(expected);
  });

  test('test images of another shape', async () => {
    const read = folder({ images, labels, images2: idx([3, 2, 1], pixels.slice(0, 6)) });
    const both = { ...source, test: request('idx', ['images2', 'labels']) };
    expect(await problem(load([image], both, { read }))).toMatchObject({ code: 'row-shape-mismatch' });
  });
});

describe('text', () => {
  const ids = rawArray('d.ids', tensor([B, axis(4)], 'int'), {
    kind: 'window',
    rule: characters,
    vocabulary: null,
  });
  const poem = 'the cat sat on the mat and the rat ran.\n';
  const windows = (splits: Partial<DataPlan['splits']>, more: Loading = {}) =>
    load(
      [ids],
      {
        train: request('text', ['t.txt'], { window: 4 }),
        splits: { valid: 0, test: 0, stratify: null, rows: null, ...splits },
      },
      { read: folder({ 't.txt': poem }), ...more },
    );

  test('characters are code points, in their order', () => {
    expect(textVocabulary('bé😀a\u{10FFFF}￿b')).toEqual(['a', 'b', 'é', '￿', '😀', '\u{10FFFF}']);
    expect([...'a😀b?'].map(encoder(['a', 'b', '😀']))).toEqual([0, 2, 1, -1]);
  });

  test('splits are stretches; no window crosses from one to the next', async () => {
    const d = await windows({ valid: 0.25, test: 0.25 });
    const n = poem.length;
    expect([...d.splits.train]).toEqual([0, 3, 6, 9, 12, 15]);
    expect(d.splits.valid[0]).toBe(n / 2);
    expect(Math.max(...d.splits.train) + 4).toBeLessThanOrEqual(n / 2);
    expect(Math.max(...d.splits.valid) + 4).toBeLessThanOrEqual(d.splits.test[0]!);
    expect(Math.max(...d.splits.test) + 4).toBeLessThanOrEqual(n);
  });

  test('training windows begin anywhere in the training stretch, other places each epoch', async () => {
    const d = await windows({ valid: 0.5 });
    const seen = new Set<number>();
    const epochs: string[] = [];
    for (let epoch = 0; epoch < 200; epoch++) {
      d.deal!(d.order, epoch);
      d.order.forEach((start) => seen.add(start));
      epochs.push(d.order.join());
    }
    expect(d.order.length).toBe(d.splits.train.length);
    expect([...seen].sort((a, b) => a - b)).toEqual([...Array(17).keys()]);
    expect(new Set(epochs).size).toBe(200);
    const again = await windows({ valid: 0.5 });
    again.deal!(again.order, 199);
    expect(again.order.join()).toBe(epochs[199]);
  });

  test('a text shorter than a window leaves nothing to train on', async () => {
    expect(await problem(windows({}, { read: folder({ 't.txt': 'abc' }) }))).toMatchObject({
      code: 'window-too-long',
      message: 't.txt has 3 tokens, fewer than a window of 4.',
    });
    expect(await problem(windows({ valid: 0.05 }))).toMatchObject({
      message: 'the valid part of t.txt has 2 tokens, fewer than a window of 4.',
    });
  });

  test('a character that the saved vocabulary has not', async () => {
    const loading = windows({}, { learned: { 'd.ids': { vocabulary: [' ', 'a'] } } });
    expect(await problem(loading)).toMatchObject({ code: 'unknown-category', file: 't.txt' });
  });
});

describe('points', () => {
  const read = folder({});
  test('a grid has the middles of its cells, the last axis fastest', () => {
    expect(gridPoints(request('grid', [], { rows: 4 })).arrays[0]!.values).toEqual(
      Float64Array.of(0.125, 0.375, 0.625, 0.875),
    );
    const { rows, arrays } = gridPoints(request('grid', [], { rows: 2, dims: 2, lo: -1, hi: 1 }));
    expect(rows).toBe(4);
    expect(Array.from(arrays[0]!.values)).toEqual([-0.5, -0.5, -0.5, 0.5, 0.5, -0.5, 0.5, 0.5]);
  });

  test('uniform points lie in their range and are a function of the seed', () => {
    const ask = request('uniform', [], { rows: 2000, dims: 2, lo: -2, hi: 6 });
    const values = Array.from(uniformPoints(ask, read, 1).arrays[0]!.values);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-2);
    expect(Math.max(...values)).toBeLessThan(6);
    expect(values.reduce((a, b) => a + b, 0) / values.length).toBeCloseTo(2, 0);
    expect(Array.from(uniformPoints(ask, read, 1).arrays[0]!.values)).toEqual(values);
    expect(Array.from(uniformPoints(ask, read, 2).arrays[0]!.values)).not.toEqual(values);
  });

  test('a Latin hypercube has one point in every cell of every axis', () => {
    const { values } = latinHypercube(request('latin_hypercube', [], { rows: 50, dims: 3 }), read, 9)
      .arrays[0]!;
    for (let axis = 0; axis < 3; axis++) {
      const cells = Array.from({ length: 50 }, (_, i) => Math.floor(values[i * 3 + axis]! * 50));
      expect(cells.toSorted((a, b) => a - b)).toEqual([...Array(50).keys()]);
      expect(cells).not.toEqual([...Array(50).keys()]);
    }
  });
});

describe('arrays handed in', () => {
  const arrays = [
    rawArray('d.x', float(2), { kind: 'array', array: 'x' }),
    rawArray('d.y', label, { kind: 'array', array: 'y' }, 2),
  ];
  const host = { train: request('host', [], { block: 'points' }) };
  const give = (d: Provided[string]) => load(arrays, host, { provided: { d } });

  test('flat or nested', async () => {
    for (const xs of [
      Float32Array.of(1, 2, 3, 4),
      [1, 2, 3, 4],
      [
        [1, 2],
        [3, 4],
      ],
    ]) {
      const d = await give({ x: xs, y: [0, 1] });
      expect(Array.from(d.arrays[0]!.values)).toEqual([1, 2, 3, 4]);
      expect([...d.splits.train]).toEqual([0, 1]);
    }
  });

  test('with test arrays', async () => {
    const d = await give({
      train: { x: [[1, 2]], y: [1] },
      test: {
        x: [
          [3, 4],
          [5, 6],
        ],
        y: [0, 0],
      },
    });
    expect(Array.from(d.arrays[0]!.values)).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...d.splits.test]).toEqual([1, 2]);
  });

  test('instead of a file, by the column’s name; class names as text', async () => {
    const d = await load(
      [x, rawArray('d.species', label, { kind: 'category', column: 'species', vocabulary: null })],
      csv(''),
      { provided: { d: { x: [1, 2, 3], species: ['b', 'a', 'b'] } } },
    );
    expect(Array.from(d.arrays[1]!.values)).toEqual([1, 0, 1]);
  });

  test.for<[string, Provided[string], object]>([
    ['a missing one', { x: [[1, 2]] }, { code: 'missing-array', known: ['x'] }],
    ['rows that do not agree', { x: [[1, 2]], y: [0, 1] }, { code: 'row-count-mismatch' }],
    ['half a row', { x: [1, 2, 3], y: [0, 1] }, { code: 'row-count-mismatch' }],
    ['NaN', { x: [[1, NaN]], y: [0] }, { code: 'nan-in-data', message: 'arrays, row 0: x is NaN.' }],
    ['a label too high', { x: [[1, 2]], y: [2] }, { code: 'label-out-of-range' }],
    ['no rows', { x: [], y: [] }, { code: 'empty-file' }],
  ])('%s', async ([, given, expected]) => {
    expect(await problem(give(given))).toMatchObject(expected);
  });

  test('instead of what is written inline', async () => {
    const written = [rawArray('d.x', float(2), { kind: 'inline', values: [0, 0] })];
    const d = await load(written, { train: request('inline') }, { provided: { d: { x: [1, 2, 3, 4] } } });
    expect(Array.from(d.arrays[0]!.values)).toEqual([1, 2, 3, 4]);
    expect(d.splits.train.length).toBe(2);
  });

  test('text', async () => {
    const ids = rawArray('d.ids', tensor([B, axis(3)], 'int'), {
      kind: 'window',
      rule: characters,
      vocabulary: null,
    });
    const d = await load(
      [ids],
      { train: request('text', ['t.txt'], { window: 3 }) },
      {
        provided: { d: { raw: 'abacab' } },
      },
    );
    expect(Array.from(d.arrays[0]!.values)).toEqual([0, 1, 0, 2, 0, 1]);
  });

  test('nothing handed in', async () => {
    expect(await problem(load(arrays, host))).toMatchObject({ code: 'missing-array' });
  });
});
