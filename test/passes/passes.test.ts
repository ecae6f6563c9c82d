import { expect, test } from 'vitest';
import { dropDead } from '../../compiler/3-optimize/drop-dead.ts';
import { foldConstants } from '../../compiler/3-optimize/fold-constants.ts';
import { fuseElementwise } from '../../compiler/3-optimize/fuse-elementwise.ts';
import { fuseEpilogues } from '../../compiler/3-optimize/fuse-epilogues.ts';
import { optimize } from '../../compiler/3-optimize/optimize.ts';
import { passNames } from '../../compiler/3-optimize/passes.ts';
import { shareCommon } from '../../compiler/3-optimize/share-common.ts';
import { simplifyAlgebra } from '../../compiler/3-optimize/simplify-algebra.ts';
import { absolute } from '../../compiler/3-optimize/absolute.ts';
import { elementAt } from '../../compiler/3-optimize/substitute.ts';
import { constant, variable } from '../../compiler/ir/affine.ts';
import { formulaText } from '../../compiler/ir/formula-print.ts';
import {
  add,
  call,
  coordinate,
  div,
  load,
  loadHere,
  mul,
  neg,
  number,
  select,
  sumOver,
} from '../../compiler/ir/formula-build.ts';
import type { Formula } from '../../compiler/ir/formula.ts';
import type { Graph } from '../../compiler/ir/graph.ts';
import { printGraph } from '../../compiler/ir/graph-print.ts';
import { differences, evaluateGraph, runGraph } from './run-graph.ts';
import { B, dense, makeGraph, type Ops, shape } from '../lower/graphs.ts';

const text = (graph: Graph): string => printGraph(graph, { formulas: true });
const without = (...kept: readonly string[]): readonly string[] =>
  passNames().filter((name) => !kept.includes(name));

/** A graph of one node with this formula over x and y, both [B]. */
function ofFormula(formula: Formula): Graph {
  return makeGraph(({ g, data }) => {
    g.output('value', 'z', g.node('f', {}, [data('x', B), data('y', B)], shape(B), formula));
  });
}
function result(graph: Graph): string {
  return text(graph).split(':: ')[1]!.split('\n')[0]!;
}
const [x, y] = [loadHere(0, 1), loadHere(1, 1)];

test('foldConstants computes only what is the same number in every precision', () => {
  const folded = (formula: Formula): string => result(foldConstants(ofFormula(add(x, formula))));
  expect(folded(call('sub', number(3), number(1)))).toBe('(x0[i0] + 2)');
  expect(folded(div(number(1), number(4)))).toBe('(x0[i0] + 0.25)');
  expect(folded(call('sub', number(0.1), number(0.7)))).toBe('(x0[i0] + (0.1 - 0.7))');
  expect(folded(call('sqrt', number(16)))).toBe('(x0[i0] + 4)');
  expect(folded(div(number(1), number(0)))).toBe('(x0[i0] + (1 / 0))');
  expect(folded(select(number(0), y, number(2)))).toBe('(x0[i0] + select(0, x1[i0], 2))');
});

test('foldConstants: numbers in a branch are of the type of the result, not of the condition', () => {
  const folded = (formula: Formula): string => result(foldConstants(ofFormula(formula)));
  const below = call('lt', x, number(0));
  const difference = call('sub', number(0.1), number(0.7));
  expect(folded(select(below, div(number(1), number(4)), number(2)))).toBe('select((x0[i0] < 0), 0.25, 2)');
  expect(folded(select(below, difference, x))).toBe('select((x0[i0] < 0), (0.1 - 0.7), x0[i0])');
});

test('foldConstants reads constants through nodes', () => {
  const graph = makeGraph(({ g, data, apply, sumRows, rows }) => {
    const one = g.node('constant', {}, [], shape(4, 3), number(1));
    const x = data('x', B, 3);
    g.output('value', 'y', apply('mul', x, rows(sumRows(one), x)));
  });
  expect(text(dropDead(foldConstants(graph)))).toMatchInlineSnapshot(`
    "%1 = data x  [B, 3]
    %4 = mul(%1)  [B, 3]  :: (x0[i0, i1] * 4)
    value y = %4
    "
  `);
});

test('simplifyAlgebra leaves out what changes no bit', () => {
  const simple = (formula: Formula): string => result(simplifyAlgebra(ofFormula(formula)));
  const zero = number(0);
  expect(simple(mul(add(x, y), number(1)))).toBe('(x0[i0] + x1[i0])');
  expect(simple(neg(neg(call('exp', x))))).toBe('exp(x0[i0])');
  expect(simple(mul(number(-1), x))).toBe('neg(x0[i0])');
  expect(simple(add(x, neg(y)))).toBe('(x0[i0] - x1[i0])');
  // 0 + −0 is 0, so x + 0 may only go where x is never −0.
  expect(simple(add(x, zero))).toBe('(x0[i0] + 0)');
  expect(simple(add(call('exp', x), zero))).toBe('exp(x0[i0])');
  expect(simple(mul(x, zero))).toBe('(x0[i0] * 0)'); // x may be infinite
});

