import fc from 'fast-check';
import { graphBuilder, type GraphBuilder, type Value } from '../../compiler/ir/builder.ts';
import { constant, minus, plus, scale, variable, floorDiv, remainder } from '../../compiler/ir/affine.ts';
import { openDim, type Dim } from '../../compiler/ir/dim.ts';
import {
  add, call, coordinate, div, eq, fold, load, loadHere, mul, neg, number, outVars, select, sizeOfDim, sub, sumInOrder, sumOver, valueIndex,
} from '../../compiler/ir/formula-build.ts'; // prettier-ignore
import type { Formula, ScalarFn } from '../../compiler/ir/formula.ts';
import type { Graph } from '../../compiler/ir/graph.ts';
import { printGraph } from '../../compiler/ir/graph-print.ts';
import {
  axis,
  type DType,
  elements,
  sameShape,
  sizes,
  tensor,
  type TensorType,
} from '../../compiler/ir/tensor-type.ts';
import { sameDim } from '../../compiler/ir/dim.ts';

/** Open dim of all random graphs; tests run with sizes up to the capacity. */
export const capacities = { B: 6 };
const B = openDim('B');

/** One random decision after another: numbers in [0, 1). */
type Draw = () => number;
type Step = (g: GraphBuilder, values: Value[], draw: Draw) => Value | null;

const unary: readonly ScalarFn[] = [
  'neg',
  'abs',
  'exp',
  'tanh',
  'sigmoid',
  'softplus',
  'sin',
  'sign',
  'floor',
];
const binary: readonly ScalarFn[] = ['add', 'sub', 'mul', 'max', 'min', 'add', 'mul'];

