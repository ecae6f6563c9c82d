import { describe, expect, test } from 'vitest';
import { graphBuilder, type Value } from '../../compiler/ir/builder.ts';
import { openDim, timesDim } from '../../compiler/ir/dim.ts';
import { checkGraph } from '../../compiler/ir/graph-check.ts';
import { formulaText } from '../../compiler/ir/formula-print.ts';
import { axis, type DType, tensor, typeText } from '../../compiler/ir/tensor-type.ts';
import { type Calculus, calculus } from '../../compiler/ops/calculus.ts';
import { evaluateGraph } from '../evaluate.ts';

type Nested = number | readonly Nested[];
function shapeIn(value: Nested): readonly number[] {
  return typeof value === 'number' ? [] : [value.length, ...shapeIn(value[0]!)];
}
/** What an op gives for inputs written out, as nested lists. */
function result(
  inputs: readonly Nested[],
  build: (c: Calculus, ...x: readonly Value[]) => Value,
  dtypes: readonly DType[] = [],
): Nested {
  const b = graphBuilder();
  const x = inputs.map((value, i) =>
    b.leaf({ kind: 'data', name: `x${i}` }, tensor(shapeIn(value).map((n) => axis(n)), dtypes[i])),
  ); // prettier-ignore
  const y = build(calculus(b), ...x);
  const leaves = Object.fromEntries(inputs.map((value, i) => [`x${i}`, [value].flat(9) as number[]]));
  const graph = b.finish();
  expect(checkGraph(graph)).toEqual([]);
  const data = [...evaluateGraph(graph, leaves).get(y.id)!];
  const nest = (shape: readonly number[]): Nested =>
    shape.length === 0 ? data.shift()! : Array.from({ length: shape[0]! }, () => nest(shape.slice(1)));
  return nest(y.type.axes.map((a) => Number(a.size)));
}
const m = [
  [1, 2, 3],
  [4, 5, 6],
];

describe('values, worked out by hand', () => {
  test.each<[string, readonly Nested[], (c: Calculus, ...x: readonly Value[]) => Value, Nested]>([
    ['matmul', [m, [[1, 0], [0, 1], [2, 2]]], (c, a, b) => c.matmul(a!, b!), [[7, 8], [16, 17]]],
    ['matmul with vectors', [m, [1, 0, -1]], (c, a, b) => c.matmul(a!, b!), [-2, -2]],
    ['batched matmul', [[[[1, 2]], [[3, 4]]], [[[1], [1]], [[2], [0]]]], (c, a, b) => c.matmul(a!, b!), [[[3]], [[6]]]],
    ['einsum, outer', [[1, 2], [3, 4]], (c, a, b) => c.einsum([a!, b!], { inputs: [['i'], ['j']], output: ['j', 'i'] }), [[3, 6], [4, 8]]],
    ['einsum, trace', [[[1, 2], [3, 4]]], (c, a) => c.einsum([a!], { inputs: [['i', 'i']], output: [] }), 5],
    ['diagonal', [[1, 2]], (c, a) => c.diagonal(a!, { of: [0, 0] }), [[1, 0], [0, 2]]],
    ['transpose', [m], (c, a) => c.transpose(a!), [[1, 4], [2, 5], [3, 6]]],
    ['reshape', [m], (c, a) => c.reshape(a!, { axes: [axis(3), axis(2)] }), [[1, 2], [3, 4], [5, 6]]],
    ['broadcast', [[1, 2]], (c, a) => c.broadcast(a!, { axes: [1], to: [axis(2), axis(2)] }), [[1, 2], [1, 2]]],
    ['broadcast of a size-1 axis', [[[1], [2]]], (c, a) => c.broadcast(a!, { axes: [0, 1], to: [axis(2), axis(2)] }), [[1, 1], [2, 2]]],
    ['slice', [m], (c, a) => c.slice(a!, { axis: 1, start: 1, size: 2 }), [[2, 3], [5, 6]]],
    ['pad', [[1, 2]], (c, a) => c.pad(a!, { axis: 0, before: 1, after: 2 }), [0, 1, 2, 0, 0]],
    ['concat', [[1], [2, 3], [4]], (c, ...x) => c.concat(x, { axis: 0 }), [1, 2, 3, 4]],
    ['sum', [m], (c, a) => c.sum(a!, { axes: [0] }), [5, 7, 9]],
    ['mean', [m], (c, a) => c.mean(a!, { axes: [0, 1] }), 3.5],
    ['amax', [m], (c, a) => c.amax(a!, { axes: [1] }), [3, 6]],
    ['argmax: the first of equals', [[1, 3, 3]], (c, a) => c.argmax(a!, { axes: [0] }), 1],
    ['argmin over two axes', [[[4, 1], [1, 9]]], (c, a) => c.argmin(a!, { axes: [0, 1] }), 1],
    ['iota', [], (c) => c.iota(axis(3)), [0, 1, 2]],
    ['powi', [[2, -2]], (c, a) => c.powi(a!, { exponent: -3 }), [0.125, -0.125]],
    ['scalars meet tensors', [[1, 2]], (c, a) => c.sub(c.number(1), a!), [0, -1]],
    ['where', [[1, 2]], (c, a) => c.where(c.less(a!, c.number(2)), a!, c.number(9)), [1, 9]],
  ])('%s', (_, inputs, build, expected) => expect(result(inputs, build)).toEqual(expected)); // prettier-ignore

  test('gather and scatter_add', () => {
    const table = [[1, 2], [3, 4], [5, 6]]; // prettier-ignore
    const types: DType[] = ['float', 'int'];
    expect(result([table, [2, 0]], (c, t, ids) => c.gather(t!, ids!), types)).toEqual([[5, 6], [1, 2]]); // prettier-ignore
    const add = (c: Calculus, ...[x, ids]: readonly Value[]): Value =>
      c.scatterAdd(x!, ids!, { rows: axis(2) });
    expect(result([table, [1, 0, 1]], add, types)).toEqual([[3, 4], [6, 8]]); // prettier-ignore
  });
});

