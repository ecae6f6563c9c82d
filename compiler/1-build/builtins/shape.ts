import { openDimUnsupported, reshapeSize, shapeMismatch, typeMismatch } from '../../../dsl/messages/types.ts';
import { isOpen, timesDim } from '../../ir/dim.ts';
import { axis, axisText, typeText, type Axis, type TensorType } from '../../ir/tensor-type.ts';
import type { Builtin, BuiltinCall } from '../builtin.ts';
import { fail, type Frame } from '../frame.ts';
import { rearrange } from '../rearrange.ts';
import { agree, axisFromVal, mergedAxis, reshaped, solveReshape } from '../shapes.ts';
import { findAxis } from '../slices.ts';
import { asFloat, asInt, toTensor } from '../tensors.ts';
import {
  constantOf,
  kindText,
  numberVal,
  poison,
  tensorVal,
  type AxisSelector,
  type NamedVal,
  type TensorVal,
  type Val,
} from '../value.ts';
import { shapeArg, shapeArgWithHole, tensorArg, wholeArg } from './arguments.ts';

/** The one axis of `concat[1]`, or `axis = 1`, or the default. */
function oneAxis(call: BuiltinCall, type: TensorType, otherwise: number): number | null {
  const [first] = call.axes;
  if (first) return findAxis(call.frame, type, first, call.span);
  const arg = call.args['axis'];
  if (!arg) return otherwise < 0 ? type.axes.length + otherwise : otherwise;
  const select: AxisSelector | null =
    arg.value.kind === 'axis'
      ? arg.value.select
      : arg.value.kind === 'dim' && arg.value.axis.name !== null
        ? { kind: 'named', name: arg.value.axis.name, size: arg.value.axis.size }
        : constantOf(arg.value) !== null
          ? { kind: 'position', at: constantOf(arg.value)! }
          : null;
  if (select) return findAxis(call.frame, type, select, arg.span);
  fail(call.frame, typeMismatch, arg.span, ['an axis', kindText(arg.value)]);
  return null;
}

/** Tensors given one by one, or as a tuple or list. */
function tensorsOf(call: BuiltinCall): TensorVal[] | null {
  const items: readonly NamedVal[] = call.rest;
  const [only] = items;
  const vals =
    items.length === 1 && only && (only.value.kind === 'tuple' || only.value.kind === 'list')
      ? only.value.items.map((value) => ({ value, span: only.span }))
      : items;
  const out: TensorVal[] = [];
  for (const { value, span } of vals) {
    const t = toTensor(value, call.frame, span);
    if (!t) return null;
    out.push(asFloat(t, call.frame));
  }
  if (out.length === 0) fail(call.frame, shapeMismatch, call.span, ['at least one tensor is needed']);
  return out.length === 0 ? null : out;
}

function concat(call: BuiltinCall): Val {
  const tensors = tensorsOf(call);
  if (!tensors) return poison;
  const [first] = tensors;
  const at = oneAxis(call, first!.value.type, -1);
  if (at === null) return poison;
  for (const t of tensors) {
    const type = t.value.type;
    const fits =
      type.axes.length === first!.value.type.axes.length &&
      type.axes.every((a, i) => i === at || agree(a, first!.value.type.axes[i]!));
    if (!fits) {
      const shapes = tensors.map((x) => typeText(x.value.type)).join(', ');
      return fail(call.frame, shapeMismatch, call.span, [
        `all axes but the joined one must agree: ${shapes}`,
      ]);
    }
    if (isOpen(type.axes[at]!.size)) {
      return fail(call.frame, openDimUnsupported, call.span, [
        `joining along the open axis ${axisText(type.axes[at]!)}`,
      ]);
    }
  }
  if (tensors.length === 1) return first!;
  return tensorVal(
    call.frame.build.c.concat(
      tensors.map((t) => t.value),
      { axis: at },
    ),
  );
}