const steps: Readonly<Record<string, Step>> = {
  unary(g, values, draw) {
    const x = recent(floats(values), draw);
    const fn = pick(unary, draw);
    return g.node(fn, {}, [x], x.type, call(fn, loadHere(0, rank(x))));
  },
  square(g, values, draw) {
    const x = recent(floats(values), draw);
    return g.node('powi', {}, [x], x.type, mul(loadHere(0, rank(x)), loadHere(0, rank(x))));
  },
  binary(g, values, draw) {
    const x = recent(floats(values), draw);
    const y = recent(
      floats(values).filter((v) => sameShape(v.type, x.type)),
      draw,
    );
    const fn = pick(binary, draw);
    return g.node(fn, {}, [x, y], x.type, call(fn, loadHere(0, rank(x)), loadHere(1, rank(x))));
  },
  constant(g, values, draw) {
    const like = recent(floats(values), draw);
    const value = pick([0, 1, -1, 0.1, 3, -0, 2], draw);
    return g.node('constant', {}, [], like.type, number(value));
  },
  broadcast(g, values, draw) {
    const x = recent(floats(values).filter((v) => rank(v) < 3), draw); // prettier-ignore
    const at = Math.floor(draw() * (rank(x) + 1));
    const size: Dim = sizes(x.type).some((s) => typeof s !== 'number')
      ? pick([1, 2, 3], draw)
      : pick([1, 2, 3, B], draw);
    const axes = [...x.type.axes.slice(0, at), axis(size), ...x.type.axes.slice(at)];
    const index = outVars(axes.length).filter((_, i) => i !== at);
    return g.node('broadcast', {}, [x], tensor(axes), load(0, index));
  },
  transpose(g, values, draw) {
    const x = recent(floats(values), draw);
    const n = rank(x);
    const shift = Math.floor(draw() * n);
    const axes = x.type.axes.map((_, i) => x.type.axes[(i + shift) % n]!);
    const vars = outVars(n);
    const index = vars.map((_, i) => vars[(i - shift + n) % n]!);
    return g.node('transpose', {}, [x], tensor(axes), load(0, index));
  },
  slice(g, values, draw) {
    const x = recent(floats(values), draw);
    const at = x.type.axes.findLastIndex(({ size }) => typeof size === 'number' && size > 1);
    if (at < 0) return null;
    const axes = x.type.axes.with(at, axis((x.type.axes[at]!.size as number) - 1));
    const from = draw() < 0.5 ? 0 : 1;
    const index = outVars(rank(x)).map((name, i) => (i === at ? plus(variable(name), constant(from)) : name));
    return g.node('slice', {}, [x], tensor(axes), load(0, index));
  },
  pad(g, values, draw) {
    const x = recent(floats(values), draw);
    const at = x.type.axes.findLastIndex(({ size }) => typeof size === 'number');
    if (at < 0) return null;
    const axes = x.type.axes.with(at, axis((x.type.axes[at]!.size as number) + 2));
    const index = outVars(rank(x)).map((name, i) => (i === at ? minus(variable(name), constant(1)) : name));
    return g.node('pad', {}, [x], tensor(axes), load(0, index, true));
  },
  mergeAxes(g, values, draw) {
    const x = recent(floats(values).filter((v) => rank(v) >= 2), draw); // prettier-ignore
    const [a, b, ...rest] = x.type.axes.toReversed();
    if (typeof a!.size !== 'number' || typeof b!.size !== 'number') return null;
    const before = rest.toReversed();
    const last = variable(`i${before.length}`);
    const ranges = (name: string): readonly [number, number] | null =>
      name === `i${before.length}` ? [0, (a!.size as number) * (b!.size as number) - 1] : null;
    const index = [
      ...outVars(before.length),
      floorDiv(last, a!.size, ranges),
      remainder(last, a!.size, ranges),
    ];
    return g.node('reshape', {}, [x], tensor([...before, axis(a!.size * b!.size)]), load(0, index));
  },
  splitAxis(g, values, draw) {
    const x = recent(floats(values).filter((v) => rank(v) >= 1), draw); // prettier-ignore
    const { size } = x.type.axes.at(-1)!;
    if (typeof size !== 'number' || size % 2 !== 0) return null;
    const before = x.type.axes.slice(0, -1);
    const [i, j] = [variable(`i${before.length}`), variable(`i${before.length + 1}`)];
    const index = [...outVars(before.length), plus(scale(i, 2), j)];
    return g.node('reshape', {}, [x], tensor([...before, axis(size / 2), axis(2)]), load(0, index));
  },
  sum(g, values, draw) {
    const x = recent(floats(values).filter((v) => rank(v) > 0), draw); // prettier-ignore
    const folded = x.type.axes.map(() => draw() < 0.6);
    const fn = pick(['sum', 'sum', 'max', 'min'] as const, draw);
    let next = 0;
    const index = x.type.axes.map((_, i) => (folded[i] ? `a${i}` : `i${next++}`));
    const vars = x.type.axes.flatMap(({ size }, i) => (folded[i] ? [{ name: `a${i}`, extent: size }] : []));
    const kept = x.type.axes.filter((_, i) => !folded[i]);
    return g.node(
      fn,
      {},
      [x],
      tensor(kept),
      fold(fn, vars, load(0, index), fn === 'sum' ? 'lanes' : 'in-order'),
    );
  },
  mean(g, values, draw) {
    const x = recent(floats(values).filter((v) => rank(v) === 2), draw); // prettier-ignore
    const vars = x.type.axes.map(({ size }, i) => ({ name: `a${i}`, extent: size }));
    const total = sumOver(vars, load(0, ['a0', 'a1']));
    return g.node('mean', {}, [x], tensor([]), div(total, sizeOfDim(elements(x.type))));
  },
  argmax(g, values, draw) {
    const x = recent(floats(values).filter((v) => rank(v) >= 1), draw); // prettier-ignore
    const last = x.type.axes.at(-1)!;
    const kept = x.type.axes.slice(0, -1);
    const body = load(0, [...outVars(kept.length), 'k']);
    const best = fold('argmax', [{ name: 'k', extent: last.size }], body, 'in-order');
    return g.node('argmax', {}, [x], tensor(kept, 'int'), best);
  },
  oneHot(g, values, draw) {
    const x = recent(values.filter((v) => v.type.dtype === 'int' && rank(v) < 3), draw); // prettier-ignore
    const n = rank(x);
    const hot = select(eq(loadHere(0, n), coordinate(`i${n}`)), number(1), number(0));
    return g.node('one_hot', {}, [x], tensor([...x.type.axes, axis(4)]), hot);
  },
  iota(g, values, draw) {
    const like = recent(floats(values).filter((v) => rank(v) > 0), draw); // prettier-ignore
    const k = `i${rank(like) - 1}`;
    if (draw() < 0.5) return g.node('iota', {}, [], tensor(like.type.axes, 'int'), coordinate(k));
    return g.node('iota', {}, [], like.type, call('toFloat', add(coordinate(k), number(1))));
  },
  halve(g, values, draw) {
    const x = recent(values.filter((v) => v.type.dtype === 'int'), draw); // prettier-ignore
    return g.node('div', {}, [x], x.type, div(loadHere(0, rank(x)), number(2)));
  },
  toFloat(g, values, draw) {
    const x = recent(values.filter((v) => v.type.dtype === 'int'), draw); // prettier-ignore
    return g.node('to_float', {}, [x], tensor(x.type.axes), call('toFloat', loadHere(0, rank(x))));
  },
  gather(g, values, draw) {
    const x = recent(floats(values).filter((v) => rank(v) >= 1 && rank(v) < 3), draw); // prettier-ignore
    const ids = recent(values.filter((v) => v.type.dtype === 'int' && rank(v) === 1), draw); // prettier-ignore
    const axes = [...ids.type.axes, ...x.type.axes.slice(1)];
    if (axes.filter(({ size }) => typeof size !== 'number').length > 1) return null;
    const index = [valueIndex(load(1, ['i0'])), ...outVars(axes.length).slice(1)];
    return g.node('gather', {}, [x, ids], tensor(axes), load(0, index, true));
  },
  matmul(g, values, draw) {
    const a = recent(floats(values).filter((v) => rank(v) === 2), draw); // prettier-ignore
    const k = a.type.axes[1]!;
    const b = recent(
      floats(values).filter((v) => rank(v) === 2 && sameDim(v.type.axes[0]!.size, k.size)),
      draw,
    );
    const type = tensor([a.type.axes[0]!, b.type.axes[1]!]);
    const product = mul(load(0, ['i0', 'k']), load(1, ['k', 'i1']));
    return g.node('matmul', {}, [a, b], type, sumInOrder([{ name: 'k', extent: k.size }], product));
  },
  gram(g, values, draw) {
    const a = recent(floats(values).filter((v) => rank(v) === 2), draw); // prettier-ignore
    const type = tensor([a.type.axes[1]!, a.type.axes[1]!]);
    const product = mul(load(0, ['k', 'i0']), load(0, ['k', 'i1']));
    return g.node('gram', {}, [a], type, sumInOrder([{ name: 'k', extent: a.type.axes[0]!.size }], product));
  },
  softmax(g, values, draw) {
    const x = recent(floats(values).filter((v) => rank(v) === 2), draw); // prettier-ignore
    const vars = [{ name: 'k', extent: x.type.axes[1]!.size }];
    const rows = tensor([x.type.axes[0]!]);
    const top = g.node('max', {}, [x], rows, fold('max', vars, load(0, ['i0', 'k']), 'in-order'));
    const wide = g.node('broadcast', {}, [top], x.type, load(0, ['i0']));
    const shifted = g.node('sub', {}, [x, wide], x.type, sub(loadHere(0, 2), loadHere(1, 2)));
    const e = g.node('exp', {}, [shifted], x.type, call('exp', loadHere(0, 2)));
    const total = g.node('sum', {}, [e], rows, sumOver(vars, load(0, ['i0', 'k'])));
    const totals = g.node('broadcast', {}, [total], x.type, load(0, ['i0']));
    return g.node('div', {}, [e, totals], x.type, div(loadHere(0, 2), loadHere(1, 2)));
  },
  identity(g, values, draw) {
    const x = recent(floats(values), draw);
    const here = loadHere(0, rank(x));
    const formula = pick<Formula>(
      [here, mul(here, number(1)), add(here, number(0)), sub(here, number(0)), neg(neg(here)), div(here, number(1)), mul(number(-1), here), add(here, neg(here))],
      draw,
    ); // prettier-ignore
    return g.node('identity', {}, [x], x.type, formula);
  },
  random(g, values, draw) {
    const like = recent(floats(values).filter((v) => rank(v) === 2 && typeof v.type.axes[1]!.size === 'number'), draw); // prettier-ignore
    const index = plus(scale(variable('i0'), like.type.axes[1]!.size), variable('i1'));
    const dist = draw() < 0.5 ? 'uniform' : 'normal';
    const stream = draw() < 0.5 ? 1 : 2;
    return g.node('random', {}, [], like.type, { kind: 'random', dist, stream, index });
  },
};

