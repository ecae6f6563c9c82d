import { expect, test } from 'vitest';
import { derive } from '../../compiler/2-derive/derive.ts';
import { graphBuilder, type GraphBuilder, type Value } from '../../compiler/ir/builder.ts';
import { openDim } from '../../compiler/ir/dim.ts';
import { assertGraph } from '../../compiler/ir/graph-check.ts';
import { printGraph } from '../../compiler/ir/graph-print.ts';
import { axis, scalar, tensor } from '../../compiler/ir/tensor-type.ts';
import { type Calculus, calculus } from '../../compiler/ops/calculus.ts';
import { evaluateOutputs } from '../evaluate.ts';

const B = axis(openDim('B'), 'B');
const H = axis(8, 'H');

/** Builds, derives and checks. */
function derived(build: (b: GraphBuilder, c: Calculus) => void): ReturnType<typeof derive> {
  const b = graphBuilder();
  build(b, calculus(b));
  const result = derive(b.finish());
  assertGraph(result.graph, 'after derive');
  return result;
}
const data = (b: GraphBuilder, name: string): Value => b.leaf({ kind: 'data', name }, scalar);

test('xor: every backward node says where it comes from; dx is not computed', () => {
  const { graph, independent } = derived((b, c) => {
    const at = <T>(line: number, body: () => T): T =>
      b.within({ span: { file: 'xor.bpnet', start: line, end: line } }, body);
    const x = b.leaf({ kind: 'data', name: 'd.x' }, tensor([B, axis(2)]));
    const y = b.leaf({ kind: 'data', name: 'd.y' }, tensor([B, axis(1)]));
    const w1 = b.leaf({ kind: 'param', name: 'W1' }, tensor([axis(2), H]));
    const b1 = b.leaf({ kind: 'param', name: 'b1' }, tensor([H]));
    const w2 = b.leaf({ kind: 'param', name: 'W2' }, tensor([H, axis(1)]));
    const h = at(14, () => {
      const product = c.matmul(x, w1);
      return c.tanh(c.add(product, c.broadcast(b1, { axes: [1], to: product.type.axes })));
    });
    b.name(h, 'h');
    const z = at(15, () => c.matmul(h, w2));
    const loss = at(23, () => {
      const bce = c.sub(c.softplus(z), c.mul(z, y));
      return c.mean(bce, { axes: [0, 1] });
    });
    for (const [name, w] of Object.entries({ W1: w1, b1, W2: w2 })) {
      const g = b.grad(loss, w, { label: `d${name}` });
      b.output('param', name, c.sub(w, c.mul(c.number(0.1), g)));
    }
  });
  expect(independent).toEqual([]);
  expect(printGraph(graph, { place: ({ file, start }) => `${file}:${start}` })).toMatchInlineSnapshot(`
    "%0 = data d.x  [B, 2]
    %1 = data d.y  [B, 1]
    %2 = param W1  [2, H]
    %3 = param b1  [H]
    %4 = param W2  [H, 1]
    %5 = matmul(%0, %2)  [B, H]  xor.bpnet:14
    %6 = broadcast{axes: [1], to: [B, H]}(%3)  [B, H]  xor.bpnet:14
    %7 = add(%5, %6)  [B, H]  xor.bpnet:14
    %8 h = tanh(%7)  [B, H]  xor.bpnet:14
    %9 = matmul(%8, %4)  [B, 1]  xor.bpnet:15
    %10 = softplus(%9)  [B, 1]  xor.bpnet:23
    %11 = mul(%9, %1)  [B, 1]  xor.bpnet:23
    %12 = sub(%10, %11)  [B, 1]  xor.bpnet:23
    %13 = sum{axes: [0, 1]}(%12)  []  xor.bpnet:23
    %14 = size{dim: B}()  []  xor.bpnet:23
    %15 = div(%13, %14)  []  xor.bpnet:23
    %31 = constant{value: 1, dtype: float}()  []  xor.bpnet:23  <- seed of %15
    %32 = div(%31, %14)  []  xor.bpnet:23  <- div.a of %15
    %33 = broadcast{axes: [], to: [B, 1]}(%32)  [B, 1]  xor.bpnet:23  <- sum.x of %13
    %34 = neg(%33)  [B, 1]  xor.bpnet:23  <- sub.b of %12
    %35 = mul(%34, %1)  [B, 1]  xor.bpnet:23  <- mul.a of %11
    %36 = softplus'(%33, %9)  [B, 1]  xor.bpnet:23  <- softplus.x of %10
    %37 = add(%35, %36)  [B, 1]  xor.bpnet:15  <- sum of paths of %9
    %38 = einsum{inputs: [[m, n], [k, n]], output: [m, k]}(%37, %4)  [B, H]  xor.bpnet:15  <- matmul.a of %9
    %39 dW2 = einsum{inputs: [[m, n], [m, k]], output: [k, n]}(%37, %8)  [H, 1]  xor.bpnet:15  <- matmul.b of %9
    %40 = tanh'(%38, %8)  [B, H]  xor.bpnet:14  <- tanh.x of %8
    %41 db1 = sum{axes: [0]}(%40)  [H]  xor.bpnet:14  <- broadcast.x of %6
    %42 dW1 = einsum{inputs: [[m, n], [m, k]], output: [k, n]}(%40, %0)  [2, H]  xor.bpnet:14  <- matmul.b of %5
    %17 = constant{value: 0.1, dtype: float}()  []
    %18 = broadcast{axes: [], to: [2, H]}(%17)  [2, H]
    %19 = mul(%18, %42)  [2, H]
    %20 = sub(%2, %19)  [2, H]
    %22 = constant{value: 0.1, dtype: float}()  []
    %23 = broadcast{axes: [], to: [H]}(%22)  [H]
    %24 = mul(%23, %41)  [H]
    %25 = sub(%3, %24)  [H]
    %27 = constant{value: 0.1, dtype: float}()  []
    %28 = broadcast{axes: [], to: [H, 1]}(%27)  [H, 1]
    %29 = mul(%28, %39)  [H, 1]
    %30 = sub(%4, %29)  [H, 1]
    param W1 = %20
    param b1 = %25
    param W2 = %30
    "
  `);
});

