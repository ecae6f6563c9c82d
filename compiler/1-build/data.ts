import type { Span } from '../../dsl/diagnostic.ts';
import type { DataDeclaration, DataField, Expression } from '../../dsl/model.ts';
import { missingColumn } from '../../dsl/messages/data.ts';
import { cyclicDefinition, unknownField } from '../../dsl/messages/names.ts';
import { shapeMismatch, typeMismatch } from '../../dsl/messages/types.ts';
import { graphBuilder } from '../ir/builder.ts';
import { axis, type Axis, type TensorType } from '../ir/tensor-type.ts';
import { calculus } from '../ops/calculus.ts';
import type { Value } from '../ops/op.ts';
import { tokenRule, type ArrayFact, type SourceFact, type SourceRequest } from '../plan.ts';
import { overBatch } from './batch-axis.ts';
import { dataBuiltins } from './data-builtins.ts';
import { columnOf, declaredVocabulary, rawLeaf, type DataUse, type FieldReader } from './data-raw.ts';
import { childScope, fail, lookup, type Build, type Frame, type Scope } from './frame.ts';
import { didYouMean } from '../../dsl/suggest.ts';
import { flatten } from './literals.ts';
import { matchType, resolveType } from './shapes.ts';
import { toTensor } from './tensors.ts';
import { poison, tensorVal, type Val } from './value.ts';

export function openData(
  build: Build,
  frame: Frame,
  decl: DataDeclaration,
  use: string,
  batch: Axis,
  train: SourceRequest,
): DataUse {
  const rawLeaves = new Map<string, Value>();
  const begun = new Set<string>();
  const self: DataUse = {
    use,
    decl,
    batch,
    train,
    arrays: new Map(),
    fits: [],
    labels: [],
    fields: new Map(),
    value: { kind: 'record', what: `data ${decl.name.name}`, field },
  };
  return self;

  function field(name: string, span: Span): Val {
    const known = self.fields.get(name);
    if (known) return known;
    const written = decl.fields.find((f) => f.name.name === name && !isSourceLine(f));
    if (!written) {
      const names = decl.fields.filter((f) => !isSourceLine(f)).map((f) => f.name.name);
      return fail(frame, unknownField, span, [name, `data ${decl.name.name}`], {
        notes: [`its fields: ${names.join(', ')}`],
        ...didYouMean(name, names),
      });
    }
    if (begun.has(name)) return fail(frame, cyclicDefinition, span, [name]);
    begun.add(name);
    const val = evaluateField(build, frame, self, written, rawLeaves);
    self.fields.set(name, val);
    return val;
  }
}
function isSourceLine(f: DataField): boolean {
  return (f.name.name === 'train' || f.name.name === 'test') && f.type === null;
}

/** What a formula over `raw` has no use for: a field may go by the name of one and still be used by others. */
const noValue: readonly Val['kind'][] = ['record', 'layer', 'optimizer', 'init'];

