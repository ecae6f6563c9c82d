import { outVar } from '../ir/affine.ts';
import { load, sumOver } from '../ir/formula-build.ts';
import { type Axis, axis } from '../ir/tensor-type.ts';
import { mayLeave, meeting, outLoops, type Window, wholeSize, whereMeeting } from './convolution.ts';
import { type PrimitiveOp, refuse } from './op.ts';

export const overlapAdd: PrimitiveOp<{
  readonly windows: readonly Window[];
  readonly to: readonly Axis[];
}> = {
  doc: 'Adds up windows where they overlap, the derivative of `windows`: [B, ...at, ...sizes, C] → [B, ...to, C].',
  inputs: ['x'],
  shape([x], { windows, to }) {
    const rank = windows.length;
    if (x!.axes.length !== 2 + 2 * rank || to.length !== rank) refuse('overlap_add', `rank ${rank}`);
    return { ...x!, axes: [x!.axes[0]!, ...to, x!.axes.at(-1)!] };
  },
  formula([x], { windows, to }) {
    const rank = windows.length;
    const axes = x!.axes.slice(1, -1);
    const met = windows.map((window, i) =>
      meeting(outVar(1 + i), `k${i}`, wholeSize(axes[rank + i]!), window),
    );
    const at = [...met.map(({ o }) => o), ...met.map(({ u }) => u)];
    const folded = met.map(({ loop }) => loop).filter(({ extent }) => extent !== 1);
    const guarded = mayLeave(at, axes, [...outLoops(to, 1), ...folded]);
    return sumOver(folded, whereMeeting(met, load(0, [outVar(0), ...at, outVar(1 + rank)], guarded)));
  },
  derive: [
    ({ c, g, x: [x], attrs: { windows } }) => {
      const axes = x!.type.axes.slice(1, -1);
      const [to, sizes] = [axes.slice(0, windows.length), axes.slice(windows.length).map(wholeSize)];
      return c.windows(g, { windows, sizes, to });
    },
  ],
  samples: [
    {
      shapes: [[2, 4, 2, 2]],
      attrs: { windows: [{ stride: 1, dilation: 1, before: 0 }], to: [axis(5)] },
    },
    {
      shapes: [[1, 2, 3, 3, 2, 2]],
      attrs: {
        windows: [
          { stride: 2, dilation: 1, before: 1 },
          { stride: 2, dilation: 2, before: 1 },
        ],
        to: [axis(4), axis(5)],
      },
    },
    {
      shapes: [[1, 2, 2, 2]],
      attrs: { windows: [{ stride: 2, dilation: 1, before: 0 }], to: [axis(4)] },
    },
  ],
};