test('inner questions first: third derivative of sin(x²)', () => {
  const { graph } = derived((b, c) => {
    let y = c.sin(c.powi(data(b, 'x'), { exponent: 2 }));
    for (let order = 0; order < 3; order++) y = b.grad(y, { id: 0, type: scalar });
    b.output('value', 'y', y);
  });
  const x = 0.7;
  const expected = -12 * x * Math.sin(x * x) - 8 * x ** 3 * Math.cos(x * x);
  expect(evaluateOutputs(graph, { x: [x] })['y']![0]).toBeCloseTo(expected, 12);
});

test('fifth derivative of tanh, from its output at every step', () => {
  const { graph } = derived((b, c) => {
    let y = c.tanh(data(b, 'x'));
    for (let order = 0; order < 5; order++) y = b.grad(y, { id: 0, type: scalar });
    b.output('value', 'y', y);
  });
  const t = Math.tanh(0.3);
  // d⁵ tanh = (1 − t²)(16 − 120 t² + 120 t⁴)
  const expected = (1 - t * t) * (16 - 120 * t * t + 120 * t ** 4);
  expect(evaluateOutputs(graph, { x: [0.3] })['y']![0]).toBeCloseTo(expected, 10);
});

test('one backward pass serves every x of one y', () => {
  const shared = derived((b, c) => {
    const [x, w] = [data(b, 'x'), data(b, 'w')];
    const y = c.exp(c.mul(x, w));
    b.output('value', 'x', b.grad(y, x));
    b.output('value', 'w', b.grad(y, w));
    b.output('value', 'x again', b.grad(y, x));
  });
  const rules = shared.graph.nodes.map((node) => node.origin?.rule).filter(Boolean);
  expect(rules).toEqual(['seed', 'exp.x', 'mul.a', 'mul.b']);
  const [x, , again] = shared.graph.outputs;
  expect(again!.node).toBe(x!.node);
});

