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

export const convWeight: PrimitiveOp<Convolution> = {
  doc: 'The derivative of `conv` by its kernel: [B, ...in, Ci], [B, ...out, Co] → [...to, Ci/groups, Co].',
  inputs: ['x', 'y'],
  shape([x, y], { windows, to, groups }) {
    const rank = windows.length;
    const ranks = [x!.axes.length - 2, y!.axes.length - 2, to.length];
    if (ranks.some((own) => own !== rank)) refuse('conv_weight', `ranks ${ranks.join()} of ${rank}`);
    const [inside, outside] = [x!.axes.at(-1)!, y!.axes.at(-1)!];
    if ([inside, outside].some((a) => wholeSize(a) % groups !== 0)) refuse('conv_weight', 'channels');
    const channels = groups === 1 ? inside : axis(wholeSize(inside) / groups);
    return { ...x!, axes: [...to, channels, outside] };
  },
  formula([x, y], { windows, to, groups }) {
    const rank = windows.length;
    const [inside, outside] = [x!, y!].map(({ axes }) => wholeSize(axes.at(-1)!) / groups) as [
      number,
      number,
    ];
    const folded = foldLoops('k', y!.axes.slice(0, -1));
    const names = folded.map(({ name }) => name);
    const co = outVar(1 + rank);
    const at = windows.map((window, i) => meets(names[1 + i]!, outVar(i), window));
    const { group } = channelOf(co, outside, groups);
    const channel = plus(scale(group, inside), variable(outVar(rank)));
    const guarded = mayLeave(at, spatial(x!), [...outLoops(to, 0), ...folded]);
    return sumInOrder(folded, mul(load(0, [names[0]!, ...at, channel], guarded), load(1, [...names, co])));
  },
  derive: [
    ({ c, g, x: [x, y], attrs }) => inputGradient(c, y!, g, { ...attrs, to: spatial(x!.type) }),
    ({ c, g, x: [x, y], attrs }) => c.conv(x!, g, { ...attrs, to: spatial(y!.type) }),
  ],
  samples: [
    {
      shapes: [
        [2, 5, 2],
        [2, 3, 2],
      ],
      attrs: { windows: [{ stride: 1, dilation: 1, before: 0 }], to: [axis(3)], groups: 1 },
    },
    {
      shapes: [
        [1, 4, 3, 2],
        [1, 2, 3, 2],
      ],
      attrs: {
        windows: [
          { stride: 2, dilation: 1, before: 1 },
          { stride: 1, dilation: 2, before: 1 },
        ],
        to: [axis(3), axis(2)],
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
  ],
};
