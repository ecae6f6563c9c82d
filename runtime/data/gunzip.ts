import { fail } from '../fail.ts';
import type { ReadFile } from './source.ts';

/** A file's bytes; gzip, known by its first two bytes whatever the name, is unpacked. */
export async function readUnzipped(path: string, read: ReadFile): Promise<Uint8Array> {
  const bytes = await read(path);
  if (!bytes.length) fail('empty-file', `${path} is empty.`, { file: path });
  return bytes[0] === 31 && bytes[1] === 139 ? inflate(bytes, 'gzip', path) : bytes;
}

/** `deflate` is what PNG calls zlib. Both end with a checksum, so damage is noticed. */
export async function inflate(
  bytes: Uint8Array,
  format: 'gzip' | 'deflate',
  file: string,
): Promise<Uint8Array> {
  const blob = new Blob([bytes as Uint8Array<ArrayBuffer>]);
  try {
    const stream = blob.stream().pipeThrough(new DecompressionStream(format));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch (error) {
    const why = (error as Error).message;
    return fail('truncated-file', `${file} is a damaged or incomplete ${format} file: ${why}.`, { file });
  }
}
