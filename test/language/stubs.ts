import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Files } from './harness.ts';

/** An idx file of bytes: `shape` first the number of rows. */
export function idx(shape: readonly number[], value: (i: number) => number): Uint8Array {
  const size = shape.reduce((a, b) => a * b, 1);
  const bytes = new Uint8Array(4 + 4 * shape.length + size);
  bytes.set([0, 0, 8, shape.length]);
  shape.forEach((n, i) => new DataView(bytes.buffer).setUint32(4 + 4 * i, n));
  for (let i = 0; i < size; i++) bytes[4 + 4 * shape.length + i] = value(i);
  return bytes;
}
const gz = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes));
const pixel = (i: number) => (i * 7919) % 256;

export const irisRows = [
  'sepal_length,sepal_width,petal_length,petal_width,species',
  ...Array.from({ length: 12 }, (_, i) => {
    const kind = i % 3;
    return [
      5 + kind + i / 20,
      3 - kind / 4,
      1.5 + 2 * kind,
      0.2 + kind - i / 30,
      ['setosa', 'versicolor', 'virginica'][kind],
    ].join(',');
  }),
].join('\n');

/** Small stand-ins for the files the programs of the language reference read. */
export const stubFiles: Files = {
  'data/train-images.gz': gz(idx([8, 28, 28], pixel)),
  'data/train-labels.gz': gz(idx([8], (i) => i % 10)),
  'data/t10k-images.gz': gz(idx([4, 28, 28], (i) => pixel(i + 1))),
  'data/t10k-labels.gz': gz(idx([4], (i) => (i + 3) % 10)),
  'data/tinyshakespeare.txt': 'ROMEO: to be, or not to be; that is the question. '.repeat(40),
  'iris.csv': irisRows,
};

const folder = new URL('../dsl/programs/', import.meta.url);
/** The nine programs of the language reference: name → text. */
export const programs: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => name.endsWith('.bpnet'))
    .map((name) => [name.slice(0, -'.bpnet'.length), readFileSync(new URL(name, folder), 'utf8')]),
);
