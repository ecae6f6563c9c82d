import fc from 'fast-check';
import { openDim, sizeOf, timesDim, type Dim } from '../../compiler/ir/dim.ts';
import { scalarFns, type FoldFn, type FoldOrder, type ScalarFn } from '../../compiler/ir/formula.ts';
import type { Contraction, Expr, Guard, Loop, Stmt } from '../../compiler/ir/kernel.ts';
import type { Precision, Program } from '../../compiler/ir/program.ts';
import {
  affine,
  at,
  call,
  fold,
  kernel,
  letFloat,
  load,
  loop,
  number,
  program,
  ref,
  store,
  typed,
} from './build.ts';

/** Kernels at random: loops over static and open extents around lets, folds and stores. */
export interface Generated {
  readonly program: Program;
  readonly sizes: readonly number[];
}

/** `smooth`: nothing that makes much of a small difference, for machines whose arithmetic is their own. */
export interface Asked {
  readonly precisions: readonly Precision[];
  readonly smooth: boolean;
}
const everything: Asked = { precisions: ['f32', 'f64'], smooth: false };
const unary = (Object.keys(scalarFns) as ScalarFn[]).filter((fn) => scalarFns[fn] === 1 && !['not', 'toInt', 'toFloat'].includes(fn)); // prettier-ignore
const binary: readonly ScalarFn[] = ['add', 'sub', 'mul', 'div', 'max', 'min', 'mod'];
const smoothUnary: readonly ScalarFn[] = ['neg', 'abs', 'tanh', 'sigmoid', 'erf', 'softplus'];
const smoothBinary: readonly ScalarFn[] = ['add', 'sub', 'mul', 'max', 'min'];

/** A float expression over the given leaves. */
function expression(leaves: readonly Expr[], smooth: boolean, depth = 3): fc.Arbitrary<Expr> {
  const leaf = fc.constantFrom(...leaves, number(0.3), number(-2));
  if (depth === 0) return leaf;
  const below = expression(leaves, smooth, depth - 1);
  return fc.oneof(
    leaf,
    fc.tuple(fc.constantFrom(...(smooth ? smoothUnary : unary)), below).map(([fn, x]) => call(fn, x)),
    fc
      .tuple(fc.constantFrom(...(smooth ? smoothBinary : binary)), below, below)
      .map(([fn, x, y]) => call(fn, x, y)),
    fc
      .tuple(
        fc.constantFrom<ScalarFn>(...(smooth ? (['ge'] as const) : (['lt', 'ge', 'ne'] as const))),
        below,
        below,
      )
      .map(([fn, x, y]) => call('select', typed('bool', fn, x, y), x, y)), // smooth: the larger
  );
}

/** Row-major strides of the loops. */
function rowMajor(loops: readonly Loop[]): Record<string, Dim> {
  return Object.fromEntries(
    loops.map((l, i) => [l.name, timesDim(...loops.slice(i + 1).map((x) => x.extent))]),
  );
}

const outer = fc
  .array(fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constant<Dim>(openDim('B'))), { maxLength: 3 })
  .map((extents) => extents.map((extent, i) => loop(`i${i}`, extent)));

/** Elementwise, with guards and gathers. */
export const elementwise = ({ precisions, smooth } = everything): fc.Arbitrary<Generated> => {
  const cases = outer.chain((loops) => {
    const here = at(rowMajor(loops));
    const n = timesDim(...loops.map((l) => l.extent));
    const guard: Guard = { index: affine(rowMajor(loops), -2), below: n };
    const leaves = [
      load(0, here),
      load(0, at(rowMajor(loops), -2), 'float', [guard]),
      load(1, { base: affine({}), gathers: [{ stride: 1, value: load(2, here, 'int') }] }),
      call('toFloat', load(2, here, 'int')),
      load(1, at({}, 3)),
    ];
    return fc.record({
      precision: fc.constantFrom(...precisions),
      size: fc.integer({ min: 1, max: 9 }),
      loops: fc.constant(loops),
      first: expression(leaves, smooth),
      second: expression([...leaves, ref('t')], smooth),
    });
  });
  return cases.map((c) => {
    const here = at(rowMajor(c.loops));
    const dims = c.loops.map((l) => l.extent);
    const arrays = [
      { name: 'x', dims },
      { name: 'table', dims: [5] },
      { name: 'row', dims, dtype: 'int' },
      { name: 'y', dims },
    ] as const;
    const body = [letFloat('t', c.first), store(3, here, c.second)];
    return {
      program: program(c.precision, arrays, [kernel('k', c.loops, body)], { B: 9 }),
      sizes: [c.size],
    };
  });
};

