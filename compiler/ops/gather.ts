import { outVar } from '../ir/affine.ts';
import { sameDim } from '../ir/dim.ts';
import { load, outVars, valueIndex } from '../ir/formula-build.ts';
import { type PrimitiveOp, refuse } from './op.ts';

export const gather: PrimitiveOp<{ readonly axis?: number }> = {
  doc: 'Entries of an axis by number, of the first unless said: [V, ...rest] and ids [...lead] → [...lead, ...rest]. A number outside reads 0. No gradient into ids.',
  inputs: ['table', 'ids'],
  shape([table, ids], { axis = 0 }) {
    if (ids!.dtype !== 'int' || !table!.axes[axis]) refuse('gather', 'needs a table and int ids');
    return { ...table!, axes: table!.axes.toSpliced(axis, 1, ...ids!.axes) };
  },
  formula([table, ids], { axis = 0 }) {
    const lead = ids!.axes.length;
    const vars = outVars(table!.axes.length - 1 + lead);
    const id = valueIndex(load(1, vars.slice(axis, axis + lead)));
    // Classes of this very axis were checked where they were read.
    const inside = ids!.classes !== undefined && sameDim(ids!.classes.size, table!.axes[axis]!.size);
    const index = table!.axes.map((_, i) => (i === axis ? id : outVar(i < axis ? i : i + lead - 1)));
    return load(0, index, !inside);
  },
  derive: [
    ({ c, g, x: [table, ids], attrs: { axis = 0 } }) =>
      c.scatterAdd(g, ids!, { rows: table!.type.axes[axis]!, axis }),
    null,
  ],
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
    {
      shapes: [
        [2, 4, 2],
        [2, 3],
      ],
      dtypes: ['float', 'int'],
      domain: [
        [-2, 2],
        [0, 3],
      ],
      attrs: { axis: 1 },
    },
  ],
};
