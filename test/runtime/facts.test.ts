import { describe, expect, test } from 'vitest';
import { readFacts } from '../../runtime/facts.ts';
import { folder, gz, idx } from './files.ts';
import { request } from './linear.ts';

const files = {
  'iris.csv': 'a,b,species\n1,2,setosa\n3,4,virginica\n5,6,setosa\n',
  'plain.csv.gz': gz('9 lines\n1;2\n3;4\n'),
  'text.txt': 'hello\n',
  images: idx([3, 2, 2], Array(12).fill(1)),
  labels: gz(idx([3], [1, 2, 3])),
};
const span = { file: 'm.bpnet', start: 3, end: 9 };

describe('facts', () => {
  test('of every kind of source', async () => {
    const requests = [
      request('csv', ['iris.csv']),
      request('csv', ['plain.csv.gz'], { header: false, skip: 1, separator: ';' }),
      request('classes', ['iris.csv'], { column: 'species' }),
      request('text', ['text.txt'], { window: 3 }),
      request('vocab', ['text.txt']),
      request('idx', ['images', 'labels']),
      request('latin_hypercube', [], { rows: 100, dims: 2 }),
      request('grid', [], { rows: 5, dims: 2 }),
      request('inline', [], { block: 'xor' }),
    ];
    const facts = await readFacts(requests, folder(files));
    const shown = requests.map(({ id }) => ({ ...facts[id], hash: facts[id]!.hash.length }));
    expect(shown).toEqual([
      { kind: 'table', header: ['a', 'b', 'species'], columns: 3, rows: 3, hash: 64 },
      { kind: 'table', header: null, columns: 2, rows: 2, hash: 64 },
      { kind: 'classes', names: ['setosa', 'virginica'], hash: 64 },
      { kind: 'text', vocabulary: ['\n', 'e', 'h', 'l', 'o'], length: 6, hash: 64 },
      { kind: 'text', vocabulary: ['\n', 'e', 'h', 'l', 'o'], length: 6, hash: 64 },
      {
        kind: 'arrays',
        arrays: [
          { name: 'image', shape: [2, 2], dtype: 'int' },
          { name: 'label', shape: [], dtype: 'int' },
        ],
        rows: 3,
        hash: 64,
      },
      { kind: 'arrays', arrays: [{ name: 'raw', shape: [2], dtype: 'float' }], rows: 100, hash: 64 },
      { kind: 'arrays', arrays: [{ name: 'raw', shape: [2], dtype: 'float' }], rows: 25, hash: 64 },
      { kind: 'arrays', arrays: [], rows: 0, hash: 64 },
    ]);
  });

  test('the hash is that of the content', async () => {
    const ask = request('csv', ['iris.csv']);
    const hash = async (text: string) => (await readFacts([ask], folder({ 'iris.csv': text })))[ask.id]!.hash;
    expect(await hash(files['iris.csv'])).toBe(await hash(files['iris.csv']));
    expect(await hash(files['iris.csv'])).not.toBe(await hash(files['iris.csv'].replace('6', '7')));
  });

  test('all files that cannot be used are reported, each where it is asked for', async () => {
    const requests = [
      { ...request('csv', ['nowhere.csv']), span },
      request('idx', ['text.txt']),
      { ...request('classes', ['iris.csv'], { column: 'kind' }), span },
      request('csv', ['iris.csv']),
    ];
    await expect(readFacts(requests, folder(files))).rejects.toMatchObject({
      diagnostics: [
        { code: 'no-data-file', file: 'nowhere.csv', span },
        { code: 'bad-header', file: 'text.txt' },
        { code: 'missing-column', column: 'kind', known: ['a', 'b', 'species'], span },
      ],
    });
  });

  test('a file asked for twice is read once', async () => {
    let reads = 0;
    const read = folder(files);
    const counting = (path: string) => (reads++, read(path));
    await readFacts(
      [request('csv', ['iris.csv']), request('classes', ['iris.csv'], { column: 2 })],
      counting,
    );
    expect(reads).toBe(1);
  });
});