test('x may be an intermediate value, and lie before another x', () => {
  const { graph } = derived((b, c) => {
    const x = data(b, 'x');
    const u = c.sin(x);
    const y = c.mul(u, c.mul(u, x));
    b.output('value', 'u', b.grad(y, u)); // 2ux
    b.output('value', 'x', b.grad(y, x)); // 2ux cos x + u²
    b.output('value', 'y', b.grad(y, y));
  });
  const u = Math.sin(0.4);
  const out = evaluateOutputs(graph, { x: [0.4] });
  expect(out['u']![0]).toBeCloseTo(2 * u * 0.4, 14);
  expect(out['x']![0]).toBeCloseTo(2 * u * 0.4 * Math.cos(0.4) + u * u, 14);
  expect(out['y']).toEqual([1]);
});

test('what y does not depend on gives zeros and is reported; detach, ints and jumps cut', () => {
  const span = { file: 'f', start: 1, end: 2 };
  const { graph, independent } = derived((b, c) => {
    const x = b.leaf({ kind: 'data', name: 'x' }, tensor([axis(2)]));
    const other = b.leaf({ kind: 'data', name: 'other' }, tensor([axis(2)]));
    const cut = [c.detach(x), c.floor(x), c.toFloat(c.toInt(x)), c.toFloat(c.less(x, other))];
    const y = c.sum(cut.reduce((a, v) => c.add(a, v)), { axes: [0] }); // prettier-ignore
    b.output('value', 'cut', b.grad(y, x, { span }));
    const late = c.exp(y);
    b.output('value', 'later', b.grad(y, late));
  });
  expect(independent.map(({ x, span }) => [x, span])).toEqual([
    [0, span],
    [13, null],
  ]);
  const out = evaluateOutputs(graph, { x: [1.5, 2], other: [0, 0] });
  expect([out['cut'], out['later']]).toEqual([[0, 0], [0]]);
});

test('only what leads to x gets a cotangent', () => {
  const { graph } = derived((b, c) => {
    const [x, heavy] = [data(b, 'x'), data(b, 'heavy')];
    const y = c.mul(c.sin(c.exp(heavy)), x);
    b.output('value', 'x', b.grad(y, x));
  });
  const rules = graph.nodes.map((node) => node.origin?.rule).filter(Boolean);
  expect(rules).toEqual(['seed', 'mul.b']);
});

test('forward nodes keep their ids, labels and order; answers take the name of the question', () => {
  const { graph } = derived((b, c) => {
    const x = data(b, 'x');
    const y = c.sin(x);
    b.output('value', 'g', c.neg(b.grad(y, x, { label: 'slope' })));
  });
  expect(printGraph(graph)).toMatchInlineSnapshot(`
    "%0 = data x  []
    %1 = sin(%0)  []
    %4 = constant{value: 1, dtype: float}()  []  <- seed of %1
    %5 slope = sin'(%4, %0)  []  <- sin.x of %1
    %3 = neg(%5)  []
    value g = %3
    "
  `);
});

test('y must be a float scalar', () => {
  const build = (b: GraphBuilder): void => {
    const x = b.leaf({ kind: 'data', name: 'x' }, tensor([H]));
    b.grad(x, x);
  };
  expect(() => derived(build)).toThrow('not a float scalar');
});

test('an elementwise rule that is missing refuses', () => {
  const build = (b: GraphBuilder, c: Calculus): void => {
    const x = b.leaf({ kind: 'data', name: 'x' }, tensor([H]));
    const { formula } = b.get(c.amax(x, { axes: [0] }).id);
    const y = b.node('strange', {}, [x], scalar, formula!);
    b.output('value', 'g', b.grad(y, x));
  };
  expect(() => derived(build)).toThrow('strange: no rule for its derivative');
});
