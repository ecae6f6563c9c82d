import fc from 'fast-check';
import type {
  Bind,
  BindingStatement,
  Declaration,
  Expression,
  Identifier,
  Model,
  Parameter,
  ShapeItem,
  Slice,
  Statement,
  TrainStatement,
  TypeExpression,
} from '../../dsl/model.ts';

/** Random syntax trees, for the law that reading what was printed gives the tree again. */

const span = { file: 't', start: 0, end: 0 };
const nameText = fc.constantFrom(
  'x', 'y', 'W1', "c'", 'loss', 'step', 'steps', 'init', 'data', 'min', 'train', 'test', 'in', 'batch', 'state', 'λ',
); // prettier-ignore
export const name: fc.Arbitrary<Identifier> = nameText.map((text) => ({ name: text, span }));
const number = fc.constantFrom('0', '1', '2.5', '1e-3', '1_000').map((text) => ({
  kind: 'number' as const,
  text,
  value: Number(text.replaceAll('_', '')),
  span,
}));
const string = fc.string({ maxLength: 6 }).map((value) => ({ kind: 'string' as const, value, span }));
const binaryOperators = [
  '+',
  '-',
  '*',
  '/',
  '@',
  '^',
  '==',
  '!=',
  '<=',
  '>=',
  '<',
  '>',
  'and',
  'or',
] as const;

export const { expression } = fc.letrec<{ expression: Expression; slice: Slice }>((tie) => ({
  slice: fc.oneof(
    tie('expression').map((value): Slice => ({ kind: 'at', value, span })),
    fc
      .tuple(fc.option(tie('expression')), fc.option(tie('expression')))
      .map(([from, to]): Slice => ({ kind: 'range', from, to, span })),
  ),
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    name.map(({ name }): Expression => ({ kind: 'name', name, span })),
    number,
    string,
    fc.boolean().map((value): Expression => ({ kind: 'boolean', value, span })),
    fc
      .tuple(fc.constantFrom('-' as const, 'not' as const), tie('expression'))
      .map(([op, value]): Expression => ({ kind: 'unary', op, value, span })),
    fc
      .tuple(fc.constantFrom(...binaryOperators), tie('expression'), tie('expression'))
      .map(([op, left, right]): Expression => ({ kind: 'binary', op, left, right, opSpan: span, span })),
    fc
      .tuple(tie('expression'), tie('expression'), tie('expression'))
      // oxlint-disable-next-line unicorn/no-thenable -- the tree's own word
      .map(([condition, then, other]): Expression => ({ kind: 'if', condition, then, else: other, span })),
    fc
      .tuple(tie('expression'), tie('expression'))
      .map(([value, into]): Expression => ({ kind: 'pipe', value, into, span })),
    fc
      .tuple(
        tie('expression'),
        fc.array(fc.record({ name: fc.option(name), value: tie('expression') }), { maxLength: 3 }),
      )
      .map(([callee, args]): Expression => ({ kind: 'call', callee, args, span })),
    fc
      .tuple(tie('expression'), fc.array(tie('slice'), { minLength: 1, maxLength: 3 }))
      .map(([target, slices]): Expression => ({ kind: 'index', target, slices, span })),
    fc
      .tuple(tie('expression'), name)
      .map(([target, own]): Expression => ({ kind: 'field', target, name: own, span })),
    fc
      .array(tie('expression'), { minLength: 2, maxLength: 3 })
      .map((items): Expression => ({ kind: 'tuple', items, span })),
    fc.array(tie('expression'), { maxLength: 3 }).map((items): Expression => ({ kind: 'list', items, span })),
    fc
      .tuple(fc.array(tie('expression'), { maxLength: 2 }), fc.array(tie('expression'), { maxLength: 2 }))
      .map(([from, to]): Expression => ({
        kind: 'arrow',
        from: { kind: 'list', items: from, span },
        to: { kind: 'list', items: to, span },
        span,
      })),
  ),
}));

