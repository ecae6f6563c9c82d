import { sameDim } from '../ir/dim.ts';
import { call, eq, load, mul, number, select, sumOver } from '../ir/formula-build.ts';
import { type PrimitiveOp, refuse } from './op.ts';
import { distinct } from './reduction.ts';

export const below: PrimitiveOp<{ readonly ties: number }> = {
  doc: 'For each element of x [n], the weights of the elements below it, and of its equals (itself among them) the share `ties`: n² comparisons. No gradient into x.',
  inputs: ['x', 'weights'],
  shape([x, weights]) {
    const [a, b] = [x!, weights!].map(({ axes }) =>
      axes.length === 1 ? axes[0]! : refuse('below', 'one axis'),
    );
    if (!sameDim(a!.size, b!.size)) refuse('below', 'a weight for each element');
    return weights!;
  },
  formula([x], { ties }) {
    const [mine, other, weight] = [load(0, ['i0']), load(0, ['k0']), load(1, ['k0'])];
    const equal = select(eq(other, mine), mul(number(ties), weight), number(0));
    const counted = select(call('lt', other, mine), weight, equal);
    return sumOver([{ name: 'k0', extent: x!.axes[0]!.size }], counted);
  },
  // Who is above whom, the other way round.
  derive: [null, ({ c, g, x: [x], attrs }) => c.below(c.neg(x!), g, attrs)],
  samples: [
    { shapes: [[5], [5]], attrs: { ties: 0.5 }, smooth: distinct },
    {
      shapes: [[4], [4]],
      dtypes: ['int', 'float'],
      domain: [
        [0, 2],
        [-2, 2],
      ],
      attrs: { ties: 0.25 },
    },
  ],
};