describe('open axes and names', () => {
  const B = axis(openDim('B'), 'B');
  const b = graphBuilder();
  const c = calculus(b);
  const x = b.leaf({ kind: 'data', name: 'x' }, tensor([B, axis(28, 'H'), axis(28)]));
  const formulaOf = (v: Value): string => formulaText(b.get(v.id).formula!);

  test('inner axes are merged beside an open one', () => {
    const flat = c.reshape(x, { axes: [B, axis(784)] });
    expect(formulaOf(flat)).toBe('x0[i0, (i1 div 28), (i1 mod 28)]');
    expect(formulaOf(c.reshape(flat, { axes: x.type.axes }))).toBe('x0[i0, 28*i1 + i2]');
  });
  test('an open axis takes in inner ones', () => {
    const rows = axis(timesDim(28, openDim('B')));
    const merged = c.reshape(x, { axes: [rows, axis(28)] });
    expect(formulaOf(merged)).toBe('x0[(i0 div 28), (i0 mod 28), i1]');
    expect(formulaOf(c.reshape(merged, { axes: x.type.axes }))).toBe('x0[28*i0 + i1, i2]');
  });
  test('what would need a division by an open dim is refused', () => {
    const y = b.leaf({ kind: 'data', name: 'y' }, tensor([axis(3), B]));
    expect(() => c.reshape(y, { axes: [axis(timesDim(3, openDim('B')))] })).toThrow('open');
  });
  test('names are carried through, and win over bare sizes', () => {
    const w = b.leaf({ kind: 'param', name: 'w' }, tensor([axis(28), axis(5, 'K')]));
    const z = c.matmul(x, w);
    expect(typeText(z.type)).toBe('[B, H, K]');
    expect(typeText(c.argmax(z, { axes: [2] }).type)).toBe('int<K>[B, H]');
    const bias = b.leaf({ kind: 'param', name: 'bias' }, tensor([axis(5, 'K')]));
    const bare = c.fill(0, [axis(2), axis(5)]);
    expect(typeText(c.add(bare, c.broadcast(bias, { axes: [1], to: bare.type.axes })).type)).toBe('[2, K]');
    expect(typeText(c.slice(z, { axis: 2, start: 1, size: 2 }).type)).toBe('[B, H, 2]');
  });
  test('shapes that do not fit are refused', () => {
    expect(() => c.add(x, c.sum(x, { axes: [0] }))).toThrow('cannot take');
    expect(() => c.reshape(x, { axes: [B, axis(783)] })).toThrow('number of elements');
    expect(() => c.matmul(x, c.fill(0, [axis(27), axis(2)]))).toThrow('two sizes');
    expect(() => c.apply('nonsense', [])).toThrow('no such op');
  });
});
