import { gzipSync } from 'node:zlib';
import type { ReadFile } from '../../runtime/data/source.ts';
import { fail } from '../../runtime/fail.ts';

/** A folder in memory. */
export function folder(files: Readonly<Record<string, string | Uint8Array>>): ReadFile {
  return async (path) => {
    const content = files[path] ?? fail('no-data-file', `${path} cannot be read.`, { file: path });
    return typeof content === 'string' ? new TextEncoder().encode(content) : content;
  };
}

export function gz(content: string | Uint8Array): Uint8Array {
  return new Uint8Array(gzipSync(content));
}

/** An idx file of bytes (type 8) or of another type, with its elements already big-endian. */
export function idx(sizes: readonly number[], elements: ArrayLike<number>, type = 8): Uint8Array {
  const head = new DataView(new ArrayBuffer(4 + 4 * sizes.length));
  head.setUint8(2, type);
  head.setUint8(3, sizes.length);
  sizes.forEach((size, i) => head.setUint32(4 + 4 * i, size));
  return Uint8Array.from([...new Uint8Array(head.buffer), ...Array.from(elements)]);
}

/** An npy file of elements given as bytes. */
export function npy(descr: string, shape: readonly number[], elements: readonly number[]): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const head = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sizes}), }`.padEnd(117) + '\n';
  const bytes = [...head].map((c) => c.charCodeAt(0));
  return Uint8Array.from([
    0x93,
    ...[...'NUMPY'].map((c) => c.charCodeAt(0)),
    1,
    0,
    118,
    0,
    ...bytes,
    ...elements,
  ]);
}
