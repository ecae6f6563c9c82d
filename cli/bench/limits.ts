import {
  call,
  type Code,
  get,
  i32,
  load,
  op,
  repeat,
  set,
  store,
} from '../../compiler/backends/wasm/code.ts';
import { moduleWriter } from '../../compiler/backends/wasm/module.ts';
import { tiles } from '../../compiler/backends/wasm/tiles.ts';

/** What this machine does on one thread while nothing else is in the way. */
export interface Limits {
  /** Multiplications and additions of a product whose operands lie in the first-level cache. */
  readonly gflops: number;
  /** `a[i] = b[i] + s · c[i]` over arrays of so many bytes in all, smallest first. */
  readonly triads: readonly { readonly bytes: number; readonly gbps: number }[];
}

const footprints = [24 << 10, 384 << 10, 6 << 20, 48 << 20];

export function measureLimits(target: string): Limits {
  return target === 'wasm' ? wasmLimits() : jsLimits();
}

/** Seconds one turn of it takes in the best of ten rounds of some milliseconds: what disturbs only adds. */
function fastest(run: (times: number) => void): number {
  let times = 1;
  let took = 0;
  const began = performance.now();
  // Engines take a while before they translate well.
  while (took < 4 || performance.now() - began < 80) {
    if (took < 4) times *= 2;
    took = timeOf(() => run(times));
  }
  return Math.min(...Array.from({ length: 10 }, () => timeOf(() => run(times)))) / 1000 / times;
}
function timeOf(run: () => void): number {
  const began = performance.now();
  run();
  return performance.now() - began;
}

const terms = 256;
const rowTiles = 4;
const columns = 8;

function wasmLimits(): Limits {
  const module = moduleWriter(0);
  const from = 4096 + 64;
  const product = module.define(['i32'], [], (f) => {
    const times = f.params[0]!;
    const code: Code = tiles(module, { slot: 4, aRow: 4, adds: false }, {
      a: i32(from), b: i32(from + 65536), c: i32(from + 131072),
      aRows: i32(terms * 16), aTerm: i32(16), bColumns: i32(0), bTerm: i32(32), cRow: i32(32),
      down: i32(rowTiles), across: i32(1), terms: i32(terms),
    }); // prettier-ignore
    f.code.push(repeat([code, set(times, op('i32.sub', get(times), i32(1)))], get(times)));
  });
  const sweep = module.define(['i32'], [], (f) => {
    const bytes = f.params[0]!;
    const at = f.local('i32');
    const b = op('i32.add', get(at), get(bytes));
    const c = op('i32.add', get(at), op('i32.shl', get(bytes), i32(1)));
    const four = (i: number): Code =>
      store('v128', get(at), op('f32x4.add', load('v128', b, from + i), op('f32x4.mul', load('v128', c, from + i), load('v128', c, from + i))), from + i); // prettier-ignore
    const next = set(at, op('i32.add', get(at), i32(64)));
    const goesOn = op('i32.lt_u', get(at), get(bytes));
    f.code.push(set(at, i32(0)), repeat([[0, 16, 32, 48].map(four), next], goesOn));
  });
  const triad = module.define(['i32', 'i32'], [], (f) => {
    const [bytes, times] = f.params as [(typeof f.params)[0], (typeof f.params)[0]];
    f.code.push(repeat([call(sweep, get(bytes)), set(times, op('i32.sub', get(times), i32(1)))], get(times)));
  });
  module.exportFunction('product', product);
  module.exportFunction('triad', triad);
  const { exports } = new WebAssembly.Instance(
    new WebAssembly.Module(module.finish(from + footprints.at(-1)! + 65536)),
  );
  const run = exports as unknown as {
    readonly product: (times: number) => void;
    readonly triad: (bytes: number, times: number) => void;
  };
  return limitsOf(run.product, run.triad, 2 * terms * rowTiles * 4 * columns);
}

