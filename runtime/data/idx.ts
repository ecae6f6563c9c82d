import type { SourceRequest } from '../../compiler/plan.ts';
import { fail } from '../fail.ts';
import { readUnzipped } from './gunzip.ts';
import type { ArraySource, ReadFile, SourceArray } from './source.ts';

/** The IDX format (MNIST): 0 0 type rank, sizes as big-endian u32, elements. The first axis counts rows. */
export function parseIdx(bytes: Uint8Array, file: string, name: string): SourceArray & { rows: number } {
  const [zero, zero2, type, rank] = bytes;
  const element = (
    { 8: 'Uint8', 9: 'Int8', 11: 'Int16', 12: 'Int32', 13: 'Float32', 14: 'Float64' } as const
  )[type!];
  if (zero || zero2 || !element || !rank) {
    return fail('bad-header', `${file} is no idx file: it does not begin with 0, 0, type, rank.`, { file });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = 4 + 4 * rank;
  const sizes: number[] = [];
  for (let at = 4; at < start && at + 4 <= bytes.length; at += 4) sizes.push(view.getUint32(at));
  const width = Number(element.replace(/\D+/, '')) / 8 || 1;
  const count = sizes.reduce((a, b) => a * b, 1);
  const wants = start + count * width;
  if (wants !== bytes.length) {
    const code = wants > bytes.length ? 'truncated-file' : 'bad-header';
    fail(code, `${file} has ${bytes.length} bytes, but its header [${sizes.join(', ')}] asks for ${wants}.`, {
      file,
    });
  }
  if (!sizes[0]) fail('empty-file', `${file} has no rows.`, { file });
  const values =
    type === 8
      ? bytes.subarray(start)
      : Float64Array.from({ length: count }, (_, i) => view[`get${element}`](start + i * width));
  return { name, rows: sizes[0]!, shape: sizes.slice(1), dtype: type! < 13 ? 'int' : 'float', values };
}

/** `idx("images.gz", "labels.gz")`: arrays `image` and `label`, as many of one as of the other. */
export async function readIdx(request: SourceRequest, read: ReadFile): Promise<ArraySource> {
  const arrays = [];
  for (const [i, path] of request.paths.entries()) {
    const name = ['image', 'label'][i] ?? `array${i}`;
    arrays.push(parseIdx(await readUnzipped(path, read), path, name));
  }
  const [file, other] = request.paths;
  const rows = arrays[0]!.rows;
  for (const array of arrays) {
    if (array.rows !== rows) {
      fail('row-count-mismatch', `${file} has ${rows} rows, ${other} has ${array.rows}.`, { file: other });
    }
  }
  return { kind: 'arrays', rows, file: file!, arrays };
}
