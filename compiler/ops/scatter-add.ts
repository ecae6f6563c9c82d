import { outVar } from '../ir/affine.ts';
import { coordinate, eq, load, number, select, sumInOrder } from '../ir/formula-build.ts';
import { type Axis, axis } from '../ir/tensor-type.ts';
import { type PrimitiveOp, refuse } from './op.ts';

export const scatterAdd: PrimitiveOp<{ readonly rows: Axis }> = {
  doc: 'Adds rows into a table of zeros, in the order of the ids: [...lead, ...rest] and ids [...lead] → [rows, ...rest].',
  inputs: ['x', 'ids'],
  shape([x, ids], { rows }) {
    if (ids!.dtype !== 'int' || ids!.axes.length > x!.axes.length) refuse('scatter_add', 'needs int ids');
    return { ...x!, axes: [rows, ...x!.axes.slice(ids!.axes.length)] };
  },
  formula([x, ids]) {
    const vars = ids!.axes.map((a, i) => ({ name: `k${i}`, extent: a.size }));
    const lead = vars.map((v) => v.name);
    const rest = x!.axes.slice(lead.length).map((_, i) => outVar(1 + i));
    const here = eq(load(1, lead), coordinate(outVar(0)));
    return sumInOrder(vars, select(here, load(0, [...lead, ...rest]), number(0)));
  },
  derive: [({ c, g, x: [, ids] }) => c.gather(g, ids!), null],
  samples: [
    {
      shapes: [[3, 2], [3]],
      dtypes: ['float', 'int'],
      domain: [
        [-2, 2],
        [0, 3],
      ],
      attrs: { rows: axis(4) },
    },
    {
      shapes: [
        [2, 2],
        [2, 2],
      ],
      dtypes: ['float', 'int'],
      domain: [
        [-2, 2],
        [0, 2],
      ],
      attrs: { rows: axis(3) },
    },
  ],
};
