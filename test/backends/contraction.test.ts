import { expect, test } from 'vitest';
import type { Dim, DimSizes } from '../../compiler/ir/dim.ts';
import { openDim, timesDim } from '../../compiler/ir/dim.ts';
import type { Contraction, Guard, Loop } from '../../compiler/ir/kernel.ts';
import type { Precision, Program } from '../../compiler/ir/program.ts';
import { expectAgreement, values } from './agree.ts';
import { affine, at, call, fold, kernel, load, loop, number, program, ref, store } from './build.ts';

/** Products large enough to be taken in several portions and blocks, which must not show in the bits. */
interface Product {
  readonly m: readonly Dim[];
  readonly n: readonly Dim[];
  readonly k: readonly Dim[];
  /** Which operands lie the other way round. */
  readonly turned?: string;
  readonly epilogue?: boolean;
  /** `a` reads as if two rows of zeros lay around it. */
  readonly padded?: boolean;
  readonly precision?: Precision;
}
const B = openDim('B');

const products: Readonly<Record<string, Product>> = {
  'a long sum': { m: [5], n: [9], k: [1500] },
  'a long sum, turned': { m: [6], n: [10], k: [1500], turned: 'ab', epilogue: true },
  'a long sum of f64': { m: [5], n: [9], k: [1500], turned: 'b', precision: 'f64' },
  'an open long sum': { m: [7], n: [12], k: [B], turned: 'a', epilogue: true },
  'a sum over two axes': { m: [5], n: [17], k: [40, 37] },
  'a sum over two axes, one open': { m: [5], n: [17], k: [B, 2], turned: 'ab' },
  'more columns than are packed at a time': { m: [3], n: [1100], k: [1000], turned: 'b', epilogue: true },
  'columns of two axes, packed in turns': { m: [2], n: [6, 200], k: [1000] },
  'many rows of two axes': { m: [13, 11], n: [300], k: [5], epilogue: true },
  'many open rows': { m: [B], n: [90], k: [3], epilogue: true },
  'padded rows': { m: [30], n: [11], k: [16], padded: true },
  'padded rows, turned': { m: [30], n: [11], k: [16], padded: true, turned: 'a' },
  'padded rows of f64': { m: [30], n: [11], k: [16], padded: true, precision: 'f64' },
}; // prettier-ignore

test.each(Object.entries(products))('%s', (_, product) => {
  const { program: p, sizes } = programOf(product);
  // Twice: nothing may be left over; the largest once, for the sake of the reference.
  const steps = p.arenaBytes > 1e6 ? [1] : [1, 2];
  const launched = expectAgreement(p, sizes, undefined, 'step', steps);
  expect(values(launched, p.buffers[3]!).every(Number.isFinite)).toBe(true);
  if (sizes.length > 0) expectAgreement(p, [sizes[0]! - 3], undefined, 'step', steps);
});

function programOf({ m, n, k, turned = '', epilogue = false, padded = false, precision = 'f32' }: Product): { program: Program; sizes: number[] } {
  const loops = (letter: string, extents: readonly Dim[]): Loop[] => extents.map((extent, i) => loop(`${letter}${i}`, extent));
  const [i, j, q] = [loops('i', m), loops('j', n), loops('k', k)];
  const guards: Guard[] = padded ? [{ index: affine({ i0: 1 }, -2), below: 26 }] : [];
  const rows = turned.includes('a') ? [...q, ...i] : [...i, ...q];
  const shift = padded ? (turned.includes('a') ? -2 : -2 * 16) : 0;
  const a = load(0, at(rowMajor(rows), shift), 'float', guards);
  const b = load(1, at(rowMajor(turned.includes('b') ? [...j, ...q] : [...q, ...j])));
  const sum = fold('s', 'sum', 'in-order', q, call('mul', a, b));
  const bias = load(2, at(rowMajor(j)));
  const value = epilogue ? call('max', number(-0.5), call('add', ref('s'), bias)) : ref('s');
  const names = (of: readonly Loop[]): string[] => of.map(({ name }) => name);
  const contraction: Contraction = { batch: [], m: names(i), n: names(j), k: names(q), a, b };
  const capacities: DimSizes = [...m, ...n, ...k].includes(B) ? { B: 700 } : {};
  const arrays = [
    { name: 'a', dims: rows.map(({ extent }) => extent) },
    { name: 'b', dims: [...k, ...n] },
    { name: 'bias', dims: n },
    { name: 'c', dims: [...m, ...n] },
  ];
  const body = [sum, store(3, at(rowMajor([...i, ...j])), value)];
  const kern = { ...kernel('product', [...i, ...j], body), contraction };
  return { program: program(precision, arrays, [kern], capacities), sizes: Object.values(capacities) };
} // prettier-ignore

function rowMajor(loops: readonly Loop[]): Record<string, Dim> {
  return Object.fromEntries(
    loops.map(({ name }, i) => [name, timesDim(...loops.slice(i + 1).map(({ extent }) => extent))]),
  );
}
