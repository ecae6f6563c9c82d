import { outVar } from '../ir/affine.ts';
import { load, outVars, valueIndex } from '../ir/formula-build.ts';
import { type PrimitiveOp, refuse } from './op.ts';

export const gather: PrimitiveOp<{}> = {
  doc: 'Rows of a table by number: [V, ...rest] and ids [...lead] → [...lead, ...rest]. No gradient into ids.',
  inputs: ['table', 'ids'],
  shape([table, ids]) {
    if (ids!.dtype !== 'int' || table!.axes.length === 0) refuse('gather', 'needs a table and int ids');
    return { ...table!, axes: [...ids!.axes, ...table!.axes.slice(1)] };
  },
  formula([table, ids]) {
    const lead = ids!.axes.length;
    const rest = table!.axes.slice(1).map((_, i) => outVar(lead + i));
    return load(0, [valueIndex(load(1, outVars(lead))), ...rest]);
  },
  derive: [({ c, g, x: [table, ids] }) => c.scatterAdd(g, ids!, { rows: table!.type.axes[0]! }), null],
  samples: [
    {
      shapes: [[4, 2], [3]],
      dtypes: ['float', 'int'],
      domain: [
        [-2, 2],
        [0, 3],
      ],
    },
    {
      shapes: [[4], [2, 2]],
      dtypes: ['float', 'int'],
      domain: [
        [-2, 2],
        [0, 3],
      ],
    },
    {
      shapes: [[3, 2], []],
      dtypes: ['float', 'int'],
      domain: [
        [-2, 2],
        [0, 2],
      ],
    },
  ],
};
