import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { readImages } from '../../runtime/data/images.ts';
import { parseNpy, readNpy, readNpz } from '../../runtime/data/npy.ts';
import { decodePng, inChannels } from '../../runtime/data/png.ts';
import { readJsonl } from '../../runtime/data/records.ts';
import type { ReadFile } from '../../runtime/data/source.ts';
import { readTable } from '../../runtime/data/table.ts';
import { frequentTokens, tokensOf } from '../../runtime/data/text.ts';
import { decodeWav, readWav } from '../../runtime/data/wav.ts';
import { DataError } from '../../runtime/fail.ts';
import { folder, gz, npy, png, wav } from './files.ts';
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

  test('lists of any length, cut or filled, with a mask', async () => {
    const text = '{"s": [[1, 2], [3, 4], [5, 6]], "v": [7]}\n{"s": [[8, 9]], "v": [1, 2]}\n';
    const { arrays } = await readJsonl(request('jsonl', ['t'], { pad: 2 }), folder({ t: text }));
    expect(arrays!.map((a) => [a.name, a.shape, values(a)])).toEqual([
      ['s', [2, 2], [1, 2, 3, 4, 8, 9, 0, 0]],
      ['s_mask', [2], [1, 1, 1, 0]],
      ['v', [2], [7, 0, 1, 2]],
      ['v_mask', [2], [1, 0, 1, 1]],
    ]);
    const ragged = readJsonl(request('jsonl', ['t'], { pad: 2 }), folder({ t: '{"s": [[1, 2], [3]]}\n' }));
    expect(await problem(ragged)).toMatchObject({ code: 'bad-row' });
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

/** Another implementation of the format; it comes without types. */
interface Png {
  new (size: { width: number; height: number }): { width: number; height: number; data: Uint8Array };
  readonly sync: {
    write(png: object, how: object): Uint8Array;
    read(bytes: Uint8Array): { data: Uint8Array };
  };
}
const { PNG } = (await import('pngjs' as string)) as { PNG: Png };
const noise = (n: number) => Uint8Array.from({ length: n }, (_, i) => (i * i * 31 + i * 7) % 256);

describe('png', () => {
  const size = { width: 7, height: 5 };
  test.for([0, 1, 2, 3, 4].flatMap((filterType) => [0, 2, 4, 6].map((colorType) => [filterType, colorType])))(
    'filter %i, colour type %i, as another program writes it',
    async ([filterType, colorType]) => {
      const picture = new PNG({ ...size });
      picture.data.set(noise(picture.data.length));
      const bytes = PNG.sync.write(picture, { colorType, filterType, inputHasAlpha: true });
      const { width, height, channels, pixels } = await decodePng(bytes, 'a.png');
      expect({ width, height, channels }).toEqual({ ...size, channels: [1, 0, 3, 0, 2, 0, 4][colorType!] });
      const theirs = PNG.sync.read(bytes).data;
      const ours = inChannels({ width, height, channels, pixels }, 4).pixels;
      expect(Array.from(ours)).toEqual(Array.from(theirs));
    },
  );

  test('a palette, also of few bits, with opacity or without', async () => {
    const colours = [255, 0, 0, 0, 255, 0, 0, 0, 255];
    const bits = png([3, 2], [2, 3], [0, 0b00011000, 0, 0b10010000], { PLTE: colours });
    expect(await decodePng(bits, 'a.png')).toMatchObject({ width: 3, height: 2, channels: 3 });
    expect(Array.from((await decodePng(bits, 'a.png')).pixels)).toEqual(
      [0, 1, 2, 2, 1, 0].flatMap((c) => colours.slice(3 * c, 3 * c + 3)),
    );
    const seen = await decodePng(png([2, 1], [8, 3], [0, 2, 0], { PLTE: colours, tRNS: [7] }), 'a.png');
    expect([seen.channels, ...seen.pixels]).toEqual([4, 0, 0, 255, 255, 255, 0, 0, 7]);
  });

  test('grey of one, two and four bits goes from 0 to 255', async () => {
    const grey = async (depth: number, byte: number) =>
      Array.from((await decodePng(png([2, 1], [depth, 0], [0, byte]), 'a.png')).pixels);
    expect(await grey(1, 0b01000000)).toEqual([0, 255]);
    expect(await grey(2, 0b10110000)).toEqual([170, 255]);
    expect(await grey(4, 0x1f)).toEqual([17, 255]);
  });

  test('channels: grey of a colour as everyone weighs it, colour of a grey', () => {
    const colour = { width: 1, height: 1, channels: 4, pixels: Uint8Array.of(200, 100, 50, 9) };
    expect([...inChannels(colour, 1).pixels]).toEqual([124]); // 0.299 · 200 + 0.587 · 100 + 0.114 · 50 = 124.2
    expect([...inChannels(colour, 3).pixels]).toEqual([200, 100, 50]);
    const grey = { width: 1, height: 1, channels: 1, pixels: Uint8Array.of(7) };
    expect([...inChannels(grey, 3).pixels]).toEqual([7, 7, 7]);
    expect([...inChannels(grey, 4).pixels]).toEqual([7, 7, 7, 255]);
  });

  test.for<[string, Uint8Array, string]>([
    ['16 bits', png([1, 1], [16, 0], [0, 1, 2]), 'bad-header'],
    ['interlaced', png([1, 1], [8, 0, 1], [0, 1]), 'bad-header'],
    ['an unknown colour type', png([1, 1], [8, 5], [0, 1]), 'bad-header'],
    ['too few lines', png([1, 2], [8, 0], [0, 1]), 'truncated-file'],
    ['another format', new TextEncoder().encode('GIF89a........'), 'bad-header'],
    ['nothing', new Uint8Array(), 'bad-header'],
  ])('%s', async ([, bytes, code]) => {
    expect(await problem(decodePng(bytes, 'a.png'))).toMatchObject({ code, file: 'a.png' });
  });

  test('cut or damaged at any place: told, never a crash', async () => {
    const picture = new PNG({ ...size });
    picture.data.set(noise(picture.data.length));
    const whole = PNG.sync.write(picture, { colorType: 6 });
    for (let cut = 0; cut < whole.length - 12; cut += 5) {
      const { code } = (await problem(decodePng(whole.subarray(0, cut), 'a.png'))) as { code: string };
      expect(['truncated-file', 'bad-header']).toContain(code);
    }
    for (let at = 0; at < whole.length; at += 3) {
      const bytes = Uint8Array.from(whole);
      bytes[at]! ^= 255;
      await decodePng(bytes, 'a.png').catch((error) => expect(error).toBeInstanceOf(DataError));
    }
  });
});

describe('folders of pictures', () => {
  const grey = (value: number) => png([2, 1], [8, 0], [0, value, value + 1]);
  const colour = png([2, 1], [8, 2], [0, 1, 2, 3, 4, 5, 6]);
  const files = {
    'pets/dog/1.png': grey(30),
    'pets/cat/2.png': grey(20),
    'pets/cat/1.png': grey(10),
    'pets/cat/.DS_Store': 'x',
  };
  const read = (more: Record<string, string | Uint8Array> = {}, options = {}, path = 'pets') =>
    readImages(request('images', [path], options), folder({ ...files, ...more }));

  test('in the order of names; the class is the folder', async () => {
    for (const path of ['pets', 'pets/']) {
      const { cells, arrays, rows } = await read({}, {}, path);
      expect(rows).toBe(3);
      expect(cells).toEqual(['cat', 'cat/1.png', 'cat', 'cat/2.png', 'dog', 'dog/1.png']);
      expect(arrays).toMatchObject([{ name: 'image', shape: [1, 2, 1], dtype: 'int' }]);
      expect(values(arrays![0])).toEqual([10, 11, 20, 21, 30, 31]);
    }
  });

  test('grey and colour together, where the channels are said', async () => {
    const { arrays } = await read({ 'pets/dog/2.png': colour }, { channels: 3 });
    expect(arrays![0]!.shape).toEqual([1, 2, 3]);
    expect(values(arrays![0]).slice(-6)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('a list of files with what it says of each; a single file', async () => {
    const list = { 'list.csv': 'file,age\npets/dog/1.png,7\npets/cat/1.png,3\n' };
    const listed = await read(list, {}, 'list.csv');
    expect(listed.header).toEqual(['file', 'age']);
    expect(values(listed.arrays![0])).toEqual([30, 31, 10, 11]);
    const nested = await read({ 'a/list.csv': 'file\nb/1.png\n', 'a/b/1.png': grey(1) }, {}, 'a/list.csv');
    expect(values(nested.arrays![0])).toEqual([1, 2]);
    expect(values((await read({}, {}, 'pets/cat/2.png')).arrays![0])).toEqual([20, 21]);
  });

  test.for<[string, Record<string, string | Uint8Array>, object, object]>([
    ['another format', { 'pets/dog/notes.txt': 'a dog, obviously' }, {}, { code: 'bad-header', file: 'pets/dog/notes.txt' }],
    ['another size', { 'pets/dog/2.png': png([1, 1], [8, 0], [0, 1]) }, {}, { code: 'row-shape-mismatch', file: 'pets/dog/2.png' }],
    ['other channels', { 'pets/dog/2.png': colour }, {}, {
      text: 'pets/dog/2.png is 2×1 with 3 channels, pets/cat/1.png is 2×1 with 1 channel: give all one size, or say `channels = 3`.',
    }],
  ])('%s', async ([, more, options, expected]) => {
    expect(await problem(read(more, options))).toMatchObject(expected);
  }); // prettier-ignore

  test('a folder without files, no folder', async () => {
    const empty = folder({ 'pets/.DS_Store': 'x' });
    expect(await problem(readImages(request('images', ['pets']), empty))).toMatchObject({
      code: 'empty-file',
      file: 'pets',
    });
    expect(await problem(read({}, {}, 'nowhere'))).toMatchObject({ code: 'no-data-file' });
    const list = folder({ 'list.csv': 'path\na.png\n' });
    expect(await problem(readImages(request('images', ['list.csv']), list))).toMatchObject({
      code: 'missing-column',
    });
  });
});

describe('wav', () => {
  const ints = Int16Array.of(0, 16384, -32768, 8192).buffer;
  test.for<[string, Parameters<typeof wav>[0], ArrayBuffer, number[]]>([
    ['8 bits', [1, 1, 8000, 8], Uint8Array.of(128, 192, 0).buffer, [0, 0.5, -1]],
    ['16 bits', [1, 1, 8000, 16], ints, [0, 0.5, -1, 0.25]],
    ['24 bits', [1, 1, 8000, 24], Uint8Array.of(0, 0, 0x40, 0, 0, 0x80, 0, 0, 0xc0).buffer, [0.5, -1, -0.5]],
    ['32 bits', [1, 1, 8000, 32], Int32Array.of(1 << 30, -(2 ** 31)).buffer, [0.5, -1]],
    ['floats', [3, 1, 8000, 32], Float32Array.of(0.25, -1).buffer, [0.25, -1]],
    ['double floats', [3, 1, 8000, 64], Float64Array.of(0.25, -1).buffer, [0.25, -1]],
    ['two channels, mixed', [1, 2, 8000, 16], ints, [0.25, -0.375]],
  ])('%s', ([, head, data, expected]) => {
    expect(Array.from(decodeWav(wav(head, data), 'a.wav').samples)).toEqual(expected);
  });

  test('other parts are passed over', () => {
    const list = [...[...'LIST'].map((c) => c.charCodeAt(0)), 3, 0, 0, 0, 1, 2, 3, 0];
    expect(decodeWav(wav([1, 1, 16000, 16], ints, list), 'a.wav')).toMatchObject({ rate: 16000 });
    expect(decodeWav(wav([1, 1, 16000, 16], ints, list), 'a.wav').samples).toHaveLength(4);
  });

  const one = (n: number, rate = 8000) => wav([1, 1, rate, 16], new Int16Array(n).fill(16384).buffer);
  const read = (files: Record<string, Uint8Array>, options = {}) =>
    readWav(request('wav', ['sounds'], options), folder(files));

  test('cut or filled to one length', async () => {
    const files = { 'sounds/yes/1.wav': one(2), 'sounds/no/1.wav': one(4) };
    const { arrays, cells } = await read(files, { length: 3 });
    expect(cells).toEqual(['no', 'no/1.wav', 'yes', 'yes/1.wav']);
    expect(arrays).toMatchObject([{ name: 'audio', shape: [3], dtype: 'float' }]);
    expect(values(arrays![0])).toEqual([0.5, 0.5, 0.5, 0.5, 0.5, 0]);
  });

  test.for<[string, Record<string, Uint8Array>, object]>([
    ['unequal lengths', { 'sounds/1.wav': one(2), 'sounds/2.wav': one(3) }, {
      code: 'row-shape-mismatch', text: 'sounds/2.wav has 3 samples, sounds/1.wav has 2: say `length = 2`.',
    }],
    ['unequal rates', { 'sounds/1.wav': one(2), 'sounds/2.wav': one(2, 16000) }, { code: 'row-shape-mismatch' }],
    ['another format', { 'sounds/1.wav': new TextEncoder().encode('ID3, an mp3 file') }, { code: 'bad-header' }],
    ['packed sound', { 'sounds/1.wav': wav([2, 1, 8000, 4], ints) }, { code: 'bad-header' }],
    ['cut short', { 'sounds/1.wav': one(9).slice(0, -3) }, { code: 'truncated-file' }],
    ['cut in its head', { 'sounds/1.wav': one(9).slice(0, 30) }, { code: 'truncated-file' }],
    ['no samples', { 'sounds/1.wav': one(0) }, { code: 'empty-file' }],
  ])('%s', async ([, files, expected]) => {
    expect(await problem(read(files))).toMatchObject(expected);
  }); // prettier-ignore
});
