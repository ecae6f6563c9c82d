import { rankMismatch, typeMismatch } from '../../../dsl/messages/types.ts';
import { typeText, type Axis } from '../../ir/tensor-type.ts';
import type { Calculus } from '../../ops/calculus.ts';
import type { Value } from '../../ops/op.ts';
import { type Builtin, builtin, type BuiltinCall } from '../builtin.ts';
import { fail, type Frame } from '../frame.ts';
import { axisFromVal } from '../shapes.ts';
import { asFloat, asInt } from '../tensors.ts';
import { constantOf, poison, tensorVal, type NamedVal, type Val } from '../value.ts';
import { shapeArg, tensorArg } from './arguments.ts';

function filled(value: number) {
  return (call: BuiltinCall): Val => {
    const arg = call.args['shape'];
    // After `~` the shape is implied: `param b: [H] ~ zeros`.
    if (!arg) return fill(value);
    const axes = shapeArg(call.frame, arg.value, arg.span);
    return axes ? fillTo(call.frame, value, axes) : poison;
  };
}
function fill(value: number): Val {
  return {
    kind: 'initializer',
    make: (build, type) => {
      const one = build.c.number(value);
      return build.c.fill(one, type.axes);
    },
  };
}
function fillTo(frame: Frame, value: number, axes: readonly Axis[]): Val {
  const one = frame.build.c.number(value);
  return tensorVal(frame.build.c.fill(one, axes));
}

function oneHot(call: BuiltinCall): Val {
  const labels = tensorArg(call, 'labels');
  const arg = call.args['classes'];
  const classes = arg ? axisFromVal(arg.value, call.frame, arg.span) : (labels?.value.type.classes ?? null);
  if (!labels || !classes) {
    return labels && !arg
      ? fail(call.frame, typeMismatch, call.span, [
          'labels of type int<K>, or the number of classes',
          typeText(labels.value.type),
        ])
      : poison;
  }
  const { c } = call.frame.build;
  const ids = asInt(labels, call.frame).value;
  const to = [...ids.type.axes, classes];
  const left = c.broadcast(ids, { axes: ids.type.axes.map((_, i) => i), to });
  const right = c.broadcast(c.iota(classes), { axes: [to.length - 1], to });
  return tensorVal(c.toFloat(c.equal(left, right)));
}

/** What the numbers of row and column decide: `causal(T, S)`, `eye(N)`. */
function table(
  call: BuiltinCall,
  rowsFrom: NamedVal,
  columnsFrom: NamedVal,
  cell: (c: Calculus, row: Value, column: Value) => Value,
): Val {
  const rows = axisFromVal(rowsFrom.value, call.frame, rowsFrom.span);
  const columns = axisFromVal(columnsFrom.value, call.frame, columnsFrom.span);
  if (!rows || !columns) return poison;
  const { c } = call.frame.build;
  const to = [rows, columns];
  const [i, j] = to.map((a, at) => c.broadcast(c.iota(a), { axes: [at], to }));
  return tensorVal(cell(c, i!, j!));
}

/** Below, on or above the diagonal of the last two axes. */
function triangle(keep: (c: Calculus, row: Value, column: Value) => Value) {
  return (call: BuiltinCall): Val => {
    const x = tensorArg(call, 'x');
    if (!x) return poison;
    const { axes } = x.value.type;
    const n = axes.length;
    if (n < 2) {
      return fail(call.frame, rankMismatch, call.span, [
        `a triangle needs two axes, but \`x\` is ${typeText(x.value.type)}`,
      ]);
    }
    const { c } = call.frame.build;
    const value = asFloat(x, call.frame).value;
    const along = (at: number) => c.broadcast(c.iota(axes[at]!), { axes: [at], to: axes });
    return tensorVal(c.where(keep(c, along(n - 2), along(n - 1)), value, c.number(0)), x.source);
  };
}

export const tableBuiltins: readonly Builtin[] = [
  builtin('zeros', 'zeros(shape): all 0.', ['shape?'], filled(0)),
  builtin('ones', 'ones(shape): all 1.', ['shape?'], filled(1)),
  builtin('full', 'full(shape, v): every element is v.', ['shape', 'value'], (call) => {
    const axes = shapeArg(call.frame, call.args['shape']!.value, call.args['shape']!.span);
    const value = constantOf(call.args['value']!.value);
    return axes && value !== null ? fillTo(call.frame, value, axes) : poison;
  }),
  builtin('one_hot', 'one_hot(y, K): 1 at the label, 0 elsewhere.', ['labels', 'classes?'], oneHot),
  builtin('causal', 'causal(T, S): true where a position may look back.', ['queries', 'keys?'], (call) =>
    table(call, call.args['queries']!, (call.args['keys'] ?? call.args['queries'])!, (c, t, j) =>
      c.lessEqual(j, t),
    ),
  ),
  builtin(
    'tril',
    'tril(x): zero above the diagonal of the last two axes.',
    ['x'],
    triangle((c, i, j) => c.lessEqual(j, i)),
  ),
  builtin(
    'triu',
    'triu(x): zero below the diagonal of the last two axes.',
    ['x'],
    triangle((c, i, j) => c.lessEqual(i, j)),
  ),
  builtin(
    'eye',
    'eye(N): 1 on the diagonal, 0 elsewhere; eye(N, M) need not be square.',
    ['n', 'm?'],
    (call) =>
      table(call, call.args['n']!, (call.args['m'] ?? call.args['n'])!, (c, i, j) =>
        c.toFloat(c.equal(i, j)),
      ),
  ),
  builtin('arange', 'arange(N): 0 … N−1 along an axis.', ['n'], (call) => {
    const a = axisFromVal(call.args['n']!.value, call.frame, call.span);
    return a ? tensorVal(call.frame.build.c.iota(a)) : poison;
  }),
];
