import { graphBuilder, type GraphBuilder, type Value } from '../../compiler/ir/builder.ts';
import { type Dim, openDim } from '../../compiler/ir/dim.ts';
import { call, div, load, loadHere, mul, number, sizeOfDim, sub, sumInOrder, sumOver } from '../../compiler/ir/formula-build.ts'; // prettier-ignore
import type { ScalarFn } from '../../compiler/ir/formula.ts';
import type { Graph } from '../../compiler/ir/graph.ts';
import { axis, elements, tensor, type TensorType } from '../../compiler/ir/tensor-type.ts';
import { lower } from '../../compiler/4-lower/lower.ts';
import type { Kernel } from '../../compiler/ir/kernel.ts';
import { allKernels, type Program } from '../../compiler/ir/program.ts';

export const B = openDim('B');
export const capacities = { B: 8 };
export const shape = (...dims: readonly Dim[]): TensorType => tensor(dims.map((dim) => axis(dim)));

/** A few ops by hand: stages under test see formulas, not the catalog. */
export interface Ops {
  readonly g: GraphBuilder;
  readonly data: (name: string, ...dims: readonly Dim[]) => Value;
  readonly param: (name: string, ...dims: readonly Dim[]) => Value;
  readonly matmul: (a: Value, b: Value) => Value;
  readonly apply: (fn: ScalarFn, ...x: readonly Value[]) => Value;
  /** A vector along the last axis of `like`. */
  readonly rows: (x: Value, like: Value) => Value;
  readonly transpose: (x: Value) => Value;
  readonly sumRows: (x: Value) => Value;
  readonly mean: (x: Value) => Value;
  readonly times: (x: Value, by: number) => Value;
}

export function makeGraph(build: (ops: Ops) => void): Graph {
  const g = graphBuilder();
  const size = (x: Value, i: number): Dim => x.type.axes[i]!.size;
  build({
    g,
    data: (name, ...dims) => g.leaf({ kind: 'data', name }, shape(...dims)),
    param: (name, ...dims) => g.leaf({ kind: 'param', name }, shape(...dims)),
    matmul: (a, b) =>
      g.node(
        'matmul', {}, [a, b], shape(size(a, 0), size(b, 1)),
        sumInOrder([{ name: 'k', extent: size(a, 1) }], mul(load(0, ['i0', 'k']), load(1, ['k', 'i1']))),
      ), // prettier-ignore
    apply: (fn, ...x) =>
      g.node(fn, {}, x, x[0]!.type, call(fn, ...x.map((_, i) => loadHere(i, x[0]!.type.axes.length)))),
    rows: (x, like) => g.node('broadcast', {}, [x], like.type, load(0, ['i1'])),
    transpose: (x) => g.node('transpose', {}, [x], shape(size(x, 1), size(x, 0)), load(0, ['i1', 'i0'])),
    sumRows: (x) =>
      g.node(
        'sum',
        {},
        [x],
        shape(size(x, 1)),
        sumOver([{ name: 'k', extent: size(x, 0) }], load(0, ['k', 'i0'])),
      ),
    mean: (x) => {
      const vars = x.type.axes.map(({ size }, i) => ({ name: `k${i}`, extent: size }));
      const total = sumOver(vars, load(0, vars.map((v) => v.name))); // prettier-ignore
      return g.node('mean', {}, [x], shape(), div(total, sizeOfDim(elements(x.type))));
    },
    times: (x, by) => g.node('times', {}, [x], x.type, mul(number(by), loadHere(0, x.type.axes.length))),
  });
  return g.finish();
}

export function kernelsOf(graph: Graph): readonly Kernel[] {
  return allKernels(programOf(graph).entries['step']!);
}
export function programOf(graph: Graph): Program {
  return lower({ step: graph }, { precision: 'f32', capacities });
}

/** `tanh(x W + b)`, its mean as loss, and plain gradient descent. */
export const dense = (): Graph =>
  makeGraph(({ g, data, param, matmul, apply, rows, transpose, sumRows, mean, times }) => {
    const x = data('x', B, 3);
    const W = param('W', 3, 4);
    const b = param('b', 4);
    const z = matmul(x, W);
    const h = apply('tanh', apply('add', z, rows(b, z)));
    const one = g.node('constant', {}, [], h.type, number(1));
    const dz = g.node(
      'tanh slope',
      {},
      [one, h],
      h.type,
      sub(loadHere(0, 2), mul(loadHere(1, 2), loadHere(1, 2))),
    );
    const dW = matmul(transpose(x), dz);
    g.output('value', 'loss', mean(h));
    g.output('param', 'W', apply('sub', W, times(dW, 0.5)));
    g.output('param', 'b', apply('sub', b, times(sumRows(dz), 0.5)));
  });
