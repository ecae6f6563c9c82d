import { outVar } from '../ir/affine.ts';
import { call, coordinate, load, number, outVars, select, sumInOrder } from '../ir/formula-build.ts';
import type { Formula } from '../ir/formula.ts';
import { type PrimitiveOp, refuse } from './op.ts';

/** a before b in a sorted row; NaN comes last, as in NumPy. */
function before(a: Formula, b: Formula): Formula {
  const ordered = call('eq', a, a);
  const unordered = call('ne', b, b);
  return call('or', call('lt', a, b), call('and', ordered, unordered));
}

export const rank: PrimitiveOp<{ readonly axis: number }> = {
  doc: 'The place of each element in its row sorted upwards along an axis, equal ones in order: a permutation. Counts the elements before it, n² comparisons a row. No gradient.',
  inputs: ['x'],
  shape([x], { axis }) {
    const along = x!.axes[axis] ?? refuse('rank', `no axis ${axis}`);
    if (x!.dtype === 'bool') refuse('rank', 'bools');
    return { dtype: 'int', axes: x!.axes, classes: along };
  },
  formula([x], { axis }) {
    const here = outVars(x!.axes.length);
    const mine = load(0, here);
    const other = load(0, here.map((name, i) => (i === axis ? 'k0' : name))); // prettier-ignore
    const earlier = call('lt', coordinate('k0'), coordinate(outVar(axis)));
    const tie = call('and', call('not', before(mine, other)), earlier);
    const counts = select(call('or', before(other, mine), tie), number(1), number(0));
    return sumInOrder([{ name: 'k0', extent: x!.axes[axis]!.size }], counts);
  },
  samples: [
    { shapes: [[5]], attrs: { axis: 0 } },
    { shapes: [[2, 4, 2]], attrs: { axis: 1 } },
    { shapes: [[6]], dtypes: ['int'], domain: [0, 3], attrs: { axis: 0 } },
  ],
};
