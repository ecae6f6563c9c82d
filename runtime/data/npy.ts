import type { SourceRequest } from '../../compiler/plan.ts';
import { fail } from '../fail.ts';
import { readUnzipped } from './gunzip.ts';
import type { ArraySource, ReadFile, SourceArray } from './source.ts';
import { readZip } from './zip.ts';

type CountedArray = SourceArray & { readonly rows: number };

const elements = {
  f4: 'Float32', f8: 'Float64', b1: 'Uint8', u1: 'Uint8', u2: 'Uint16', u4: 'Uint32', u8: 'BigUint64',
  i1: 'Int8', i2: 'Int16', i4: 'Int32', i8: 'BigInt64',
} as const; // prettier-ignore

/**
 * NumPy's format (numpy.lib.format, versions 1 to 3): `\x93NUMPY`, version, the length of a Python dict and the dict
 * as text, then the elements. Fortran order is put into C order. The first axis counts rows.
 */
export function parseNpy(bytes: Uint8Array, file: string, name: string): CountedArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (new TextDecoder('latin1').decode(bytes.subarray(0, 6)) !== '\x93NUMPY' || bytes.length < 12) {
    fail('bad-header', `${file} is no npy file: it does not begin with \\x93NUMPY.`, { file });
  }
  const wide = bytes[6]! > 1;
  const start = wide ? 12 + view.getUint32(8, true) : 10 + view.getUint16(8, true);
  if (start > bytes.length) fail('truncated-file', `${file} ends within its header.`, { file });
  const head = new TextDecoder().decode(bytes.subarray(wide ? 12 : 10, start));
  const descr = /'descr': *'([^']*)'/.exec(head)?.[1] ?? 'structured';
  const sizes = (/'shape': *\(([^)]*)\)/.exec(head)?.[1] ?? '')
    .split(',')
    .filter((n) => n.trim())
    .map(Number);
  const type = descr.slice(1) as keyof typeof elements;
  if (!(type in elements)) {
    const text = `${file} holds elements of type ${descr}: save it as numbers, x.astype("float32").`;
    fail('bad-header', text, { file });
  }
  const count = sizes.reduce((a, b) => a * b, 1);
  const width = Number(type[1]);
  const wants = start + count * width;
  if (wants !== bytes.length) {
    const code = wants > bytes.length ? 'truncated-file' : 'bad-header';
    const header = `[${sizes.join(', ')}] of ${descr}`;
    fail(code, `${file} has ${bytes.length} bytes, but its header ${header} asks for ${wants}.`, { file });
  }
  if (!sizes[0]) fail('empty-file', `${file} has no rows.`, { file });
  const get = `get${elements[type]}` as const;
  const little = descr[0] !== '>';
  const fortran = head.includes("'fortran_order': True");
  const place = fortran && sizes.length > 1 ? fortranPlace(sizes) : null;
  let values: Float32Array | Float64Array | Uint8Array = bytes.subarray(start);
  if (elements[type] !== 'Uint8' || place) {
    values = type === 'f4' ? new Float32Array(count) : new Float64Array(count);
    for (let i = 0; i < count; i++) {
      values[i] = Number(view[get](start + (place ? place(i) : i) * width, little));
    }
  }
  return { name, rows: sizes[0]!, shape: sizes.slice(1), dtype: type[0] === 'f' ? 'float' : 'int', values };
}

/** Where the element that C order counts as i-th is in an array whose first axis is the fastest. */
function fortranPlace(sizes: readonly number[]): (i: number) => number {
  const strides = sizes.map((_, axis) => sizes.slice(0, axis).reduce((a, b) => a * b, 1));
  return (i) => {
    let place = 0;
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      place += (i % sizes[axis]!) * strides[axis]!;
      i = Math.floor(i / sizes[axis]!);
    }
    return place;
  };
}

/** `npy("images.npy", "labels.npy")`: arrays named as their files. */
export async function readNpy(request: SourceRequest, read: ReadFile): Promise<ArraySource> {
  const arrays = [];
  for (const path of request.paths) {
    const name = path.replace(/^.*[/\\]/, '').replace(/\.npy|\.gz$/g, '').replace(/\W+/g, '_'); // prettier-ignore
    arrays.push(parseNpy(await readUnzipped(path, read), path, name));
  }
  return sameRows(arrays, request.paths);
}

/**
 * `npz("data.npz")`: arrays under their own names; `npz("data.npz", x = "x_train")`: those named, under new names,
 * so that the arrays of two splits may lie in one file.
 */
export async function readNpz(request: SourceRequest, read: ReadFile): Promise<ArraySource> {
  const file = request.paths[0]!;
  const entries = readZip(await readUnzipped(file, read), file);
  const known = [...entries.keys()].filter((key) => key.endsWith('.npy')).map((key) => key.slice(0, -4));
  const asked = Object.entries(request.options).filter(([, key]) => typeof key === 'string');
  const wanted = asked.length ? asked : known.map((key) => [key, key] as const);
  const arrays = [];
  for (const [name, key] of wanted) {
    const entry = entries.get(`${key}.npy`);
    if (!entry) {
      return fail('missing-array', `${file} has no array "${key}"; it has: ${known.join(', ')}.`, {
        file,
        known,
      });
    }
    arrays.push(parseNpy(await entry(), `${file}, array "${key}"`, name));
  }
  if (!arrays.length) fail('empty-file', `${file} holds no arrays.`, { file });
  return {
    ...sameRows(
      arrays,
      arrays.map(({ name }) => `array "${name}" of ${file}`),
    ),
    file,
  };
}

function sameRows(arrays: readonly CountedArray[], files: readonly string[]): ArraySource {
  const rows = arrays[0]!.rows;
  const other = arrays.findIndex((array) => array.rows !== rows);
  if (other > 0) {
    const text = `${files[0]} has ${rows} rows, ${files[other]} has ${arrays[other]!.rows}.`;
    fail('row-count-mismatch', text, { file: files[other] });
  }
  return { kind: 'arrays', rows, file: files[0]!, arrays };
}
