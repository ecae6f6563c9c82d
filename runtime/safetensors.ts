import { fail } from './fail.ts';

export type TensorValues = Float32Array | Float64Array;
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly values: TensorValues;
}

/**
 * The safetensors format (huggingface/safetensors): u64 little-endian length of a JSON header, the header
 * padded with spaces to 8 bytes, then the tensors without gaps. Little-endian machines only, as all that run
 * JavaScript today are.
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, StoredTensor>>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  const parts = Object.entries(tensors).map(([name, { shape, values }]) => {
    const { BYTES_PER_ELEMENT: width, buffer, byteOffset, byteLength } = values;
    header[name] = { dtype: `F${width * 8}`, shape, data_offsets: [end, (end += byteLength)] };
    return new Uint8Array(buffer, byteOffset, byteLength);
  });
  const json = new TextEncoder().encode(JSON.stringify(header));
  let at = (json.length + 15) & -8;
  const bytes = new Uint8Array(at + end).fill(32, 8, at);
  new DataView(bytes.buffer).setUint32(0, at - 8, true);
  bytes.set(json, 8);
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export interface Safetensors {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: Readonly<Record<string, StoredTensor>>;
}

/** Reads what `writeSafetensors` writes, and the F32 and F64 tensors of any other file. */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  try {
    const start = 8 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    const { __metadata__: metadata = {}, ...entries } = JSON.parse(
      new TextDecoder().decode(bytes.subarray(8, start)),
    ) as Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }> & {
      __metadata__?: Record<string, string>;
    };
    const tensors: Record<string, StoredTensor> = {};
    for (const [name, { dtype, shape, data_offsets }] of Object.entries(entries)) {
      const Values = { F32: Float32Array, F64: Float64Array }[dtype];
      if (!Values) continue;
      const [from, to] = data_offsets.map((offset) => start + offset);
      // Not longer than the file is, and as long as the shape says.
      // A copy: `slice` of Node's Buffer would share memory.
      const values = new Values(new Uint8Array(bytes.subarray(from, to)).buffer);
      if (values.length !== shape.reduce((a, b) => a * b, 1)) throw 0;
      tensors[name] = { shape, values };
    }
    return { metadata: metadata as Readonly<Record<string, string>>, tensors };
  } catch {
    return fail('bad-checkpoint', 'not a whole safetensors file');
  }
}
