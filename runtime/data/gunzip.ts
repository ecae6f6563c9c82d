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

/** UTF-8, or UTF-16 that begins with its mark, as spreadsheets write. What is neither is refused, not guessed at. */
export async function readTextFile(path: string, read: ReadFile): Promise<string> {
  const bytes = await readUnzipped(path, read);
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe;
  try {
    return new TextDecoder(wide ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    const help = `convert it: iconv -f latin1 -t utf-8 ${path}`;
    return fail('bad-header', `${path} is no text in UTF-8.`, { file: path, help });
  }
}
