import { outVar, plus, scale, variable } from '../ir/affine.ts';
import { load, mul, sumInOrder } from '../ir/formula-build.ts';
import { axis } from '../ir/tensor-type.ts';
import {
  channelOf,
  type Convolution,
  foldLoops,
  inputGradient,
  mayLeave,
  meets,
  outLoops,
  spatial,
  wholeSize,
} from './convolution.ts';
import { type PrimitiveOp, refuse } from './op.ts';

export const conv: PrimitiveOp<Convolution> = {
  doc: 'Convolution (without the flip, as in networks) over the axes between batch and channels: [B, ...in, Ci], [...window, Ci/groups, Co] → [B, ...to, Co].',
  inputs: ['x', 'w'],
  shape([x, w], { windows, to, groups }) {
    const rank = windows.length;
    const ranks = [x!.axes.length - 2, w!.axes.length - 2, to.length];
    if (ranks.some((own) => own !== rank)) refuse('conv', `ranks ${ranks.join()} of ${rank}`);
    const [inside, outside] = w!.axes.slice(-2).map(wholeSize) as [number, number];
    if (x!.axes.at(-1)!.size !== inside * groups || outside % groups !== 0) refuse('conv', 'channels');
    return { ...x!, axes: [x!.axes[0]!, ...to, w!.axes.at(-1)!] };
  },
  formula([x, w], { windows, to, groups }) {
    const rank = windows.length;
    const [inside, outside] = w!.axes.slice(-2).map(wholeSize) as [number, number];
    const folded = foldLoops('k', w!.axes.slice(0, -1));
    const names = folded.map(({ name }) => name);
    const [co, ci] = [outVar(1 + rank), names.at(-1)!];
    const at = windows.map((window, i) => meets(outVar(1 + i), names[i]!, window));
    const { group } = channelOf(co, outside / groups, groups);
    const channel = plus(scale(group, inside), variable(ci));
    const guarded = mayLeave(at, spatial(x!), [...outLoops(to, 1), ...folded]);
    return sumInOrder(folded, mul(load(0, [outVar(0), ...at, channel], guarded), load(1, [...names, co])));
  },
  derive: [
    ({ c, g, x: [x, w], attrs }) => inputGradient(c, g, w!, { ...attrs, to: spatial(x!.type) }),
    ({ c, g, x: [x, w], attrs }) => c.convWeight(x!, g, { ...attrs, to: w!.type.axes.slice(0, -2) }),
  ],
  samples: [
    {
      shapes: [
        [2, 5, 2],
        [3, 2, 2],
      ],
      attrs: { windows: [{ stride: 1, dilation: 1, before: 0 }], to: [axis(3)], groups: 1 },
    },
    {
      shapes: [
        [1, 4, 3, 2],
        [3, 2, 2, 3],
      ],
      attrs: {
        windows: [
          { stride: 2, dilation: 1, before: 1 },
          { stride: 1, dilation: 2, before: 1 },
        ],
        to: [axis(2), axis(3)],
        groups: 1,
      },
    },
    {
      shapes: [
        [2, 4, 4],
        [2, 2, 6],
      ],
      attrs: { windows: [{ stride: 2, dilation: 2, before: 1 }], to: [axis(2)], groups: 2 },
    },
    {
      shapes: [
        [1, 2, 3, 2],
        [2, 2, 1, 4],
      ],
      attrs: {
        windows: [
          { stride: 1, dilation: 1, before: 0 },
          { stride: 1, dilation: 1, before: 1 },
        ],
        to: [axis(1), axis(4)],
        groups: 2,
      },
    },
  ],
};
