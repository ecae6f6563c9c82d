import { type Axis, tensor } from '../ir/tensor-type.ts';
import { drawIndex, type Turns } from './linear-index.ts';
import type { PrimitiveOp } from './op.ts';

export const randomNormal: PrimitiveOp<{
  readonly stream: number;
  readonly axes: readonly Axis[];
  readonly turns?: Turns;
}> = {
  doc: 'Standard normal, a function of (seed, stream, step, position); never of the order of execution.',
  inputs: [],
  shape: (_, { axes }) => tensor(axes),
  formula: (_, { stream, axes, turns }) => ({
    kind: 'random',
    dist: 'normal',
    stream,
    index: drawIndex(axes, turns),
  }),
  samples: [{ shapes: [], attrs: { stream: 0, axes: [{ name: null, size: 5 }] } }],
};