/** Folds, whichever axis they run along. */
export const folds = ({ precisions, smooth } = everything): fc.Arbitrary<Generated> => {
  const extents = fc.oneof(
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 20 }) },
    { weight: 1, arbitrary: fc.constantFrom(1000, 1024, 1025, 2048, 3000) },
  );
  const cases = fc.record({
    precision: fc.constantFrom(...precisions),
    fn: fc.constantFrom<FoldFn>('sum', 'sum', 'sum', 'max', 'min', 'argmax', 'argmin'),
    order: fc.constantFrom<FoldOrder>('lanes', 'in-order'),
    length: extents,
    open: fc.boolean(),
    second: fc.constantFrom(1, 2, 3),
    keep: fc.constantFrom(1, 3, 7),
    outermost: fc.boolean(),
    value: expression([ref('x')], smooth, 2),
    epilogue: fc.boolean(),
  });
  return cases.map((c) => {
    const folded = [loop('k0', c.open ? openDim('B') : c.length), loop('k1', c.second)];
    const kept = [loop('i0', c.keep)];
    const strides = rowMajor(c.outermost ? [...kept, ...folded] : [...folded, ...kept]);
    const isArg = c.fn.startsWith('arg');
    const dtype = isArg ? 'int' : 'float';
    const point: Stmt[] = [letFloat('x', load(0, at(strides)))];
    const sum = fold(
      's',
      c.fn,
      isArg || c.fn !== 'sum' ? 'in-order' : c.order,
      folded,
      c.value,
      dtype,
      point,
    );
    const value = c.epilogue && !isArg ? call('mul', ref('s'), load(0, at({ i0: 1 }))) : ref('s');
    const k = kernel('k', kept, [sum, store(1, at({ i0: 1 }), value)]);
    const arrays = [
      { name: 'x', dims: [c.keep, openDim('B'), c.second] },
      { name: 'y', dims: [c.keep], dtype },
    ] as const;
    const p = program(c.precision, arrays, [k], { B: c.length });
    return {
      program: p,
      sizes: [c.open ? Math.ceil(c.length / 2) : c.length],
    };
  });
};

/** Contractions, whatever the layout and the sizes. */
export const contractions = ({ precisions } = everything): fc.Arbitrary<Generated> => {
  const size = fc.integer({ min: 1, max: 23 });
  const cases = fc.record({
    precision: fc.constantFrom(...precisions),
    batch: fc.integer({ min: 1, max: 3 }),
    m: size,
    n: size,
    k0: fc.integer({ min: 1, max: 5 }),
    k1: size,
    aOrder: fc.shuffledSubarray(['b', 'i', 'p', 'q'], { minLength: 4 }),
    bOrder: fc.shuffledSubarray(['b', 'p', 'q', 'j'], { minLength: 4 }),
    cOrder: fc.shuffledSubarray(['b', 'i', 'j'], { minLength: 3 }),
    loopOrder: fc.shuffledSubarray(['b', 'i', 'j'], { minLength: 3 }),
    epilogue: fc.boolean(),
    shrink: fc.boolean(),
  });
  return cases.map((c) => {
    const extent: Record<string, Dim> = { b: c.batch, i: openDim('B'), j: c.n, p: c.k0, q: c.k1 };
    const capacity = { B: c.m };
    const loops = (names: readonly string[]): Loop[] => names.map((name) => loop(name, extent[name]!));
    const a = load(0, at(rowMajor(loops(c.aOrder))));
    const b = load(1, at(rowMajor(loops(c.bOrder))));
    const sum = fold('s', 'sum', 'in-order', loops(['p', 'q']), call('mul', a, b));
    const value = c.epilogue ? call('add', call('tanh', ref('s')), load(2, at({ j: 1 }))) : ref('s');
    const contraction: Contraction = { batch: ['b'], m: ['i'], n: ['j'], k: ['p', 'q'], a, b };
    const body = [sum, store(3, at(rowMajor(loops(c.cOrder))), value)];
    const dims = (names: readonly string[]): Dim[] => names.map((name) => sizeOf(extent[name]!, capacity));
    const arrays = [
      { name: 'a', dims: dims(c.aOrder) },
      { name: 'b', dims: dims(c.bOrder) },
      { name: 'bias', dims: [c.n] },
      { name: 'c', dims: dims(c.cOrder) },
    ];
    const k = { ...kernel('k', loops(c.loopOrder), body), contraction };
    const rows = c.shrink ? Math.max(1, c.m - 3) : c.m;
    return {
      program: program(c.precision, arrays, [k], capacity),
      sizes: [rows],
    };
  });
};
