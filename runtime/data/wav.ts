import type { SourceRequest } from '../../compiler/plan.ts';
import { fail } from '../fail.ts';
import { fileRows, readEach, withArray } from './folder.ts';
import type { ReadFile, TableSource } from './source.ts';

export interface Sound {
  /** Samples a second. */
  readonly rate: number;
  /** −1 … 1, channels mixed into one. */
  readonly samples: Float32Array;
}

/** The WAV format (RIFF, Microsoft 1991): PCM of 8, 16, 24 or 32 bits, or floats; other parts are passed over. */
export function decodeWav(bytes: Uint8Array, file: string): Sound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length < 12 || word(0) !== 'RIFF' || word(8) !== 'WAVE') {
    fail('bad-header', `${file} is no WAV file: it does not begin with RIFF … WAVE.`, { file });
  }
  let format = 0;
  let channels = 0;
  let rate = 0;
  let bits = 0;
  for (let at = 12; at + 8 <= bytes.length;) {
    const start = at + 8;
    const said = view.getUint32(at + 4, true);
    // Written to a pipe, the length was not known yet.
    const length = word(at) === 'data' && said === 0xffffffff ? bytes.length - start : said;
    if (start + length > bytes.length) fail('truncated-file', `${file} is cut short.`, { file });
    if (word(at) === 'fmt ' && length >= 16) {
      const tag = view.getUint16(start, true);
      format = tag === 0xfffe && length >= 26 ? view.getUint16(start + 24, true) : tag;
      channels = view.getUint16(start + 2, true);
      rate = view.getUint32(start + 4, true);
      bits = view.getUint16(start + 14, true);
    }
    if (word(at) === 'data') {
      const width = bits / 8;
      const known = format === 1 ? [8, 16, 24, 32] : format === 3 ? [32, 64] : [];
      if (!known.includes(bits) || !channels) {
        fail('bad-header', `${file} is WAV of format ${format}, ${bits} bits: save it as PCM of 16 bits.`, {
          file,
        });
      }
      const sample = (at: number): number => {
        if (format === 3) return bits === 32 ? view.getFloat32(at, true) : view.getFloat64(at, true);
        if (bits === 8) return view.getUint8(at) / 128 - 1;
        if (bits === 16) return view.getInt16(at, true) / 32768;
        if (bits === 32) return view.getInt32(at, true) / 2147483648;
        return (view.getUint16(at, true) + view.getInt8(at + 2) * 65536) / 8388608;
      };
      const samples = new Float32Array(Math.floor(length / (width * channels)));
      for (let i = 0; i < samples.length; i++) {
        let sum = 0;
        for (let c = 0; c < channels; c++) sum += sample(start + (i * channels + c) * width);
        samples[i] = sum / channels;
      }
      return { rate, samples };
    }
    at = start + length + (length % 2);
  }
  return fail('truncated-file', `${file} has no sound in it.`, { file });
}

/**
 * `wav("folder", length = 8000)`, `wav("list.csv", …)`: `raw.audio` [length], cut there or filled with zeros; without
 * `length` all are equally long. Folders and lists as of images.
 */
export async function readWav({ paths, options }: SourceRequest, read: ReadFile): Promise<TableSource> {
  const rows = await fileRows(paths[0]!, read);
  const sounds = await readEach(rows, read, decodeWav);
  const [first] = sounds;
  const length = Number(options['length'] ?? first!.samples.length);
  const values = new Float32Array(rows.rows * length);
  sounds.forEach(({ rate, samples }, i) => {
    const file = rows.places[i]!;
    if (rate !== first!.rate) {
      const text = `${file} has ${rate} samples a second, ${rows.places[0]} has ${first!.rate}: give all one rate.`;
      fail('row-shape-mismatch', text, { file });
    }
    if (!('length' in options) && samples.length !== length) {
      const text = `${file} has ${samples.length} samples, ${rows.places[0]} has ${length}: say \`length = ${length}\`.`;
      fail('row-shape-mismatch', text, { file });
    }
    values.set(samples.subarray(0, length), i * length);
  });
  if (!length) fail('empty-file', `${rows.places[0]} has no samples.`, { file: rows.places[0] });
  return withArray(rows, { name: 'audio', shape: [length], dtype: 'float', values });
}