test('simplifyAlgebra makes one view of several, and none of two transpositions', () => {
  const graph = makeGraph(({ g, data, param, transpose, rows, apply }) => {
    const x = data('x', B, 4);
    g.output('value', 'same', apply('exp', transpose(transpose(x))));
    g.output('value', 'columns', transpose(rows(param('b', 4), x)));
  });
  expect(text(dropDead(simplifyAlgebra(graph)))).toMatchInlineSnapshot(`
    "%0 = data x  [B, 4]
    %3 = exp(%0)  [B, 4]  :: exp(x0[i0, i1])
    %4 = param b  [4]
    %6 = transpose(%4)  [4, B]  :: x0[i0]
    value same = %3
    value columns = %6
    "
  `);
});

test('shareCommon makes one node of equal ones, not of two random streams', () => {
  const graph = makeGraph(({ g, data, matmul, param, apply }) => {
    const draw = (stream: number) =>
      g.node('random', {}, [], shape(B), { kind: 'random', dist: 'uniform', stream, index: constant(0) });
    const [x, W] = [data('x', B, 3), param('W', 3, 4)];
    g.output('value', 'y', apply('add', matmul(x, W), matmul(data('x', B, 3), W)));
    g.output('value', 'a', apply('add', draw(1), draw(1)));
    g.output('value', 'b', apply('add', draw(1), draw(2)));
  });
  expect(text(dropDead(shareCommon(graph)))).toMatchInlineSnapshot(`
    "%0 = data x  [B, 3]
    %1 = param W  [3, 4]
    %2 = matmul(%0, %1)  [B, 4]  :: sum[k < 3]((x0[i0, k] * x1[k, i1]))
    %5 = add(%2, %2)  [B, 4]  :: (x0[i0, i1] + x1[i0, i1])
    %6 = random()  [B]  :: uniform#1(0)
    %8 = add(%6, %6)  [B]  :: (x0[i0] + x1[i0])
    %10 = random()  [B]  :: uniform#2(0)
    %11 = add(%6, %10)  [B]  :: (x0[i0] + x1[i0])
    value y = %5
    value a = %8
    value b = %11
    "
  `);
});

test('shareCommon keeps 0 and −0 apart', () => {
  const graph = makeGraph(({ g }) => {
    g.output('value', 'zero', g.node('constant', {}, [], shape(B), number(0)));
    g.output('value', 'minus', g.node('constant', {}, [], shape(B), number(-0)));
  });
  expect(shareCommon(graph).outputs.map((output) => output.node)).toEqual([0, 1]);
});

test('dropDead drops a dead branch', () => {
  const graph = makeGraph(({ g, data, apply }) => {
    const x = data('x', B);
    apply('exp', apply('neg', x));
    g.output('value', 'y', apply('tanh', x));
  });
  expect(text(dropDead(graph))).toBe('%0 = data x  [B]\n%3 = tanh(%0)  [B]  :: tanh(x0[i0])\nvalue y = %3\n');
});

const fused = (build: (ops: Ops) => void): string =>
  text(
    optimize(makeGraph(build), {
      without: without('fuseElementwise', 'fuseEpilogues', 'dropDead'),
      check: true,
    }),
  );

test('fuseElementwise: chains become one node, what others read too is kept', () => {
  const out = fused(({ g, data, apply }) => {
    const x = data('x', B, 3);
    const once = apply('tanh', apply('exp', x));
    g.output('value', 'y', apply('add', once, apply('neg', once)));
  });
  expect(out).toMatchInlineSnapshot(`
    "%0 = data x  [B, 3]
    %4 = fused[exp tanh neg add](%0)  [B, 3]  :: (tanh(exp(x0[i0, i1])) + neg(tanh(exp(x0[i0, i1]))))
    value y = %4
    "
  `);
});

test('fuseElementwise: a value computed once is not computed once per row', () => {
  const out = fused(({ g, data, param, apply, rows }) => {
    const x = data('x', B, 3);
    g.output('value', 'y', apply('add', x, rows(apply('exp', param('b', 3)), x)));
  });
  expect(out).toMatchInlineSnapshot(`
    "%0 = data x  [B, 3]
    %1 = param b  [3]
    %2 = exp(%1)  [3]  :: exp(x0[i0])
    %4 = fused[broadcast add](%0, %2)  [B, 3]  :: (x0[i0, i1] + x1[i1])
    value y = %4
    "
  `);
});

test('fuseElementwise: operands of a contraction stay loads, views go through', () => {
  const out = fused(({ g, data, matmul, transpose, apply }) => {
    const x = data('x', B, 3);
    g.output('value', 'y', matmul(transpose(apply('exp', x)), x));
  });
  expect(out).toMatchInlineSnapshot(`
    "%0 = data x  [B, 3]
    %2 = fused[exp transpose](%0)  [3, B]  :: exp(x0[i1, i0])
    %3 = matmul(%2, %0)  [3, 3]  :: sum[k < B]((x0[i0, k] * x1[k, i1]))
    value y = %3
    "
  `);
});