/** Blocks of 4 × 4 sums in locals, every operation rounded: what plain JavaScript does best in f32. */
function jsLimits(): Limits {
  const [n, numbers] = [16, footprints.at(-1)! / 4];
  const memory = new Float32Array(numbers);
  const fround = Math.fround;
  const product = (times: number): void => {
    const [a, b, c] = [memory.subarray(0, 4 * terms), memory.subarray(8192, 8192 + 4 * terms), memory.subarray(16384)];
    for (let t = 0; t < times; t++)
      for (let tile = 0; tile < n; tile++) {
        let s00 = 0, s01 = 0, s02 = 0, s03 = 0, s10 = 0, s11 = 0, s12 = 0, s13 = 0; // prettier-ignore
        let s20 = 0, s21 = 0, s22 = 0, s23 = 0, s30 = 0, s31 = 0, s32 = 0, s33 = 0; // prettier-ignore
        for (let k = 0; k < 4 * terms; k += 4) {
          const a0 = a[k]!, a1 = a[k + 1]!, a2 = a[k + 2]!, a3 = a[k + 3]!; // prettier-ignore
          const b0 = b[k]!, b1 = b[k + 1]!, b2 = b[k + 2]!, b3 = b[k + 3]!; // prettier-ignore
          s00 = fround(s00 + fround(a0 * b0)); s01 = fround(s01 + fround(a0 * b1)); s02 = fround(s02 + fround(a0 * b2)); s03 = fround(s03 + fround(a0 * b3)); // prettier-ignore
          s10 = fround(s10 + fround(a1 * b0)); s11 = fround(s11 + fround(a1 * b1)); s12 = fround(s12 + fround(a1 * b2)); s13 = fround(s13 + fround(a1 * b3)); // prettier-ignore
          s20 = fround(s20 + fround(a2 * b0)); s21 = fround(s21 + fround(a2 * b1)); s22 = fround(s22 + fround(a2 * b2)); s23 = fround(s23 + fround(a2 * b3)); // prettier-ignore
          s30 = fround(s30 + fround(a3 * b0)); s31 = fround(s31 + fround(a3 * b1)); s32 = fround(s32 + fround(a3 * b2)); s33 = fround(s33 + fround(a3 * b3)); // prettier-ignore
        }
        c[tile] = s00 + s01 + s02 + s03 + s10 + s11 + s12 + s13 + s20 + s21 + s22 + s23 + s30 + s31 + s32 + s33; // prettier-ignore
      }
  };
  const triad = (bytes: number, times: number): void => {
    const size = bytes / 4;
    for (let t = 0; t < times; t++)
      for (let i = 0; i < size; i++)
        memory[i] = fround(memory[i + size]! + fround(memory[i + 2 * size]! * memory[i + 2 * size]!));
  };
  return limitsOf(product, triad, 2 * terms * 16 * n);
} // prettier-ignore

function limitsOf(
  product: (times: number) => void,
  triad: (bytes: number, times: number) => void,
  flops: number,
): Limits {
  const gflops = flops / fastest(product) / 1e9;
  const triads = footprints.map((bytes) => {
    const each = Math.floor(bytes / 3 / 64) * 64;
    return { bytes, gbps: (3 * each) / fastest((times) => triad(each, times)) / 1e9 };
  });
  return { gflops, triads };
}

/** What was reached in either of two measurements. */
export function bestOf(a: Limits, b: Limits): Limits {
  return {
    gflops: Math.max(a.gflops, b.gflops),
    triads: a.triads.map(({ bytes, gbps }, i) => ({ bytes, gbps: Math.max(gbps, b.triads[i]!.gbps) })),
  };
}

/** The least time for so much work, in ms: what takes longer, arithmetic or moving. */
export function leastTime({ gflops, triads }: Limits, flops: number, bytes: number): number {
  const fits = triads.find((triad) => triad.bytes * 1.5 >= bytes) ?? triads.at(-1)!;
  return Math.max(flops / gflops, bytes / fits.gbps) / 1e6;
}
