import { fail } from '../fail.ts';
import { inflate } from './gunzip.ts';

/** The files of a zip archive, by name; each is unpacked when asked for. */
export type ZipEntries = ReadonlyMap<string, () => Promise<Uint8Array>>;

/**
 * The zip format as far as `np.savez` and `np.savez_compressed` use it (PKWARE APPNOTE 4.3): the directory at the end
 * says where each file begins and how it is packed, stored (0) or deflated (8).
 */
export function readZip(bytes: Uint8Array, file: string): ZipEntries {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = new Map<string, () => Promise<Uint8Array>>();
  if (bytes.length < 22 || view.getUint16(0) !== 0x504b) {
    fail('bad-header', `${file} is no zip archive: it does not begin with PK.`, { file });
  }
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) fail('truncated-file', `${file} is cut short: its list of files is missing.`, { file });
  let at = view.getUint32(end + 16, true);
  const within = (end: number) =>
    end <= bytes.length || fail('truncated-file', `${file} is damaged: a part of it is missing.`, { file });
  for (let i = view.getUint16(end + 10, true); i > 0; i--) {
    within(at + 46);
    const u32 = (offset: number) => view.getUint32(at + offset, true);
    const u16 = (offset: number) => view.getUint16(at + offset, true);
    const [method, check, packed, size, place] = [u16(10), u32(16), u32(20), u32(24), u32(42)];
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + u16(28)));
    at += 46 + u16(28) + u16(30) + u16(32);
    entries.set(name, () => {
      within(place + 30);
      const start = place + 30 + view.getUint16(place + 26, true) + view.getUint16(place + 28, true);
      within(start + packed);
      const content = bytes.subarray(start, start + packed);
      if (method === 0) return Promise.resolve(content);
      if (method === 8) return inflate(asGzip(content, check, size), 'gzip', file);
      return fail('bad-header', `${file}: ${name} is packed by method ${method}, not deflate.`, { file });
    });
  }
  return entries;
}

/** Raw deflate in the clothes of gzip, whose checksum and length are zip's own: what every platform can unpack. */
function asGzip(content: Uint8Array, check: number, size: number): Uint8Array {
  const whole = new Uint8Array(content.length + 18);
  whole.set([31, 139, 8]);
  whole.set(content, 10);
  const tail = new DataView(whole.buffer, 10 + content.length);
  tail.setUint32(0, check, true);
  tail.setUint32(4, size, true);
  return whole;
}
