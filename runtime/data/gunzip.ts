import { fail } from '../fail.ts';
import type { ReadFile } from './source.ts';

/** A file's bytes; gzip, known by its first two bytes whatever the name, is unpacked. */
export async function readUnzipped(path: string, read: ReadFile): Promise<Uint8Array> {
  const bytes = await read(path);
  if (!bytes.length) fail('empty-file', `${path} is empty.`, { file: path });
  if (bytes[0] !== 31 || bytes[1] !== 139) return bytes;
  const blob = new Blob([bytes as Uint8Array<ArrayBuffer>]);
  try {
    const stream = blob.stream().pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch (error) {
    const why = (error as Error).message;
    return fail('truncated-file', `${path} is a damaged or incomplete gzip file: ${why}.`, { file: path });
  }
}
