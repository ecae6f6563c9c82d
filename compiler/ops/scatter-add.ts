import { outVar } from '../ir/affine.ts';
import { coordinate, eq, load, number, select, sumInOrder } from '../ir/formula-build.ts';
import { type Axis, axis as makeAxis } from '../ir/tensor-type.ts';
import { type PrimitiveOp, refuse } from './op.ts';

export const scatterAdd: PrimitiveOp<{ readonly rows: Axis; readonly axis?: number }> = {
  doc: 'Adds entries into an axis of zeros, in the order of the ids: [...lead, ...rest] and ids [...lead] → [rows, ...rest]; `axis` says where the ids stand.',
  inputs: ['x', 'ids'],
  shape([x, ids], { rows, axis = 0 }) {
    const lead = ids!.axes.length;
    if (ids!.dtype !== 'int' || axis + lead > x!.axes.length) refuse('scatter_add', 'needs int ids');
    return { ...x!, axes: x!.axes.toSpliced(axis, lead, rows) };
  },
  formula([x, ids], { axis = 0 }) {
    const vars = ids!.axes.map((a, i) => ({ name: `k${i}`, extent: a.size }));
    const lead = vars.map((v) => v.name);
    const index = x!.axes.map((_, i) =>
      i < axis ? outVar(i) : (lead[i - axis] ?? outVar(i - lead.length + 1)),
    );
    const here = eq(load(1, lead), coordinate(outVar(axis)));
    return sumInOrder(vars, select(here, load(0, index), number(0)));
  },
  derive: [({ c, g, x: [, ids], attrs: { axis = 0 } }) => c.gather(g, ids!, { axis }), null],
  samples: [
    {
      shapes: [[3, 2], [3]],
      dtypes: ['float', 'int'],
      domain: [
        [-2, 2],
        [0, 3],
      ],
      attrs: { rows: makeAxis(4) },
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
      attrs: { rows: makeAxis(3) },
    },
    {
      shapes: [[2, 3, 2], [3]],
      dtypes: ['float', 'int'],
      domain: [
        [-2, 2],
        [0, 1],
      ],
      attrs: { rows: makeAxis(2), axis: 1 },
    },
  ],
};