function stack(call: BuiltinCall): Val {
  const tensors = tensorsOf(call);
  if (!tensors) return poison;
  const { c } = call.frame.build;
  const type = tensors[0]!.value.type;
  const at = wholeArg(call, 'axis', 0);
  if (at === null) return poison;
  const position = at < 0 ? type.axes.length + 1 + at : at;
  const axes = [...type.axes.slice(0, position), axis(1), ...type.axes.slice(position)];
  const widened = tensors.map((t) => {
    const same =
      t.value.type.axes.length === type.axes.length &&
      t.value.type.axes.every((a, i) => agree(a, type.axes[i]!));
    return same ? c.reshape(t.value, { axes }) : null;
  });
  if (widened.some((w) => w === null)) {
    const shapes = tensors.map((x) => typeText(x.value.type)).join(', ');
    return fail(call.frame, shapeMismatch, call.span, [`stacked tensors must have one shape: ${shapes}`]);
  }
  return tensorVal(
    c.concat(
      widened.map((w) => w!),
      { axis: position },
    ),
  );
}

/** Equal parts along an axis; `squeeze` drops the axis (unstack). */
function cut(call: BuiltinCall, parts: number | null, squeeze: boolean): Val {
  const x = tensorArg(call, 'x');
  if (!x) return poison;
  const { c } = call.frame.build;
  const type = x.value.type;
  const at = oneAxis(call, type, squeeze ? 0 : -1);
  if (at === null) return poison;
  const a = type.axes[at]!;
  if (isOpen(a.size)) {
    return fail(call.frame, openDimUnsupported, call.span, [`splitting the open axis ${axisText(a)}`]);
  }
  const n = parts ?? a.size;
  if (n < 1 || a.size % n !== 0) {
    return fail(call.frame, shapeMismatch, call.span, [
      `an axis of size ${a.size} does not split into ${n} equal parts`,
    ]);
  }
  const size = a.size / n;
  const items = Array.from({ length: n }, (_, i) => {
    const part = c.slice(x.value, { axis: at, start: i * size, size });
    const rest = type.axes.filter((_, j) => j !== at);
    // A part has no name of its own, so it agrees with any name of its size.
    const named = type.axes.map((b, j) => (j === at ? axis(size) : b));
    return tensorVal(c.reshape(part, { axes: squeeze ? rest : named }), x.source);
  });
  return { kind: 'tuple', items };
}
function reshape(call: BuiltinCall): Val {
  const x = tensorArg(call, 'x');
  const to = x && shapeArgWithHole(call.frame, call.args['shape']!.value, call.args['shape']!.span);
  if (!x || !to) return poison;
  const axes = solveReshape(x.value.type.axes, to);
  if (axes) return reshaped(call.frame, x, axes, call.span);
  const wanted = `[${to.map((a) => (a ? axisText(a) : '-1')).join(', ')}]`;
  return fail(call.frame, reshapeSize, call.span, [
    `${typeText(x.value.type)} does not have the elements of ${wanted}`,
  ]);
}

/** Merges all axes but the batch; without a batch axis (a data field), all of them. */
function flattenAxes(call: BuiltinCall): Val {
  const x = tensorArg(call, 'x');
  if (!x) return poison;
  const { axes } = x.value.type;
  const [lead] = axes;
  const rest = lead && isOpen(lead.size) ? axes.slice(1) : axes;
  const merged = rest.length === 0 ? [] : [mergedAxis(rest)];
  const to = lead && isOpen(lead.size) ? [lead, ...merged] : merged;
  return reshaped(call.frame, x, to, call.span);
}

function transpose(call: BuiltinCall): Val {
  const x = tensorArg(call, 'x');
  if (!x) return poison;
  const perm = x.value.type.axes.map((_, i) => i).reverse();
  return tensorVal(call.frame.build.c.transpose(x.value, { perm }), x.source);
}

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

/** `causal(T, S)`: true where position j of S may be seen from position t of T. */
function causal(call: BuiltinCall): Val {
  const rows = axisFromVal(call.args['queries']!.value, call.frame, call.span);
  const columns = axisFromVal((call.args['keys'] ?? call.args['queries'])!.value, call.frame, call.span);
  if (!rows || !columns) return poison;
  const { c } = call.frame.build;
  const to = [rows, columns];
  const t = c.broadcast(c.iota(rows), { axes: [0], to });
  const j = c.broadcast(c.iota(columns), { axes: [1], to });
  return tensorVal(c.lessEqual(j, t));
}