function floats(values: readonly Value[]): readonly Value[] {
  return values.filter((v) => v.type.dtype === 'float');
}
function rank(v: Value): number {
  return v.type.axes.length;
}
class NothingToPick extends Error {}
export function pick<T>(from: readonly T[], draw: Draw): T {
  if (from.length === 0) throw new NothingToPick();
  return from[Math.floor(draw() * from.length)]!;
}
/** Newer values rather than older ones: chains, not bushes. */
function recent(values: readonly Value[], draw: Draw): Value {
  if (values.length === 0) throw new NothingToPick();
  return values[Math.floor(Math.cbrt(draw()) * values.length)]!;
}

/** A random training-step-like graph: values folded, updated parameters, some of them read after. */
function randomGraph(seed: number, length: number): Graph {
  const draw = drawsFrom(seed);
  const g = graphBuilder();
  const leaf = (kind: 'data' | 'param', name: string, sizes: readonly Dim[], dtype: DType = 'float'): Value =>
    g.leaf(
      { kind, name },
      tensor(
        sizes.map((size) => axis(size)),
        dtype,
      ),
    );
  const params = [leaf('param', 'W', [3, 4]), leaf('param', 'V', [4, 4]), leaf('param', 'b', [4])];
  const values: Value[] = [
    leaf('data', 'x', [B, 3]),
    leaf('data', 'label', [B], 'int'),
    ...params,
    g.leaf({ kind: 'host', expr: { kind: 'symbol', name: 'step' } }, tensor([])),
  ];
  const often = ['binary', 'binary', 'binary', 'unary', 'unary', 'identity', 'sum', 'broadcast', 'matmul'];
  const names = [...Object.keys(steps), ...often];
  for (let i = 0; i < length; i++) {
    try {
      const value = steps[pick(names, draw)]!(g, values, draw);
      if (value && isSmall(value.type)) values.push(value);
    } catch (error) {
      if (!(error instanceof NothingToPick)) throw error;
    }
  }
  const results = values.slice(6);
  results.forEach((value, i) => {
    if (draw() < 0.3 || i === results.length - 1) g.output('value', `v${i}`, value);
  });
  params.forEach((param, i) => {
    const sameType = floats(values).filter((v) => sameShape(v.type, param.type));
    if (draw() < 0.7) g.output('param', ['W', 'V', 'b'][i]!, pick(sameType.slice(-3), draw));
  });
  return g.finish();
}
function isSmall(type: TensorType): boolean {
  const all = sizes(type);
  const open = all.filter((size) => typeof size !== 'number').length;
  return (
    all.length <= 4 &&
    open <= 1 &&
    all.reduce<number>((n, s) => n * (typeof s === 'number' ? s : 6), 1) <= 2000
  );
}

/** Seeds, not draws: fast-check prefers extreme numbers, and a graph of those is all one op. */
export const someGraph: fc.Arbitrary<Graph> = fc
  .tuple(fc.noBias(fc.integer()), fc.noBias(fc.integer({ min: 3, max: 24 })))
  .map(([seed, length]) => {
    const graph = randomGraph(seed, length);
    const text = (): string => `\n${printGraph(graph, { formulas: true })}`;
    return Object.defineProperty(graph, fc.toStringMethod, { value: text });
  });

/** mulberry32 */
export function drawsFrom(seed: number): Draw {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
