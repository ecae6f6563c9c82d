import { crc32, inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { tilesOf } from '../../runtime/picture.ts';
import { isPng, type Picture, pngBytes } from '../../runtime/png.ts';

/** Reads a PNG as another program would: chunk by chunk, each held to its checksum. */
function readPng(bytes: Uint8Array): Picture {
  const file = Buffer.from(bytes);
  const parts: Record<string, Buffer> = {};
  for (let at = 8; at < file.length;) {
    const length = file.readUInt32BE(at);
    const kind = file.toString('latin1', at + 4, at + 8);
    parts[kind] = file.subarray(at + 8, at + 8 + length);
    const whole = file.subarray(at + 4, at + 8 + length);
    // zlib has it from Node 22 on
    if (typeof crc32 === 'function') expect(file.readUInt32BE(at + 8 + length)).toBe(crc32(whole));
    at += 12 + length;
  }
  const header = parts['IHDR']!;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  expect([...header.subarray(8)].toString()).toMatch(/^8,[02],0,0,0$/);
  const channels = header[9] === 2 ? 3 : 1;
  const rows = inflateSync(parts['IDAT']!);
  const line = width * channels + 1;
  expect(rows.length).toBe(height * line);
  const pixels = rows.filter((_, i) => i % line > 0);
  return { width, height, channels, pixels: new Uint8Array(pixels) };
}

test.for([1, 3] as const)('a PNG of %s channels reads back as what was written', async (channels) => {
  const picture: Picture = {
    width: 5,
    height: 3,
    channels,
    pixels: Uint8Array.from({ length: 15 * channels }, (_, i) => (i * 37) % 256),
  };
  const bytes = await pngBytes(picture);
  expect(isPng(bytes)).toBe(true);
  expect(isPng(new TextEncoder().encode('PNG'))).toBe(false);
  expect(readPng(bytes)).toEqual(picture);
});

test('the checksum of a PNG without content is the well-known one', async () => {
  const bytes = await pngBytes({ width: 1, height: 1, channels: 1, pixels: new Uint8Array(1) });
  expect(Buffer.from(bytes.subarray(-12)).toString('hex')).toBe('0000000049454e44ae426082');
});

const plan = { height: 1, width: 2, channels: 1, columns: null, range: null } as const;

test('pictures stand side by side, row after row, about as many columns as rows', () => {
  const values = [0, 1, 0.5, 0.25, 1, 1];
  expect(tilesOf(values, plan)).toEqual({
    width: 4,
    height: 2,
    channels: 1,
    pixels: Uint8Array.of(0, 255, 128, 64, 255, 255, 0, 0),
  });
  expect(tilesOf(values, { ...plan, columns: 9 })).toMatchObject({ width: 6, height: 1 });
});

test('0 is black, −1 where there are negative values, and what `range` says; beyond is cut off', () => {
  const drawn = (values: number[], range: readonly [number, number] | null = null) => [
    ...tilesOf(values, { ...plan, range }).pixels,
  ];
  expect(drawn([0, 2])).toEqual([0, 255]);
  expect(drawn([-1, 0])).toEqual([0, 128]);
  expect(drawn([-3, 1])).toEqual([0, 255]);
  expect(drawn([0, 255], [0, 255])).toEqual([0, 255]);
  expect(drawn([NaN, 1])).toEqual([0, 255]);
});
