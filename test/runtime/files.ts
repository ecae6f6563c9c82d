import { deflateSync, gzipSync } from 'node:zlib';
import type { ReadFile } from '../../runtime/data/source.ts';
import { fail } from '../../runtime/fail.ts';

/** A folder in memory. */
export function folder(files: Readonly<Record<string, string | Uint8Array>>): ReadFile {
  return async (path) => {
    const within = path.endsWith('/') ? Object.keys(files).filter((name) => name.startsWith(path)) : [];
    if (within.length)
      return new TextEncoder().encode(within.map((name) => name.slice(path.length)).join('\n'));
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

/** A PNG file: IHDR by its numbers, then lines as they are, each with its filter. */
export function png(
  size: readonly [width: number, height: number],
  [depth, type, interlaced = 0]: readonly number[],
  lines: readonly number[],
  more: Readonly<Record<string, readonly number[]>> = {},
): Uint8Array {
  const chunk = (name: string, body: Uint8Array): number[] => {
    const named = Uint8Array.from([...[...name].map((c) => c.charCodeAt(0)), ...body]);
    const ends = new DataView(new ArrayBuffer(8));
    ends.setUint32(0, body.length);
    ends.setUint32(4, crc32(named));
    const [length, check] = [new Uint8Array(ends.buffer, 0, 4), new Uint8Array(ends.buffer, 4)];
    return [...length, ...named, ...check];
  };
  const head = new DataView(new ArrayBuffer(13));
  size.forEach((n, i) => head.setUint32(4 * i, n));
  [depth!, type!, 0, 0, interlaced].forEach((n, i) => head.setUint8(8 + i, n));
  return Uint8Array.from([
    0x89,
    0x50,
    0x4e,
    0x47,
    13,
    10,
    26,
    10,
    ...chunk('IHDR', new Uint8Array(head.buffer)),
    ...Object.entries(more).flatMap(([name, body]) => chunk(name, Uint8Array.from(body))),
    ...chunk('IDAT', deflateSync(Uint8Array.from(lines))),
    ...chunk('IEND', new Uint8Array()),
  ]);
}
function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

/** A WAV file: format 1 is PCM, 3 floats. */
export function wav(
  [format, channels, rate, bits]: readonly [number, number, number, number],
  data: ArrayBuffer,
  more: readonly number[] = [],
): Uint8Array {
  const head = new DataView(new ArrayBuffer(44 + more.length));
  const word = (at: number, text: string) =>
    [...text].forEach((c, i) => head.setUint8(at + i, c.charCodeAt(0)));
  word(0, 'RIFF');
  head.setUint32(4, 36 + more.length + data.byteLength, true);
  word(8, 'WAVEfmt ');
  head.setUint32(16, 16, true);
  head.setUint16(20, format, true);
  head.setUint16(22, channels, true);
  head.setUint32(24, rate, true);
  head.setUint32(28, (rate * channels * bits) / 8, true);
  head.setUint16(32, (channels * bits) / 8, true);
  head.setUint16(34, bits, true);
  more.forEach((byte, i) => head.setUint8(36 + i, byte));
  word(36 + more.length, 'data');
  head.setUint32(40 + more.length, data.byteLength, true);
  return Uint8Array.from([...new Uint8Array(head.buffer), ...new Uint8Array(data)]);
}
