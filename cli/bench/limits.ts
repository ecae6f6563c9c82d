import { helperText } from '../../compiler/backends/js/helpers.ts';
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
} from '../../compiler/backends/wasm/code/code.ts';
import { moduleWriter } from '../../compiler/backends/wasm/code/module.ts';
import { tiles } from '../../compiler/backends/wasm/contraction/tiles.ts';

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

/** Seconds one turn of it takes in the best of forty rounds of a millisecond: what disturbs only adds. */
function fastest(run: (times: number) => void): number {
  let times = 1;
  let took = 0;
  const began = performance.now();
  // Engines take a while before they translate well.
  while (took < 1 || performance.now() - began < 80) {
    if (took < 1) times *= 2;
    took = timeOf(() => run(times));
  }
  return Math.min(...Array.from({ length: 40 }, () => timeOf(() => run(times)))) / 1000 / times;
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
  const memory = new Float32Array(footprints.at(-1)! / 4);
  const fround = Math.fround;
  const text = helperText('contract', (x) => `f(${x})`);
  const contract = new Function('f', `${text}\nreturn contract;`)(fround) as Contract;
  const [rows, depth] = [16, 64];
  const product = (times: number): void => {
    for (let t = 0; t < times; t++)
      contract(memory, 0, depth, 1, memory, 4096, rows, 1, rows, rows, depth, memory, 8192);
  };
  const triad = (bytes: number, times: number): void => {
    const size = bytes / 4;
    for (let t = 0; t < times; t++)
      for (let i = 0; i < size; i++)
        memory[i] = fround(memory[i + size]! + fround(memory[i + 2 * size]! * memory[i + 2 * size]!));
  };
  return limitsOf(product, triad, 2 * rows * rows * depth);
}

type Contract = (a: Float32Array, ...rest: readonly unknown[]) => void;

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
