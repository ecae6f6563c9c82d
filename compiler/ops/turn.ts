import { type Affine, constant, plus, scale, variable } from '../ir/affine.ts';
import { coordinate } from '../ir/formula-build.ts';
import { tensor } from '../ir/tensor-type.ts';
import type { PrimitiveOp } from './op.ts';

/** The variable of a scan, or the number of one of its turns. */
export type TurnName = string | number;
export function turnIndex(turn: TurnName): Affine {
  return typeof turn === 'number' ? constant(turn) : variable(turn);
}

export const turn: PrimitiveOp<{ readonly turn: TurnName; readonly times?: 1 | -1; readonly plus?: number }> =
  {
    doc: 'Which turn of a scan it is, from 0, or minus that, plus a constant, as an int.',
    inputs: [],
    shape: () => tensor([], 'int'),
    formula: (_, attrs) =>
      coordinate(plus(scale(turnIndex(attrs.turn), attrs.times ?? 1), constant(attrs.plus ?? 0))),
    samples: [
      { shapes: [], attrs: { turn: 3 } },
      { shapes: [], attrs: { turn: 3, times: -1, plus: 5 } },
    ],
  };
