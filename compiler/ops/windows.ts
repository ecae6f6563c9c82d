import type { Affine } from '../ir/affine.ts';
import { outVar } from '../ir/affine.ts';
import { call, coordinate, load, number, select } from '../ir/formula-build.ts';
import type { Formula } from '../ir/formula.ts';
import { type Axis, axis } from '../ir/tensor-type.ts';
import { mayLeave, meets, outLoops, spatial, type Window, wholeSize } from './convolution.ts';
import { type PrimitiveOp, refuse } from './op.ts';

export const windows: PrimitiveOp<{
  readonly windows: readonly Window[];
  readonly sizes: readonly number[];
  /** Where the windows stand. */
  readonly to: readonly Axis[];
  /** What is read outside: 0 where nothing is said. */
  readonly outside?: number;
}> = {
  doc: 'What a moving window sees: [B, ...in, C] → [B, ...to, ...sizes, C].',
  inputs: ['x'],
  shape([x], { windows: moves, sizes, to }) {
    const ranks = [x!.axes.length - 2, sizes.length, to.length];
    if (ranks.some((own) => own !== moves.length)) refuse('windows', `ranks ${ranks.join()}`);
    return { ...x!, axes: [x!.axes[0]!, ...to, ...sizes.map((size) => axis(size)), x!.axes.at(-1)!] };
  },
  formula([x], { windows: moves, sizes, to, outside = 0 }) {
    const rank = moves.length;
    const loops = outLoops([...to, ...sizes.map((size) => axis(size))], 1);
    const at = moves.map((move, i) => meets(outVar(1 + i), outVar(1 + rank + i), move));
    const index = [outVar(0), ...at, outVar(1 + 2 * rank)];
    if (!mayLeave(at, spatial(x!), loops)) return load(0, index);
    const element = load(0, index, true);
    return outside === 0 ? element : select(inside(at, spatial(x!)), element, number(outside));
  },
  derive: [({ c, g, x: [x], attrs }) => c.overlapAdd(g, { windows: attrs.windows, to: spatial(x!.type) })],
  samples: [
    {
      shapes: [[2, 5, 2]],
      attrs: { windows: [{ stride: 1, dilation: 1, before: 0 }], sizes: [2], to: [axis(4)] },
    },
    {
      shapes: [[1, 4, 5, 2]],
      attrs: {
        windows: [
          { stride: 2, dilation: 1, before: 1 },
          { stride: 2, dilation: 2, before: 1 },
        ],
        sizes: [3, 2],
        to: [axis(2), axis(3)],
        outside: 1.5,
      },
    },
    {
      shapes: [[1, 4, 4, 1]],
      attrs: {
        windows: [
          { stride: 2, dilation: 1, before: 0 },
          { stride: 1, dilation: 2, before: 2 },
        ],
        sizes: [2, 3],
        to: [axis(2), axis(4)],
      },
    },
  ],
};

/** 0 ≤ index < size along every axis. */
function inside(index: readonly Affine[], axes: readonly Axis[]): Formula {
  const tests = index.flatMap((at, i) => [
    call('ge', coordinate(at), number(0)),
    call('lt', coordinate(at), number(wholeSize(axes[i]!))),
  ]);
  return tests.reduce((all, test) => call('and', all, test));
}
