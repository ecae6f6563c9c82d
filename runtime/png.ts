/** Rows of 8-bit samples, one (grey) or three (red, green, blue) a pixel. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
}

/** A PNG file (ISO/IEC 15948): no filters, the rows as one zlib stream. */
export async function pngBytes({ width, height, channels, pixels }: Picture): Promise<Uint8Array> {
  const header = new Uint8Array(13);
  const numbers = new DataView(header.buffer);
  numbers.setUint32(0, width);
  numbers.setUint32(4, height);
  header.set([8, channels === 3 ? 2 : 0], 8);
  const line = width * channels;
  const rows = new Uint8Array(height * (line + 1)); // each row begins with its filter, 0
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * line, (y + 1) * line), y * (line + 1) + 1);
  const stream = new Blob([rows]).stream().pipeThrough(new CompressionStream('deflate'));
  const packed = new Uint8Array(await new Response(stream).arrayBuffer());
  const chunks = [pngChunk('IHDR', header), pngChunk('IDAT', packed), pngChunk('IEND', new Uint8Array())];
  return new Uint8Array(
    await new Blob([new Uint8Array(pngSignature), ...chunks] as BlobPart[]).arrayBuffer(),
  );
}
const pngSignature: readonly number[] = [137, 80, 78, 71, 13, 10, 26, 10];

/** Whether a file that a run writes is a picture, not a checkpoint. */
export function isPng(bytes: Uint8Array): boolean {
  return pngSignature.every((byte, i) => bytes[i] === byte);
}

/** Length, kind, content, and the checksum of the last two. */
function pngChunk(kind: string, content: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(content.length + 12);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, content.length);
  for (let i = 0; i < 4; i++) chunk[4 + i] = kind.charCodeAt(i);
  chunk.set(content, 8);
  view.setUint32(content.length + 8, crc32(chunk.subarray(4, content.length + 8)));
  return chunk;
}

/** CRC-32 (ISO 3309), bit by bit: pictures are small. */
function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