const shapeItem: fc.Arbitrary<ShapeItem> = fc.oneof(
  fc.constant<ShapeItem>({ kind: 'rest', span }),
  expression,
);
const tensor = fc
  .record({
    base: fc.option(name),
    argument: fc.option(expression),
    shape: fc.option(fc.array(shapeItem, { maxLength: 3 })),
  })
  .map(({ base, argument, shape }): TypeExpression => ({
    kind: 'tensor-type',
    base,
    argument: base === null ? null : argument,
    shape: base === null ? (shape ?? []) : shape,
    span,
  }));
export const type: fc.Arbitrary<TypeExpression> = fc.oneof(
  tensor,
  fc
    .array(tensor, { minLength: 2, maxLength: 3 })
    .map((items): TypeExpression => ({ kind: 'tuple-type', items, span })),
);

const parameter: fc.Arbitrary<Parameter> = fc.record({
  name,
  type: fc.option(type),
  value: fc.option(expression),
  span: fc.constant(span),
});
const params = fc.array(parameter, { maxLength: 3 });
const bind: fc.Arbitrary<Bind> = fc.record({ name, value: fc.option(expression), span: fc.constant(span) });
const binding: fc.Arbitrary<BindingStatement> = fc
  .record({
    names: fc.array(name, { minLength: 1, maxLength: 3 }),
    indices: fc.option(fc.array(name, { maxLength: 3 })),
    type: fc.option(type),
    value: expression,
  })
  // Brackets belong to one name only.
  .map((b) => ({ kind: 'binding', ...b, indices: b.names.length > 1 ? null : b.indices, span }));

export const { statement } = fc.letrec<{ statement: Statement }>((tie) => {
  const body = fc
    .array(tie('statement'), { maxLength: 3 })
    .map((statements) => ({ kind: 'block' as const, statements, span }));
  const carry = fc.option(params);
  return {
    statement: fc.oneof(
      { maxDepth: 2 },
      binding,
      fc
        .record({
          kind: fc.constantFrom('param' as const, 'state' as const),
          name,
          type,
          how: fc.constantFrom('~' as const, '=' as const),
          value: expression,
        })
        .map((s): Statement => ({ ...s, span })),
      expression.map((value): Statement => ({ kind: 'return', value, span })),
      binding.map((b): Statement => ({ kind: 'emit', binding: b, span })),
      fc
        .record({ index: fc.option(name), count: expression, carry, body })
        .map((s): Statement => ({ kind: 'repeat', ...s, span })),
      fc
        .record({ index: name, count: expression, carry, body })
        .map((s): Statement => ({ kind: 'scan', ...s, span })),
    ),
  };
});

const counted = fc.integer({ min: 1, max: 5000 });
const every = fc
  .record({ count: counted, unit: fc.constantFrom('steps' as const, 'epochs' as const) })
  .map((e) => ({ ...e, span }));
