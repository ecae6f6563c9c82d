import { outVar, renameVars } from '../ir/affine.ts';
import { mapIndices } from '../ir/formula-walk.ts';
import type { DimSizes } from '../ir/dim.ts';
import type { Node } from '../ir/graph.ts';
import type { BufferId, Kernel, Loop } from '../ir/kernel.ts';
import { scatterOf } from '../ir/scatter.ts';
import { elements, type TensorType } from '../ir/tensor-type.ts';
import { statementsOf } from './body.ts';
import { collapse, renumber } from './collapse.ts';
import { type FormulaContext, valueOf } from './formula-values.ts';
import { splitLoops } from './split.ts';
import { axisVars, flatten, spaceOf } from './space.ts';

/** Rows that are nowhere in the table go to one behind its end, which nobody reads. */
export function scatterType(type: TensorType): TensorType {
  const [rows, ...rest] = type.axes;
  if (typeof rows!.size !== 'number') throw new Error('a table has a known number of rows');
  return { ...type, axes: [{ ...rows!, size: rows!.size + 1 }, ...rest] };
}

type Steps = readonly { readonly loops: readonly Loop[]; readonly body: Kernel['body'] }[];

/** Zeros, then a loop over the elements in order, each added to its row. */
export function scatterKernels(node: Node, buffer: BufferId, context: FormulaContext): Steps {
  const { table } = context;
  const { lead, row, value } = scatterOf(node.formula)!;
  const [rows, ...rest] = node.type.axes;
  const points: TensorType = { ...node.type, axes: [...lead.map(({ extent }) => ({ name: null, size: extent })), ...rest] }; // prettier-ignore
  const names = new Map([
    ...lead.map(({ name }, i) => [name, outVar(i)] as const),
    ...rest.map((_, i) => [outVar(i + 1), outVar(lead.length + i)] as const),
  ]);
  const at = (formula: typeof row, dtype: TensorType['dtype']) =>
    valueOf({ ...node, type: { ...points, dtype }, formula: mapIndices(formula, (index) => renameVars(index, names)) }, context); // prettier-ignore
  const number = (n: number) => table.intern({ kind: 'number', value: n }, null);
  const size = rows!.size as number;
  const given = at(row, 'int');
  const inside = table.intern(
    {
      kind: 'call',
      fn: 'and',
      args: [
        table.intern({ kind: 'call', fn: 'ge', args: [given, number(0)] }, 'bool'),
        table.intern({ kind: 'call', fn: 'lt', args: [given, number(size)] }, 'bool'),
      ],
    },
    'bool',
  );
  const target = table.intern({ kind: 'call', fn: 'select', args: [inside, given, number(size)] }, 'int');
  const vars = axisVars(points);
  const within: TensorType = { ...node.type, axes: rest };
  const base = flatten(within, rest.map((_, i) => vars.get(outVar(lead.length + i))!)); // prettier-ignore
  const gathers = [{ stride: elements(within), value: target }];
  const before = table.intern({ kind: 'load', buffer, base, gathers, guards: [] }, node.type.dtype);
  const sum = table.intern(
    { kind: 'call', fn: 'add', args: [before, at(value, node.type.dtype)] },
    node.type.dtype,
  );

  const whole = spaceOf(node.type);
  return [
    finished(
      whole.loops,
      statementsOf([{ buffer, address: whole.linear, value: number(0) }]),
      context.capacities,
    ),
    finished(
      spaceOf(points).loops,
      statementsOf([{ buffer, address: base, gathers, value: sum }]),
      context.capacities,
    ),
  ];
}

function finished(loops: readonly Loop[], body: Kernel['body'], capacities: DimSizes) {
  const nest = splitLoops({ loops, body }, capacities);
  const collapsed = collapse(nest.loops, nest.body);
  return renumber(collapsed.loops, collapsed.body);
}
