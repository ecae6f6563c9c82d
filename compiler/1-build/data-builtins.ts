import { typeMismatch } from '../../dsl/messages/types.ts';
import type { TensorType } from '../ir/tensor-type.ts';
import { axis, scalar } from '../ir/tensor-type.ts';
import type { Fill } from '../plan.ts';
import type { Builtin, BuiltinCall } from './builtin.ts';
import { augmentBuiltins } from './data-augment.ts';
import { fittedBuiltins } from './data-fitted.ts';
import { columnSyntax, declaredVocabulary, rawLeaf, type FieldReader } from './data-raw.ts';
import { textBuiltins } from './data-text.ts';
import { fail } from './frame.ts';
import { axisFromVal } from './shapes.ts';
import { constantOf, poison, type Val } from './value.ts';

/** Functions that make sense in a data block only: they learn from the training split, or read cells of text. */
export function dataBuiltins(reader: FieldReader): readonly Builtin[] {
  return [
    ...fittedBuiltins(reader),
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
