import { describe, expect, test } from 'vitest';
import { derive } from '../../compiler/2-derive/derive.ts';
import { optimize } from '../../compiler/3-optimize/optimize.ts';
import { lower } from '../../compiler/4-lower/lower.ts';
import { graphBuilder } from '../../compiler/ir/builder.ts';
import { openDim } from '../../compiler/ir/dim.ts';
import { allKernels, type Precision, type Program } from '../../compiler/ir/program.ts';
import { axis, tensor } from '../../compiler/ir/tensor-type.ts';
import { calculus } from '../../compiler/ops/calculus.ts';
import type { Window } from '../../compiler/ops/convolution.ts';
import { expectAgreement } from './agree.ts';

/** Large enough for panels, with sizes that fill none of them: every backend gives the bits of the plain loop. */
interface Layer {
  readonly of: readonly number[];
  readonly kernel: readonly number[];
  readonly windows: readonly Window[];
  readonly to: readonly number[];
  readonly groups?: number;
}
const window = (stride: number, before: number, dilation = 1): Window => ({ stride, dilation, before });
const layers: Readonly<Record<string, Layer>> = {
  'unpadded': { of: [9, 7, 5], kernel: [3, 2, 5, 6], windows: [window(1, 0), window(1, 0)], to: [7, 6] },
  'padded': { of: [9, 7, 5], kernel: [3, 3, 5, 6], windows: [window(1, 1), window(1, 1)], to: [9, 7] },
  'in steps of two': { of: [9, 8, 5], kernel: [3, 3, 5, 6], windows: [window(2, 1), window(2, 0)], to: [5, 4] },
  'in steps larger than the window': { of: [11, 6], kernel: [2, 6, 9], windows: [window(3, 1)], to: [4] },
  'dilated': { of: [12, 12, 3], kernel: [3, 3, 3, 8], windows: [window(1, 2, 2), window(1, 0, 3)], to: [12, 6] },
  'dilated in steps': { of: [20, 7], kernel: [3, 7, 9], windows: [window(2, 2, 2)], to: [10] },
  'of a pixel': { of: [6, 6, 8], kernel: [1, 1, 8, 12], windows: [window(1, 0), window(1, 0)], to: [6, 6] },
  'in groups': { of: [8, 8, 6], kernel: [3, 3, 3, 8], windows: [window(1, 1), window(1, 1)], to: [8, 8], groups: 2 },
  'in groups, in steps': { of: [9, 9, 8], kernel: [3, 3, 2, 12], windows: [window(2, 1), window(2, 1)], to: [5, 5], groups: 4 },
  'channel by channel': { of: [8, 8, 16], kernel: [3, 3, 1, 16], windows: [window(1, 1), window(2, 1)], to: [8, 4], groups: 16 },
  'deeper than a panel': { of: [5, 260], kernel: [5, 260, 5], windows: [window(1, 2)], to: [5] },
}; // prettier-ignore

describe.each(Object.entries(layers))('a convolution %s', (_, layer) => {
  test.each<Precision>(['f32', 'f64'])('%s', (precision) => {
    const program = programOf(layer, precision);
    expectAgreement(program, [3]);
    expectAgreement(program, [2]);
  });
});

test.each(Object.entries(layers))('the kernels of a convolution %s', (_, layer) => {
  const text = allKernels(programOf(layer, 'f32').entries['step']!).map(({ nodes, loops, contraction }) => {
    const names = (of: readonly string[]): string =>
      loops.filter(({ name }) => of.includes(name)).map(({ extent }) => (typeof extent === 'number' ? extent : 'B')).join('·'); // prettier-ignore
    return nodes.length > 0 && contraction
      ? `batch ${names(contraction.batch)} m ${names(contraction.m)} n ${names(contraction.n)}`
      : 'none';
  });
  expect(text).toMatchSnapshot();
});

/** `y = conv(x, w) + bias`, and the gradients of Σ c·y. */
function programOf({ of, kernel, windows, to, groups = 1 }: Layer, precision: Precision): Program {
  const builder = graphBuilder();
  const c = calculus(builder);
  const B = axis(openDim('B'), 'B');
  const leaf = (name: string, sizes: readonly number[], batch = false) =>
    builder.leaf({ kind: 'data', name }, tensor([...(batch ? [B] : []), ...sizes.map((size) => axis(size))]));
  const [x, w] = [leaf('x', of, true), leaf('w', kernel)];
  const outputs = [...to, kernel.at(-1)!];
  const y = c.conv(x, w, { windows, to: to.map((size) => axis(size)), groups });
  const all = y.type.axes.map((_, i) => i);
  const bias = c.broadcast(leaf('bias', [kernel.at(-1)!]), { axes: [all.length - 1], to: y.type.axes });
  const loss = c.sum(c.mul(leaf('c', outputs, true), y), { axes: all });
  builder.output('value', 'y', c.maximum(c.number(0), c.add(y, bias)));
  builder.output('value', 'dx', builder.grad(loss, x));
  builder.output('value', 'dw', builder.grad(loss, w));
  const graph = optimize(derive(builder.finish()).graph, { check: true });
  return lower({ step: graph }, { precision, capacities: { B: 3 } });
}
