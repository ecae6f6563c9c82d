import { typeMismatch } from '../../dsl/messages/types.ts';
import type { TensorType } from '../ir/tensor-type.ts';
import { axis, scalar } from '../ir/tensor-type.ts';
import type { Fill } from '../plan.ts';
import type { Builtin, BuiltinCall } from './builtin.ts';
import { augmentBuiltins } from './data-augment.ts';
import { columnSyntax, declaredVocabulary, rawLeaf, windowOf, type FieldReader } from './data-raw.ts';
import { textBuiltins } from './data-text.ts';
import { fail } from './frame.ts';
import { axisFromVal } from './shapes.ts';
import { asFloat, toTensor } from './tensors.ts';
import { constantOf, poison, tensorVal, type TensorVal, type Val } from './value.ts';

/** Functions that make sense in a data block only: they learn from the training split, or read cells of text. */
export function dataBuiltins(reader: FieldReader): readonly Builtin[] {
  return [
    {
      name: 'standardize',
      doc: 'standardize(x): (x − mean) / deviation, both of the training split.',
      params: ['x'],
      call: (call) =>
        fitted(call, reader, ['mean', 'std'], (c, x, [mean, std]) => measured(c, x, mean!, std!)),
    },
    {
      name: 'minmax',
      doc: 'minmax(x): (x − min) / (max − min), both of the training split.',
      params: ['x'],
      call: (call) =>
        fitted(call, reader, ['min', 'max'], (c, x, [lo, hi]) => measured(c, x, lo!, c.sub(hi!, lo!))),
    },
    {
      name: 'fill',
      doc: 'fill(raw.age, median): the column with empty cells replaced by its median, mean, or a number.',
      params: ['...'],
      readsSyntax: true,
      call: (call) => fillColumn(call, reader),
    },
    {
      name: 'category',
      doc: 'category(raw.species): text as int<K>, by a vocabulary learnt from the training rows.',
      params: ['...'],
      readsSyntax: true,
      call: (call) => categoryColumn(call, reader),
    },
    ...textBuiltins(reader),
    ...augmentBuiltins,
  ];
}

type Calc = FieldReader['build']['c'];
/** (x − origin) / unit; a column that never changes has unit 0 and becomes 0, not NaN. */
function measured(
  c: Calc,
  x: TensorVal['value'],
  origin: TensorVal['value'],
  unit: TensorVal['value'],
): TensorVal['value'] {
  const divisor = c.where(c.equal(unit, c.number(0)), c.number(1), unit);
  return c.div(c.sub(x, origin), divisor);
}

type FoldName = 'mean' | 'std' | 'min' | 'max';

function fitted(
  call: BuiltinCall,
  reader: FieldReader,
  folds: readonly FoldName[],
  make: (c: Calc, x: TensorVal['value'], learnt: readonly TensorVal['value'][]) => TensorVal['value'],
): Val {
  const given = toTensor(call.args['x']!.value, call.frame, call.span);
  if (!given) return poison;
  const x = asFloat(given, call.frame).value;
  const { builder, c } = reader.build;
  const turn = reader.fits.length / 2;
  const base = `${reader.data.use}.${reader.field.name.name}${turn === 0 ? '' : `_${turn + 1}`}`;
  const { axes } = x.type;
  // Every row of a series is read at every place of a window: there is one mean, not one a place.
  const windowed = axes.length > 0 && axes[0]!.size === windowOf(reader.data);
  const own = windowed ? axes.slice(1) : axes;
  const learnt = folds.map((fold) => {
    const name = `${base}/${fold}`;
    reader.fits.push({ name, fold, of: x, axes: windowed ? 2 : 1 });
    const leaf = builder.leaf({ kind: 'fitted', name }, { dtype: 'float', axes: own }, { label: name });
    return windowed ? c.broadcast(leaf, { axes: own.map((_, i) => i + 1), to: axes }) : leaf;
  });
  return tensorVal(make(c, x, learnt));
}

function fillColumn(call: BuiltinCall, reader: FieldReader): Val {
  const { frame, span, syntax } = call;
  const column = columnSyntax(reader, syntax[0]?.value, frame, span);
  const how = syntax[1]?.value;
  if (!column) return poison;
  let fill: Fill | null = null;
  if (how?.kind === 'name' && (how.name === 'median' || how.name === 'mean')) fill = how.name;
  else if (how) fill = constantOf(frame.build.evaluate(how, frame));
  if (fill === null) {
    return fail(frame, typeMismatch, how?.span ?? span, ['median, mean or a number', 'something else']);
  }
  const name = `fill(${column.name})`;
  if (column.to === null)
    return rawLeaf(reader, name, scalar, { kind: 'column', column: column.column, fill });
  // A range is by position: `columnSyntax` gave the first number.
  const from = column.column as number;
  const type: TensorType = { dtype: 'float', axes: [axis(column.to - from)] };
  return rawLeaf(reader, name, type, { kind: 'columns', from, to: column.to, fill });
}

function categoryColumn(call: BuiltinCall, reader: FieldReader): Val {
  const { frame, span, syntax } = call;
  const column = columnSyntax(reader, syntax[0]?.value, frame, span);
  if (!column) return poison;
  if (column.to !== null) {
    return fail(frame, typeMismatch, syntax[0]?.value.span ?? span, ['one column', 'a range of columns']);
  }
  const given = syntax[1] ? frame.build.evaluate(syntax[1].value, frame) : null;
  const classes = given ? axisFromVal(given, frame, span) : (reader.declared?.classes ?? null);
  const vocabulary = given?.kind === 'dim' ? (given.vocabulary ?? null) : declaredVocabulary(reader, frame);
  const type: TensorType = { dtype: 'int', axes: [], ...(classes ? { classes } : {}) };
  return rawLeaf(reader, `category(${column.name})`, type, {
    kind: 'category',
    column: column.column,
    vocabulary,
  });
}
