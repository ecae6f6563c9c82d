import { outVar, plus, scale, variable } from '../ir/affine.ts';
import { load, mul, sumInOrder } from '../ir/formula-build.ts';
import { type Axis, axis } from '../ir/tensor-type.ts';
import {
  channelOf,
  type Convolution,
  mayLeave,
  meeting,
  outLoops,
  spatial,
  whereMeeting,
  wholeSize,
} from './convolution.ts';
import { type PrimitiveOp, refuse } from './op.ts';

export const convInput: PrimitiveOp<Convolution> = {
  doc: 'Transposed convolution, the derivative of `conv` by its input: [B, ...out, Co], [...window, Ci/groups, Co] → [B, ...to, Ci].',
  inputs: ['y', 'w'],
  shape([y, w], { windows, to, groups }) {
    const rank = windows.length;
    const ranks = [y!.axes.length - 2, w!.axes.length - 2, to.length];
    if (ranks.some((own) => own !== rank)) refuse('conv_input', `ranks ${ranks.join()} of ${rank}`);
    const [inside, outside] = w!.axes.slice(-2) as [Axis, Axis];
    if (y!.axes.at(-1)!.size !== outside.size || wholeSize(outside) % groups !== 0)
      refuse('conv_input', 'channels');
    const channels = groups === 1 ? inside : axis(wholeSize(inside) * groups);
    return { ...y!, axes: [y!.axes[0]!, ...to, channels] };
  },
  formula([y, w], { windows, to, groups }) {
    const rank = windows.length;
    const [inside, outside] = w!.axes.slice(-2).map(wholeSize) as [number, number];
    const part = outside / groups;
    const met = windows.map((window, i) => meeting(outVar(1 + i), `k${i}`, wholeSize(w!.axes[i]!), window));
    const folded = [...met.map(({ loop }) => loop), { name: `k${rank}`, extent: part }];
    const { group, within } = channelOf(outVar(1 + rank), inside, groups);
    const channel = plus(scale(group, part), variable(`k${rank}`));
    const [o, u] = [met.map((m) => m.o), met.map((m) => m.u)];
    const loops = [...outLoops(to, 1), ...folded];
    const product = mul(
      load(0, [outVar(0), ...o, channel], mayLeave(o, spatial(y!), loops)),
      load(1, [...u, within, channel], mayLeave(u, w!.axes.slice(0, rank), loops)),
    );
    return sumInOrder(folded, whereMeeting(met, product));
  },
  derive: [
    ({ c, g, x: [y, w], attrs }) => c.conv(g, w!, { ...attrs, to: spatial(y!.type) }),
    ({ c, g, x: [y, w], attrs }) => c.convWeight(g, y!, { ...attrs, to: w!.type.axes.slice(0, -2) }),
  ],
  samples: [
    {
      shapes: [
        [2, 3, 2],
        [3, 2, 2],
      ],
      attrs: { windows: [{ stride: 1, dilation: 1, before: 0 }], to: [axis(5)], groups: 1 },
    },
    {
      shapes: [
        [1, 2, 3, 3],
        [3, 2, 2, 3],
      ],
      attrs: {
        windows: [
          { stride: 2, dilation: 1, before: 1 },
          { stride: 1, dilation: 2, before: 1 },
        ],
        to: [axis(4), axis(3)],
        groups: 1,
      },
    },
    {
      shapes: [
        [2, 2, 6],
        [2, 2, 6],
      ],
      attrs: { windows: [{ stride: 2, dilation: 2, before: 1 }], to: [axis(5)], groups: 2 },
    },
    {
      shapes: [
        [1, 3, 2],
        [2, 1, 2],
      ],
      attrs: { windows: [{ stride: 3, dilation: 1, before: 0 }], to: [axis(9)], groups: 2 },
    },
  ],
};