/** A field, written for one sample, as a value over the batch. */
function evaluateField(
  build: Build,
  frame: Frame,
  data: DataUse,
  written: DataField,
  raw: Map<string, Value>,
): Val {
  const builder = graphBuilder();
  const inner: Build = { ...build, builder, c: calculus(builder) };
  const { name } = written;
  const others = data.decl.fields.filter((f) => f !== written && !isSourceLine(f)).map((f) => f.name.name);
  const scope: Scope = { ...childScope(frame.scope), declared: other, known: () => others };
  const sample: Frame = { ...frame, build: inner, scope };
  const declared = written.type?.kind === 'tensor-type' ? resolveType(written.type, frame) : null;
  if (written.type && !declared) return poison;
  const direct = written.value !== null && declared?.dtype === 'int';
  const reader: FieldReader = {
    data,
    field: written,
    declared,
    wantsLabel: direct && isDirect(written.value!),
    build: inner,
    fits: [],
  };
  const fact = build.facts[data.train.id];
  scope.names.set('raw', rawValue(reader, fact, sample));
  for (const b of dataBuiltins(reader)) scope.names.set(b.name, { kind: 'builtin', builtin: b });

  let val: Val;
  if (written.value === null) val = provided(reader, declared);
  else if (written.value.kind === 'list') val = inline(reader, declared, sample);
  else val = inner.evaluate(written.value, sample);
  let tensor = val.kind === 'poison' ? null : toTensor(val, sample, written.span);
  const numbers = tensor?.value;
  // `y: int<K> = raw.kind - 1`: a whole number, which is checked before training.
  if (tensor && declared?.classes && tensor.value.type.dtype === 'float') {
    tensor = tensorVal(inner.c.toInt(tensor.value));
  }
  if (tensor && written.type?.kind === 'tensor-type' && written.value?.kind !== 'list') {
    const blame = {
      span: written.value?.span ?? written.span,
      what: `\`${name.name}\``,
      at: sample,
      generic: false,
    };
    tensor = matchType(written.type, tensor, sample, blame);
  }
  if (!tensor) return poison;

  // A field may be read first inside a loop; it is of the whole program all the same.
  return build.builder.outermost(() => {
    const values = overBatch(builder.finish(), build.builder, data.batch, (leaf, type, kind) => {
      const known = raw.get(leaf);
      if (known) return known;
      const value = build.builder.leaf({ kind, name: leaf }, type, { span: written.span, label: leaf });
      raw.set(leaf, value);
      return value;
    });
    for (const fit of reader.fits) data.fits.push({ ...fit, of: values.get(fit.of.id)! });
    const type: TensorType = { ...tensor.value.type, axes: [data.batch, ...tensor.value.type.axes] };
    const found = values.get(tensor.value.id)!;
    const perSample = found.type.axes.length === type.axes.length;
    // A field that reads nothing of the sample, such as `ones([1])`, is the same for every one.
    const out = perSample
      ? found
      : build.c.broadcast(found, { axes: found.type.axes.map((_, i) => i + 1), to: type.axes });
    build.builder.name(out, `${data.use}.${name.name}`);
    const below = declared?.classes?.size;
    if (typeof below === 'number' && !build.builder.get(found.id).leaf) {
      data.labels.push({ field: written, below, of: values.get(numbers!.id)! });
    }
    return tensorVal(
      { ...out, type },
      { what: `field ${name.name} of data ${data.decl.name.name}`, span: written.span },
    );
  });

  /** Another field of the sample, where nothing else goes by its name: the very node that `d.x` is. */
  function other(wanted: string): Val | undefined {
    const outer = lookup(wanted, frame.scope)?.kind ?? 'record';
    if (!others.includes(wanted) || !noValue.includes(outer)) return undefined;
    const val = data.value.kind === 'record' ? data.value.field(wanted, written.span) : poison;
    if (val.kind !== 'tensor') return poison;
    const type: TensorType = { ...val.value.type, axes: val.value.type.axes.slice(1) };
    const leaf = `${data.use}.${wanted} of the sample`;
    raw.set(leaf, val.value);
    const shared = tensorVal(
      builder.leaf({ kind: 'data', name: leaf }, type, { span: written.span }),
      val.source,
    );
    scope.names.set(wanted, shared);
    return shared;
  }
}
/** `y: int<K> = raw.label`: the labels themselves, which the runtime can hold against K. */
function isDirect(e: Expression): boolean {
  if (e.kind === 'name') return e.name === 'raw';
  if (e.kind === 'field' || e.kind === 'index') return e.target.kind === 'name' && e.target.name === 'raw';
  return false;
}

function labelType(reader: FieldReader, otherwise: TensorType): TensorType {
  return reader.wantsLabel && reader.declared ? { ...reader.declared, axes: otherwise.axes } : otherwise;
}
const plain = (shape: readonly number[], dtype: 'float' | 'int' = 'float'): TensorType => ({
  dtype,
  axes: shape.map((n) => axis(n)),
});