function sizeOfArg(call: BuiltinCall): Val {
  const val = call.args['x']!.value;
  if (val.kind === 'dim') return val;
  if (val.kind === 'tensor') {
    const size = timesDim(...val.value.type.axes.map((a) => a.size));
    return typeof size === 'number' ? numberVal(size) : { kind: 'dim', axis: axis(size) };
  }
  return fail(call.frame, typeMismatch, call.span, ['a dim or a tensor', kindText(val)]);
}

/** Reads its pattern as syntax: `rearrange(q, [B, T, N*D] -> [B, N, T, D])`. */
function rearrangeCall({ frame, span, syntax, rest }: BuiltinCall): Val {
  const args = syntax.map((a) => a.value);
  const pattern = args.at(-1);
  const written = args.length > 1 ? args[0]! : null;
  const val = rest[0]?.value ?? (written ? frame.build.evaluate(written, frame) : poison);
  if (val.kind === 'poison') return poison;
  if (pattern?.kind !== 'arrow') {
    return fail(frame, typeMismatch, span, ['a pattern like [B, T, N*D] -> [B, N, T, D]', 'something else']);
  }
  const x = toTensor(val, frame, span);
  return x ? rearrange(frame, x, pattern.from, pattern.to, span) : poison;
}

function builtin(
  name: string,
  doc: string,
  params: readonly string[],
  call: (call: BuiltinCall) => Val,
): Builtin {
  return { name, doc, params, call };
}
export const shapeBuiltins: readonly Builtin[] = [
  builtin(
    'reshape',
    'reshape(x, [B, 4, H]): the same elements under another shape; one -1 is worked out.',
    ['x', 'shape'],
    reshape,
  ),
  builtin('flatten', 'Merges all axes but the batch.', ['x'], flattenAxes),
  {
    name: 'rearrange',
    doc: 'rearrange(q, [B, T, N*D] -> [B, N, T, D]): split, permute and merge axes by name.',
    params: ['...'],
    readsSyntax: true,
    call: rearrangeCall,
  },
  builtin('transpose', 'Reverses the axes.', ['x'], transpose),
  builtin('concat', 'concat[1](a, b): joins along an axis (the last by default).', ['...', 'axis?'], concat),
  builtin('stack', 'stack((a, b), axis = 1): joins along a new axis.', ['...', 'axis?'], stack),
  builtin('unstack', 'unstack(x, axis = 1): the slices along an axis, as a tuple.', ['x', 'axis?'], (call) =>
    cut(call, null, true),
  ),
  builtin(
    'split',
    'split(x, n): n equal parts along an axis (the last by default).',
    ['x', 'parts', 'axis?'],
    (call) => {
      const parts = wholeArg(call, 'parts', 1);
      return parts === null ? poison : cut(call, parts, false);
    },
  ),
  builtin('shape', 'The shape of a tensor.', ['x'], (call) => {
    const x = tensorArg(call, 'x');
    return x ? { kind: 'shape', axes: x.value.type.axes } : poison;
  }),
  builtin('size', 'size(B): a dim as a number; size(x): the number of elements.', ['x'], sizeOfArg),
  builtin('zeros', 'zeros(shape): all 0.', ['shape?'], filled(0)),
  builtin('ones', 'ones(shape): all 1.', ['shape?'], filled(1)),
  builtin('constant', 'constant(v) after `~`: every element is v.', ['value'], (call) => {
    const value = constantOf(call.args['value']!.value);
    return value === null
      ? fail(call.frame, typeMismatch, call.span, ['a number', kindText(call.args['value']!.value)])
      : fill(value);
  }),
  builtin('full', 'full(shape, v): every element is v.', ['shape', 'value'], (call) => {
    const axes = shapeArg(call.frame, call.args['shape']!.value, call.args['shape']!.span);
    const value = constantOf(call.args['value']!.value);
    return axes && value !== null ? fillTo(call.frame, value, axes) : poison;
  }),
  builtin('one_hot', 'one_hot(y, K): 1 at the label, 0 elsewhere.', ['labels', 'classes?'], oneHot),
  builtin('causal', 'causal(T, S): true where a position may look back.', ['queries', 'keys?'], causal),
  builtin('arange', 'arange(N): 0 … N−1 along an axis.', ['n'], (call) => {
    const a = axisFromVal(call.args['n']!.value, call.frame, call.span);
    return a ? tensorVal(call.frame.build.c.iota(a)) : poison;
  }),
];
