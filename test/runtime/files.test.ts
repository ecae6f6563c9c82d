import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeFiles, redirectedPath } from '../../runtime/node/files.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'files-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('files of a folder', () => {
  test('are read and written by relative paths; folders are made', async () => {
    const { read, write } = nodeFiles(folder);
    await write('out/model.bin', Uint8Array.of(1, 2, 3));
    expect([...(await read('out/model.bin'))]).toEqual([1, 2, 3]);
    await write('out/model.bin', Uint8Array.of(4));
    expect([...(await readFile(join(folder, 'out/model.bin')))]).toEqual([4]);
    expect(await readdir(join(folder, 'out'))).toEqual(['model.bin']);
  });

  test('what cannot be read says why', async () => {
    const { read } = nodeFiles(folder);
    await mkdir(join(folder, 'sub'));
    await expect(read('none.csv')).rejects.toMatchObject({
      message: 'none.csv cannot be read: there is no such file.',
      diagnostics: [{ code: 'no-data-file', file: 'none.csv' }],
    });
    await expect(read('sub')).rejects.toThrow('this is a folder');
  });

  test('what cannot be written says why, and leaves nothing behind', async () => {
    const { write } = nodeFiles(folder);
    await writeFile(join(folder, 'file'), '');
    await mkdir(join(folder, 'sub'));
    const one = Uint8Array.of(1);
    await expect(write('file/model.bin', one)).rejects.toMatchObject({
      diagnostics: [{ code: 'unwritable-output', file: 'file/model.bin' }],
    });
    await expect(write('sub', one)).rejects.toThrow('this is a folder');
    expect((await readdir(folder)).toSorted()).toEqual(['file', 'sub']);
    await expect(nodeFiles('/dev').write('full/x', one)).rejects.toMatchObject({
      diagnostics: [{ code: 'unwritable-output' }],
    });
  });
});

test('a path that ends in / lists a folder, folders in it too; what is no folder is told', async () => {
  await mkdir(join(folder, 'pets/cat'), { recursive: true });
  await writeFile(join(folder, 'pets/cat/1.png'), '');
  await writeFile(join(folder, 'pets/2.png'), '');
  const { read } = nodeFiles(folder);
  expect(
    new TextDecoder()
      .decode(await read('pets/'))
      .split('\n')
      .toSorted(),
  ).toEqual(['2.png', 'cat/1.png']);
  await expect(read('dogs/')).rejects.toThrow('dogs/ cannot be read: there is no such file.');
  await expect(read('pets/2.png/')).rejects.toThrow(
    'pets/2.png/ cannot be read: a part of the path is a file, not a folder.',
  );
});

test('another path stands for a file, or for a folder and all in it', () => {
  const paths = { 'a.csv': '/new/b.csv', 'pets/': '/else/dogs' };
  const of = (path: string) => redirectedPath(paths, path);
  expect(['a.csv', 'b.csv', 'a.csvx'].map(of)).toEqual(['/new/b.csv', 'b.csv', 'a.csvx']);
  expect(['pets/', 'pets/cat/1.png', 'petsx/1.png'].map(of)).toEqual([
    '/else/dogs/',
    '/else/dogs/cat/1.png',
    'petsx/1.png',
  ]);
});
