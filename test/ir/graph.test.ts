import { expect, test } from 'vitest';
import { graphBuilder } from '../../compiler/ir/builder.ts';
import { openDim } from '../../compiler/ir/dim.ts';
import { load, number } from '../../compiler/ir/formula-build.ts';
import { assertGraph, checkGraph } from '../../compiler/ir/graph-check.ts';
import { printGraph } from '../../compiler/ir/graph-print.ts';
import type { Graph, Node } from '../../compiler/ir/graph.ts';
import { axis, scalar, tensor } from '../../compiler/ir/tensor-type.ts';
import { ancestorsOf, topological } from '../../compiler/ir/walk.ts';
import { calculus } from '../../compiler/ops/calculus.ts';

const B = axis(openDim('B'), 'B');
const span = { file: 'xor.bpnet', start: 10, end: 20 };

function small(): Graph {
  const b = graphBuilder();
  const c = calculus(b);
  const x = b.leaf({ kind: 'data', name: 'd.x' }, tensor([B, axis(3, 'H')]), { label: 'd.x' });
  const h = b.within({ span, scope: ['dense'] }, () => c.tanh(x));
  b.name(h, 'h');
  b.output('value', 'loss', c.sum(h, { axes: [0, 1] }));
  return b.finish();
}

test('prints one node a line', () => {
  expect(printGraph(small(), { place: ({ file, start }) => `${file}:${start}`, formulas: true }))
    .toMatchInlineSnapshot(`
      "%0 = data d.x  [B, H]
      %1 h = tanh(%0)  [B, H]  xor.bpnet:10  :: tanh(x0[i0, i1])
      %2 = sum{axes: [0, 1]}(%1)  []  :: sum[k0 < B, k1 < 3 in lanes](x0[k0, k1])
      value loss = %2
      "
    `);
});

test('the context of `within` ends with it', () => {
  const [, h, loss] = small().nodes;
  expect([h!.span, h!.scope]).toEqual([span, ['dense']]);
  expect([loss!.span, loss!.scope]).toEqual([null, []]);
});

test('walks', () => {
  const graph = small();
  expect([...ancestorsOf(graph, [1])]).toEqual([0, 1]);
  const deep: Node[] = Array.from({ length: 20_000 }, (_, id) => ({
    ...graph.nodes[1]!,
    id,
    inputs: id === 0 ? [] : [id - 1],
  }));
  expect(topological((id) => deep[id]!, [19_999]).length).toBe(20_000);
});

test('a well-formed graph has no problems', () => expect(checkGraph(small())).toEqual([]));

const spoil = (change: (node: Node) => Partial<Node>, at: number): readonly string[] => {
  const graph = small();
  return checkGraph({ ...graph, nodes: graph.nodes.map((n, i) => (i === at ? { ...n, ...change(n) } : n)) });
};

test.each<[string, (node: Node) => Partial<Node>, number, RegExp]>([
  ['taken ids', () => ({ id: 0 }), 1, /the id is taken/],
  ['inputs that come later', () => ({ inputs: [2] }), 1, /%2 does not come before it/],
  ['a missing formula', () => ({ formula: null }), 1, /no formula/],
  ['a leaf with a formula', () => ({ formula: number(1) }), 0, /have no formula/],
  ['loads of the wrong rank', () => ({ formula: load(0, ['i0']) }), 1, /1 indices into 2 axes/],
  ['loads of no input', () => ({ formula: load(3, []) }), 1, /reads input 3 of 1/],
  ['loads outside', () => ({ formula: load(0, ['i0', 3]) }), 1, /index 3 … 3 of an axis of 3/],
  ['unbound variables', () => ({ formula: load(0, ['i0', 'k']) }), 1, /k is not bound/],
  ['a dtype the formula does not give', (n) => ({ type: { ...n.type, dtype: 'int' } }), 1, /gives float/],
])('finds %s', (_, change, at, problem) => {
  expect(spoil(change, at)[0]).toMatch(problem);
});

test('finds outputs of another type than their leaf', () => {
  const b = graphBuilder();
  b.leaf({ kind: 'param', name: 'W' }, tensor([axis(2)]));
  b.output('param', 'W', calculus(b).number(1));
  expect(checkGraph(b.finish())).toEqual(['param W: %1 is not of the type of its leaf']);
  expect(() => assertGraph(b.finish(), 'here')).toThrow('malformed graph here');
});

test('the builder refuses inputs from elsewhere', () => {
  const b = graphBuilder();
  expect(() => calculus(b).neg({ id: 7, type: scalar })).toThrow('not in the graph');
});
