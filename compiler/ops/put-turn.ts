import { minus, outVar, variable } from '../ir/affine.ts';
import { coordinate, eq, load, number, select } from '../ir/formula-build.ts';
import type { Axis } from '../ir/tensor-type.ts';
import type { PrimitiveOp } from './op.ts';
import { turnIndex, type TurnName } from './turn.ts';

export const putTurn: PrimitiveOp<{ readonly axis: number; readonly turn: TurnName; readonly to: Axis }> = {
  doc: 'A slice put where a turn of a scan belongs on a new axis; zeros elsewhere.',
  inputs: ['x'],
  shape: ([x], { axis, to }) => ({ ...x!, axes: x!.axes.toSpliced(axis, 0, to) }),
  formula([x], { axis, turn }) {
    const from = x!.axes.map((_, i) => outVar(i < axis ? i : i + 1));
    const off = coordinate(minus(variable(outVar(axis)), turnIndex(turn)));
    return select(eq(off, number(0)), load(0, from), number(0));
  },
  derive: [({ c, g, attrs: { axis, turn } }) => c.atTurn(g, { axis, turn })],
  samples: [
    { shapes: [[2]], attrs: { axis: 0, turn: 2, to: { name: null, size: 3 } } },
    { shapes: [[2, 2]], attrs: { axis: 1, turn: 0, to: { name: null, size: 3 } } },
  ],
};