// `update` and its kind take calls, indices and fields of a name.
const quantity = fc.oneof(
  name.map((own): Expression => ({ kind: 'name', name: own.name, span })),
  fc.tuple(name, name).map(([a, b]): Expression => ({
    kind: 'field',
    target: { kind: 'name', name: a.name, span },
    name: b,
    span,
  })),
);
const trainStatement: fc.Arbitrary<TrainStatement> = fc.oneof(
  statement,
  fc
    .tuple(fc.constantFrom('seed', 'epochs', 'steps', 'precision'), expression)
    .map(([kind, value]): TrainStatement => ({ kind, value, span })),
  fc
    .record({ binding, batch: fc.option(bind) })
    .map((s): TrainStatement => ({ kind: 'data-use', ...s, span })),
  fc.record({ path: string, into: name }).map((s): TrainStatement => ({ kind: 'load', ...s, span })),
  fc
    .record({ binds: fc.array(bind, { minLength: 1, maxLength: 2 }), accumulate: fc.option(expression) })
    .map((s): TrainStatement => ({ kind: 'batch', ...s, span })),
  fc
    .record({
      targets: fc.array(quantity, { minLength: 1, maxLength: 2 }),
      optimizer: expression,
      from: fc.option(expression),
    })
    .map((s): TrainStatement => ({ kind: 'update', ...s, span })),
  binding.map((b): TrainStatement => ({ kind: 'metric', binding: b, span })),
  expression.map((when): TrainStatement => ({ kind: 'stop', when, span })),
  fc
    .tuple(fc.option(fc.constantFrom('lowest' as const, 'highest' as const)), quantity, string)
    .map(([direction, own, path]): TrainStatement => ({
      kind: 'save',
      rule: { kind: 'best', direction, quantity: own },
      path,
      span,
    })),
  fc.tuple(every, string).map(([e, path]): TrainStatement => ({
    kind: 'save',
    rule: { kind: 'every', every: e },
    path,
    span,
  })),
  fc
    .record({ quantities: fc.array(quantity, { minLength: 1, maxLength: 2 }), every })
    .map((s): TrainStatement => ({ kind: 'log', ...s, span })),
  fc
    .record({ values: fc.array(expression, { minLength: 1, maxLength: 3 }) })
    .map((s): TrainStatement => ({ kind: 'print', ...s, span })),
  fc.record({ value: quantity, path: string }).map((s): TrainStatement => ({ kind: 'image', ...s, span })),
  fc
    .record({ what: name, order: fc.option(counted), dtype: fc.option(fc.constantFrom('f32', 'f64')) })
    .map((s): TrainStatement => ({ kind: 'check', ...s, span })),
);
const trainBlock = fc.array(trainStatement, { maxLength: 4 }).chain((statements) =>
  fc.record({ every, name, times: fc.option(counted) }).map((r) => ({
    kind: 'train-block' as const,
    statements: [
      ...statements,
      {
        kind: 'every' as const,
        every: r.every,
        body: { kind: 'train-block' as const, statements, span },
        span,
      },
      {
        kind: 'step' as const,
        name: r.name,
        times: r.times,
        body: { kind: 'train-block' as const, statements: [], span },
        span,
      },
    ],
    span,
  })),
);

const block = fc
  .array(statement, { maxLength: 4 })
  .map((statements) => ({ kind: 'block' as const, statements, span }));
const doc = fc.option(fc.constantFrom('One line.', 'Two\nlines, with  blanks.'));
const result = fc.option(type);
const declaration: fc.Arbitrary<Declaration> = fc.oneof(
  string.map((path): Declaration => ({ kind: 'use', path, span })),
  fc
    .tuple(fc.constantFrom('dim' as const, 'const' as const), fc.array(bind, { minLength: 1, maxLength: 3 }))
    .map(([kind, binds]): Declaration => ({ kind, binds, span })),
  fc
    .record({ name, params, result, body: fc.oneof(expression, block), doc })
    .map((d): Declaration => ({ kind: 'fn', ...d, span })),
  fc.record({ name, params, value: expression, doc }).map((d): Declaration => ({ kind: 'init', ...d, span })),
  fc
    .record({ isModel: fc.boolean(), name, hyper: params, inputs: params, result, body: block, doc })
    .map((d): Declaration => ({ kind: 'layer', ...d, hyper: d.isModel ? [] : d.hyper, span })),
  fc
    .record({ name, hyper: params, inputs: params, result, body: block, doc })
    .map((d): Declaration => ({ kind: 'optimizer', ...d, span })),
  fc
    .record({
      name,
      fields: fc.array(
        fc.record({ name, type: fc.option(type), value: fc.option(expression), span: fc.constant(span) }),
        {
          maxLength: 3,
        },
      ),
    })
    .map((d): Declaration => ({ kind: 'data', ...d, span })),
  fc.record({ name, body: trainBlock }).map((d): Declaration => ({ kind: 'train', ...d, span })),
);
export const model: fc.Arbitrary<Model> = fc
  .record({ edition: fc.constantFrom(null, 1), declarations: fc.array(declaration, { maxLength: 4 }) })
  .map((m) => ({ file: 't', ...m }));

/** The tree without its places. */
export function bare(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, v: unknown) => (key === 'span' || key === 'opSpan' ? undefined : v)),
  );
}
