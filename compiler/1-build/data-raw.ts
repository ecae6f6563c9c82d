import type { Span } from '../../dsl/diagnostic.ts';
import type { DataDeclaration, DataField, Expression } from '../../dsl/model.ts';
import { missingColumn } from '../../dsl/messages/data.ts';
import { typeMismatch } from '../../dsl/messages/types.ts';
import { axis, type Axis, type TensorType } from '../ir/tensor-type.ts';
import type { Value } from '../ops/op.ts';
import type { RawArray, RawSource, SourceFact, SourceRequest } from '../plan.ts';
import { fail, type Build, type Frame } from './frame.ts';
import { didYouMean } from '../../dsl/suggest.ts';
import { constantOf, tensorVal, type Val } from './value.ts';

/** What a fitted transform learns: a fold of `of` (with the batch axis first) over the training split. */
export interface FitRequest {
  readonly name: string;
  readonly fold: 'mean' | 'std' | 'min' | 'max';
  readonly of: Value;
  /** Leading axes that are folded: the batch; in windows, the rows of the window too. */
  readonly axes: 1 | 2;
}

/** One `data d = name(…)` of a train block: fields on demand, and the raw arrays they turned out to need. */
export interface DataUse {
  readonly use: string;
  readonly decl: DataDeclaration;
  readonly batch: Axis;
  readonly train: SourceRequest;
  readonly arrays: Map<string, RawArray>;
  readonly fits: FitRequest[];
  /** Labels that are worked out, which the runtime cannot see as it reads. */
  readonly labels: { readonly field: DataField; readonly below: number; readonly of: Value }[];
  /** Field → value with its batch axis; each field is one node. */
  readonly fields: Map<string, Val>;
  readonly value: Val;
}

/** What the functions of a data block know of the field they serve. */
export interface FieldReader {
  readonly data: DataUse;
  readonly field: DataField;
  readonly declared: TensorType | null;
  readonly wantsLabel: boolean;
  readonly build: Build;
  readonly fits: FitRequest[];
}

/** How many rows of the source a sample takes, where it is a window of them. */
export function windowOf({ train }: DataUse): number | undefined {
  const length = train.options['window'];
  return typeof length === 'number' ? length : undefined;
}

/** A raw array as a leaf of the per-sample graph, noted in the plan. `row`: what one row of the source holds. */
export function rawLeaf(reader: FieldReader, name: string, row: TensorType, from: RawSource): Val {
  const { data, field } = reader;
  const window = windowOf(data);
  const type = window ? { ...row, axes: [axis(window), ...row.axes] } : row;
  const classes = type.classes?.size;
  const array = {
    type: { ...type, axes: [data.batch, ...type.axes] },
    from,
    below: typeof classes === 'number' ? classes : null,
    ...(window && { window }),
  };
  // One column may be read in two ways: as labels here, as numbers there.
  const read = ({ type, from }: Pick<RawArray, 'type' | 'from'>) => JSON.stringify([type, from]);
  const known = data.arrays.get(`${data.use}.${name}`);
  const taken = known !== undefined && read(known) !== read(array);
  const full = `${data.use}.${name}${taken ? ` as ${field.name.name}` : ''}`;
  if (!data.arrays.has(full)) {
    data.arrays.set(full, { name: full, ...array, field: field.name.name, span: field.span });
  }
  return tensorVal(reader.build.builder.leaf({ kind: 'data', name: full }, type, { span: field.span }));
}

/** The K of `y: int<K>` may come from `classes("iris.csv", species)`, which knows the names. */
export function declaredVocabulary(reader: FieldReader, frame: Frame): readonly string[] | null {
  const written = reader.field.type;
  if (written?.kind !== 'tensor-type' || !written.argument) return null;
  const val = frame.build.evaluate(written.argument, frame);
  return (val.kind === 'dim' ? val.vocabulary : undefined) ?? null;
}

export function columnOf(
  fact: Extract<SourceFact, { kind: 'table' }>,
  name: string,
  span: Span,
  frame: Frame,
): string | null {
  if (fact.header?.includes(name)) return name;
  const known = [...(fact.header ?? []), ...(fact.arrays ?? []).map((array) => array.name)];
  if (!fact.header) {
    fail(frame, missingColumn, span, [`"${name}"`, 'the file has no header'], {
      help: 'name columns by position, as in `raw[4]` or `raw[0:4]`',
    });
    return null;
  }
  fail(
    frame,
    missingColumn,
    span,
    [`"${name}"`, `the file has ${known.join(', ')}`],
    didYouMean(name, known),
  );
  return null;
}
/** `raw.age`, `raw[4]` or `raw[0:8]` as syntax: which columns `fill` and `category` speak of. */
export function columnSyntax(
  reader: FieldReader,
  e: Expression | undefined,
  frame: Frame,
  span: Span,
): { readonly name: string; readonly column: string | number; readonly to: number | null } | null {
  const fact = reader.build.facts[reader.data.train.id];
  const ofRaw = (t: Expression) => t.kind === 'name' && t.name === 'raw';
  if (fact?.kind === 'table' && e?.kind === 'field' && ofRaw(e.target)) {
    const column = columnOf(fact, e.name.name, e.name.span, frame);
    return column === null ? null : { column, name: column, to: null };
  }
  // Arrays handed in are called by their names, text among them.
  if (
    fact?.kind === 'arrays' &&
    reader.data.train.call === 'host' &&
    e?.kind === 'field' &&
    ofRaw(e.target)
  ) {
    const { name, span } = e.name;
    const names = fact.arrays.map((array) => array.name);
    if (names.includes(name)) return { column: name, name, to: null };
    fail(frame, missingColumn, span, [`"${name}"`, `there are ${names.join(', ')}`], didYouMean(name, names));
    return null;
  }
  const [item] = e?.kind === 'index' && ofRaw(e.target) ? e.slices : [];
  if (fact?.kind === 'table' && e && item) {
    const position = (p: Expression | null) => (p ? constantOf(frame.build.evaluate(p, frame)) : null);
    const from = position(item.kind === 'at' ? item.value : item.from);
    const to = item.kind === 'range' ? position(item.to) : null;
    const last = item.kind === 'range' ? to : from === null ? null : from + 1;
    if (from !== null && last !== null && from >= 0 && from < last && last <= fact.columns) {
      return { column: from, name: to === null ? `raw[${from}]` : `raw[${from}:${to}]`, to };
    }
    fail(frame, missingColumn, e.span, [
      `number ${from ?? '?'}`,
      `the file has ${fact.columns} columns, counted from 0`,
    ]);
    return null;
  }
  fail(frame, typeMismatch, e?.span ?? span, ['a column: raw.name or raw[4]', 'something else']);
  return null;
}
