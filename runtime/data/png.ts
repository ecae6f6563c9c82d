import { fail } from '../fail.ts';
import { inflate } from './gunzip.ts';

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and opacity, 3 red green blue, 4 with opacity. */
  readonly channels: number;
  /** Row after row, channels together, 0 … 255. */
  readonly pixels: Uint8Array;
}

/** Values of a pixel by colour type: grey, –, colour, palette, grey and opacity, –, colour and opacity. */
const samplesOf = [1, 0, 3, 1, 2, 0, 4];

/** The PNG format (W3C, third edition), as far as pictures of data sets go: up to 8 bits a value, not interlaced. */
export async function decodePng(bytes: Uint8Array, file: string): Promise<Picture> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8 || view.getUint32(0) !== 0x89504e47) {
    fail('bad-header', `${file} is no PNG file.`, { file });
  }
  const chunks = new Map<string, Uint8Array[]>();
  for (let at = 8; at < bytes.length;) {
    const end = at + 12 <= bytes.length ? at + 12 + view.getUint32(at) : Infinity;
    if (end > bytes.length) fail('truncated-file', `${file} is cut short.`, { file });
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    chunks.set(name, [...(chunks.get(name) ?? []), bytes.subarray(at + 8, end - 4)]);
    at = end;
  }
  const head = chunks.get('IHDR')?.[0];
  const parts = chunks.get('IDAT');
  if (head?.length !== 13 || !parts) return fail('truncated-file', `${file} has no picture in it.`, { file });
  const size = new DataView(head.buffer, head.byteOffset);
  const [width, height] = [size.getUint32(0), size.getUint32(4)];
  const [depth, type, , , interlaced] = head.subarray(8);
  const samples = samplesOf[type!] ?? 0;
  if (!samples || !width || !height || depth! > 8 || interlaced) {
    const why = interlaced ? 'interlaced' : `of ${depth} bits a value, colour type ${type}`;
    fail('bad-header', `${file} is ${why}: save it as a plain PNG of 8 bits.`, { file });
  }
  const packed = new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
  const lines = await inflate(packed, 'deflate', file);
  const bytesPerLine = Math.ceil((width * samples * depth!) / 8);
  if (lines.length < height * (bytesPerLine + 1)) fail('truncated-file', `${file} is cut short.`, { file });
  unfilter(lines, height, bytesPerLine, Math.max(1, (samples * depth!) >> 3));
  const values = unpacked(lines, width * samples, height, bytesPerLine, depth!, type === 3);
  const colours = chunks.get('PLTE')?.[0];
  if (type !== 3) return { width, height, channels: samples, pixels: values };
  if (!colours) return fail('bad-header', `${file} has no palette.`, { file });
  const opacity = chunks.get('tRNS')?.[0];
  const channels = opacity ? 4 : 3;
  const pixels = new Uint8Array(width * height * channels);
  values.forEach((colour, i) => {
    for (let k = 0; k < 3; k++) pixels[i * channels + k] = colours[colour * 3 + k]!;
    if (opacity) pixels[i * channels + 3] = opacity[colour] ?? 255;
  });
  return { width, height, channels, pixels };
}

/** Undoes, in place, what made lines compress better: each begins with which neighbours it was told against. */
function unfilter(lines: Uint8Array, height: number, length: number, pixel: number): void {
  for (let y = 0; y < height; y++) {
    const from = y * (length + 1) + 1;
    const how = lines[from - 1];
    for (let i = 0; i < length; i++) {
      const left = i < pixel ? 0 : lines[from + i - pixel]!;
      const up = y === 0 ? 0 : lines[from + i - length - 1]!;
      const corner = i < pixel || y === 0 ? 0 : lines[from + i - length - 1 - pixel]!;
      let add = 0;
      if (how === 1) add = left;
      else if (how === 2) add = up;
      else if (how === 3) add = (left + up) >> 1;
      else if (how === 4) add = paeth(left, up, corner);
      lines[from + i] = lines[from + i]! + add;
    }
  }
}
/** Of three neighbours the one nearest to left + up − corner. */
function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

/** One value a byte; those of fewer bits are spread over 0 … 255, but for numbers of colours. */
function unpacked(
  lines: Uint8Array,
  perLine: number,
  height: number,
  length: number,
  depth: number,
  numbers: boolean,
): Uint8Array {
  const values = new Uint8Array(perLine * height);
  const most = (1 << depth) - 1;
  const scale = numbers ? 1 : 255 / most;
  for (let y = 0; y < height; y++) {
    const from = y * (length + 1) + 1;
    for (let i = 0; i < perLine; i++) {
      const bit = i * depth;
      const value = (lines[from + (bit >> 3)]! >> (8 - depth - (bit & 7))) & most;
      values[y * perLine + i] = value * scale;
    }
  }
  return values;
}

/** The same picture in grey (1), colour (3), or colour and opacity (4). Grey is 0.299 red + 0.587 green + 0.114 blue. */
export function inChannels({ width, height, channels, pixels }: Picture, wanted: number): Picture {
  const out = new Uint8Array(width * height * wanted);
  const coloured = channels > 2;
  for (let i = 0; i < width * height; i++) {
    const at = i * channels;
    const [r, g, b] = coloured ? [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!] : [0, 0, 0];
    const grey = coloured ? (r * 19595 + g * 38470 + b * 7471 + 32768) >> 16 : pixels[at]!;
    const opacity = channels % 2 ? 255 : pixels[at + channels - 1]!;
    const pixel = wanted === 1 ? [grey] : [...(coloured ? [r, g, b] : [grey, grey, grey]), opacity];
    for (let k = 0; k < wanted; k++) out[i * wanted + k] = pixel[k]!;
  }
  return { width, height, channels: wanted, pixels: out };
}