test('fuseElementwise: comparisons with positions are computed where they are read', () => {
  const out = fused(({ g, data, apply, sumRows }) => {
    const labels = g.leaf({ kind: 'data', name: 'label' }, { ...shape(B), dtype: 'int' });
    const hot = select(call('eq', loadHere(0, 1), coordinate('i1')), number(1), number(0));
    const oneHot = g.node('one_hot', {}, [labels], shape(B, 3), hot);
    g.output('value', 'counts', sumRows(oneHot));
    g.output('value', 'y', apply('mul', oneHot, data('x', B, 3)));
  });
  expect(out).toMatchInlineSnapshot(`
    "%0 = data label  i32[B]
    %2 = fused[one_hot sum](%0)  [3]  :: sum[k < B in lanes](select((x0[k] == #(i0)), 1, 0))
    %3 = data x  [B, 3]
    %4 = fused[one_hot mul](%0, %3)  [B, 3]  :: (select((x0[i0] == #(i1)), 1, 0) * x1[i0, i1])
    value counts = %2
    value y = %4
    "
  `);
});

test('fuseEpilogues: a fold takes its one elementwise user in, a second contraction stays outside', () => {
  const graph = makeGraph(({ g, data, param, matmul, apply }) => {
    const x = data('x', B, 3);
    const [V, W] = [param('V', 3, 4), param('W', 3, 4)];
    g.output('value', 'y', apply('add', matmul(x, V), matmul(x, W)));
  });
  expect(text(dropDead(fuseEpilogues(graph)))).toMatchInlineSnapshot(`
    "%0 = data x  [B, 3]
    %1 = param V  [3, 4]
    %2 = param W  [3, 4]
    %4 = matmul(%0, %2)  [B, 4]  :: sum[k < 3]((x0[i0, k] * x1[k, i1]))
    %5 = fused[matmul add](%0, %1, %4)  [B, 4]  :: (sum[k < 3]((x0[i0, k] * x1[k, i1])) + x2[i0, i1])
    value y = %5
    "
  `);
});

test('all of them on a dense layer with its update', () => {
  expect(text(optimize(dense(), { check: true }))).toMatchInlineSnapshot(`
    "%0 = data x  [B, 3]
    %1 = param W  [3, 4]
    %2 = param b  [4]
    %6 = fused[matmul broadcast add tanh](%0, %1, %2)  [B, 4]  :: tanh((sum[k < 3]((x0[i0, k] * x1[k, i1])) + x2[i1]))
    %8 = tanh slope(%6)  [B, 4]  :: (1 - (x0[i0, i1] * x0[i0, i1]))
    %11 = mean(%6)  []  :: (sum[k0 < B, k1 < 4 in lanes](x0[k0, k1]) / size(4·B))
    %13 = fused[transpose matmul times sub](%1, %0, %8)  [3, 4]  :: (x0[i0, i1] - (0.5 * sum[k < B]((x1[k, i0] * x2[k, i1]))))
    %16 = fused[sum times sub](%2, %8)  [4]  :: (x0[i0] - (0.5 * sum[k < B in lanes](x1[k, i0])))
    value loss = %11
    param W = %13
    param b = %16
    "
  `);
});

test('fused nodes remember their parts', () => {
  const graph = fuseElementwise(
    makeGraph(({ g, data, apply }) => g.output('value', 'y', apply('tanh', apply('exp', data('x', B))))),
  );
  const node = graph.nodes.at(-1)!;
  expect(node.op).toBe('fused');
  expect(node.attrs['parts']).toEqual([
    { op: 'exp', id: 1, span: null, label: null },
    { op: 'tanh', id: 2, span: null, label: null },
  ]);
});

test('inlined fold variables keep out of the way of those around them', () => {
  const graph = makeGraph(({ g, data }) => {
    const total = sumOver([{ name: 'k', extent: 3 }], load(0, ['i0', 'k']));
    g.output('value', 's', g.node('sum', {}, [data('x', B, 3)], shape(B), total));
  });
  const sum = graph.nodes[1]!;
  const extents = new Map([['k', B]]);
  const element = elementAt(sum, absolute(sum), [variable('k')], extents, new Set(['k']), () => 'float');
  expect(formulaText(element!)).toBe('sum[k_1 < 3 in lanes](x0[k, k_1])');
});

test('int positions stay ints where they are inlined', () => {
  const graph = makeGraph(({ g }) => {
    const ints = { ...shape(6), dtype: 'int' } as const;
    const at = g.node('iota', {}, [], ints, coordinate('i0'));
    const half = g.node('div', {}, [at], ints, div(loadHere(0, 1), number(2)));
    const same = select(call('eq', loadHere(0, 1), number(1)), number(1), number(0));
    g.output('value', 'ones', g.node('where', {}, [half], shape(6), same));
  });
  const optimised = optimize(graph, { check: true });
  expect(optimised.nodes).toHaveLength(1);
  expect(differences(runGraph(optimised, {}, {}, 'f32'), evaluateGraph(graph, {}, 'f32'))).toEqual([]);
});
