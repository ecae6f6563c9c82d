import { typeMismatch } from '../../dsl/messages/types.ts';
import { missingArgument } from '../../dsl/messages/names.ts';
import { axis, type TensorType } from '../ir/tensor-type.ts';
import { tokenRule } from '../plan.ts';
import type { Builtin, BuiltinCall } from './builtin.ts';
import { columnSyntax, declaredVocabulary, rawLeaf, type FieldReader } from './data-raw.ts';
import { fail } from './frame.ts';
import { optionsOf } from './source-options.ts';
import { poison, type Val } from './value.ts';

/** Functions of a data block that make token ids of a column of text. */
export function textBuiltins(reader: FieldReader): readonly Builtin[] {
  return [
    {
      name: 'words',
      doc: 'words(raw.text, pad = T): the words of a text as int<V>[T], the rest of T padded with 0; mask(ids) is 1 at words. ends = true: between <s> and </s>.',
      params: ['...'],
      readsSyntax: true,
      call: (call) => tokens(call, reader, true),
    },
    {
      name: 'characters',
      doc: 'characters(raw.name, pad = T): the characters of a text as int<V>[T], padded with 0.',
      params: ['...'],
      readsSyntax: true,
      call: (call) => tokens(call, reader, false),
    },
  ];
}

function tokens(call: BuiltinCall, reader: FieldReader, words: boolean): Val {
  const { frame, span, syntax } = call;
  const name = words ? 'words' : 'characters';
  const column = columnSyntax(reader, syntax[0]?.value, frame, span);
  const options = optionsOf(syntax, ['pad', 'max', 'lower', 'ends'], frame);
  if (!column || !options) return poison;
  const { ends = false } = options;
  const { declared, field } = reader;
  const sizes = declared?.axes.map((a) => a.size) ?? [];
  const length = options['pad'] ?? (sizes.length === 1 ? sizes[0] : undefined);
  if (typeof length !== 'number') {
    return fail(frame, missingArgument, span, ['pad', name], {
      help: `write \`${field.name.name}: int<V>[50] = ${name}(raw.${column.name}, pad = 50)\``,
    });
  }
  if (ends === true && length < 3) {
    return fail(frame, typeMismatch, span, ['room for <s>, a token and </s>', `pad = ${length}`]);
  }
  const vocabulary = declaredVocabulary(reader, frame);
  if (vocabulary && vocabulary[0] !== '<pad>') {
    const found = 'that of a whole text, `vocab(file)`';
    return fail(frame, typeMismatch, field.span, [
      'the vocabulary of a column, `vocab(file, column)`',
      found,
    ]);
  }
  const classes = declared?.classes;
  const type: TensorType = { dtype: 'int', axes: [axis(length)], ...(classes ? { classes } : {}) };
  const rule = tokenRule({ ...options, words });
  const marks = ends === true ? ', ends' : '';
  return rawLeaf(reader, `${name}(${column.name}${marks})`, type, {
    kind: 'tokens',
    column: column.column,
    length,
    ends: ends === true,
    rule,
    vocabulary,
  });
}