/** `raw`: a record of columns or arrays; with a single array, that array. */
function rawValue(reader: FieldReader, fact: SourceFact | undefined, frame: Frame): Val {
  const { train } = reader.data;
  const span = reader.field.span;
  if (train.call === 'text') {
    const vocabulary = declaredVocabulary(reader, frame);
    const rule = tokenRule(train.options);
    return rawLeaf(reader, 'raw', labelType(reader, plain([], 'int')), { kind: 'window', rule, vocabulary });
  }
  if (fact?.kind === 'table') return tableValue(reader, fact, frame);
  if (fact?.kind === 'arrays') {
    // The arrays of an npz file have names and no order.
    const key = (i: number) => (train.call === 'npz' ? fact.arrays[i]!.name : i);
    if (fact.arrays.length === 1) return arrayLeaf(reader, fact.arrays[0]!, key(0));
    const names = fact.arrays.map((a) => a.name);
    const missing = (name: string, at: Span) =>
      fail(frame, unknownField, at, [name, '`raw`'], {
        notes: [`its arrays: ${names.join(', ')}`],
        ...didYouMean(name, names),
      });
    return {
      kind: 'record',
      what: 'raw',
      field: (name, at) => {
        const i = names.indexOf(name);
        return i < 0 ? missing(name, at) : arrayLeaf(reader, fact.arrays[i]!, key(i));
      },
      index: (from, to, at) => missing(to === null ? `[${from}]` : `[${from}:${to}]`, at),
    };
  }
  return {
    kind: 'record',
    what: 'raw',
    field: (_name, at) =>
      fail(frame, unknownField, at ?? span, [
        'raw',
        `data ${reader.data.decl.name.name}, which has no source`,
      ]),
  };
}
function arrayLeaf(reader: FieldReader, { name, shape, dtype }: ArrayFact, array: number | string): Val {
  const own = plain(shape, dtype);
  const type = labelType(reader, own);
  return rawLeaf(reader, name, type.classes ? type : own, { kind: 'array', array });
}

function tableValue(reader: FieldReader, fact: Extract<SourceFact, { kind: 'table' }>, frame: Frame): Val {
  return {
    kind: 'record',
    what: 'raw',
    field: (name, at) => {
      const array = fact.arrays?.find((a) => a.name === name);
      if (array) return arrayLeaf(reader, array, name);
      const column = columnOf(fact, name, at, frame);
      return column === null
        ? poison
        : rawLeaf(reader, String(name), labelType(reader, plain([])), { kind: 'column', column, fill: null });
    },
    index: (from, to, at) => {
      const last = to ?? from;
      if (
        from < 0 ||
        last > fact.columns ||
        (to !== null && from >= to) ||
        (to === null && from >= fact.columns)
      ) {
        return fail(frame, missingColumn, at, [
          `number ${to === null || from < 0 ? from : to - 1}`,
          `the file has ${fact.columns} columns, counted from 0`,
        ]);
      }
      if (to === null) {
        return rawLeaf(reader, `raw[${from}]`, labelType(reader, plain([])), {
          kind: 'column',
          column: from,
          fill: null,
        });
      }
      return rawLeaf(reader, `raw[${from}:${to}]`, plain([to - from]), {
        kind: 'columns',
        from,
        to,
        fill: null,
      });
    },
  };
}
/** A field without a value: an array handed in by the host program. */
function provided(reader: FieldReader, declared: TensorType | null): Val {
  if (!declared) return poison;
  const name = reader.field.name.name;
  return rawLeaf(reader, name, declared, { kind: 'array', array: name });
}

/** `x: [2] = [[0, 0], [0, 1]]`: one item per sample. */
function inline(reader: FieldReader, declared: TensorType | null, frame: Frame): Val {
  const { field } = reader;
  const e = field.value!;
  const val = frame.build.evaluate(e, frame);
  const values = flatten(val);
  const rows = val.kind === 'list' ? val.items.length : 0;
  if (!values || !declared || rows === 0) {
    return fail(frame, typeMismatch, e.span, [
      'a list of samples, and a type before the `=`',
      'something else',
    ]);
  }
  const perSample = declared.axes.reduce((n, a) => n * (typeof a.size === 'number' ? a.size : NaN), 1);
  if (perSample * rows !== values.length) {
    return fail(frame, shapeMismatch, e.span, [
      `${rows} samples of ${perSample} numbers make ${perSample * rows}, but ${values.length} are written`,
    ]);
  }
  return rawLeaf(reader, field.name.name, declared, { kind: 'inline', values });
}
