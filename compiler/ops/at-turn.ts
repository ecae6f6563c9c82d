import { outVar } from '../ir/affine.ts';
import { load } from '../ir/formula-build.ts';
import { type PrimitiveOp, refuse } from './op.ts';
import { turnIndex, type TurnName } from './turn.ts';

export const atTurn: PrimitiveOp<{ readonly axis: number; readonly turn: TurnName }> = {
  doc: 'The slice of an axis that belongs to a turn of a scan; the axis goes.',
  inputs: ['x'],
  shape: ([x], { axis }) =>
    axis < x!.axes.length
      ? { ...x!, axes: x!.axes.toSpliced(axis, 1) }
      : refuse('at_turn', `no axis ${axis}`),
  formula: ([x], { axis, turn }) =>
    load(
      0,
      x!.axes.map((_, i) => (i === axis ? turnIndex(turn) : outVar(i < axis ? i : i - 1))),
    ),
  derive: [
    ({ c, g, x: [x], attrs: { axis, turn } }) => c.putTurn(g, { axis, turn, to: x!.type.axes[axis]! }),
  ],
  samples: [
    { shapes: [[3, 2]], attrs: { axis: 0, turn: 2 } },
    { shapes: [[2, 3]], attrs: { axis: 1, turn: 1 } },
  ],
};
