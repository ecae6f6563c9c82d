import {
  openDimUnsupported,
  reshapeSize,
  shapeMismatch,
  typeMismatch,
  unknownAxis,
} from '../../../dsl/messages/types.ts';
import { isOpen, timesDim } from '../../ir/dim.ts';
import { axis, axisText, typeText } from '../../ir/tensor-type.ts';
import { type Builtin, builtin, type BuiltinCall } from '../builtin.ts';
import { fail } from '../frame.ts';
import { rearrange } from '../rearrange.ts';
import { agree, mergedAxis, reshaped, solveReshape } from '../shapes.ts';
import { findAxis } from '../slices.ts';
import { asFloat, toTensor } from '../tensors.ts';
import { kindText, numberVal, poison, tensorVal, type NamedVal, type TensorVal, type Val } from '../value.ts';
import { oneAxis, shapeArgWithHole, tensorArg, wholeArg } from './arguments.ts';

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
  const all = x.value.type.axes.map((_, i) => i);
  const [first, second] = call.axes.map((select) => findAxis(call.frame, x.value.type, select, call.span));
  if (first === null || second === null) return poison;
  if (call.axes.length !== 0 && call.axes.length !== 2)
    return fail(call.frame, typeMismatch, call.span, ['two axes to swap, or none', `${call.axes.length}`]);
  const swapped = (i: number) => (i === first ? second! : i === second ? first! : i);
  const perm = call.axes.length === 0 ? all.toReversed() : all.map(swapped);
  return tensorVal(call.frame.build.c.transpose(x.value, { perm }), x.source);
}

function unsqueeze(call: BuiltinCall): Val {
  const x = tensorArg(call, 'x');
  const at = wholeArg(call, 'axis', -1);
  if (!x || at === null) return poison;
  const { axes } = x.value.type;
  const position = at < 0 ? axes.length + 1 + at : at;
  if (position < 0 || position > axes.length)
    return fail(call.frame, unknownAxis, call.span, [String(at), typeText(x.value.type)]);
  return reshaped(call.frame, x, axes.toSpliced(position, 0, axis(1)), call.span);
}

function squeeze(call: BuiltinCall): Val {
  const x = tensorArg(call, 'x');
  const at = x && oneAxis(call, x.value.type, -1);
  if (!x || at === null) return poison;
  const { axes } = x.value.type;
  if (axes[at]!.size !== 1)
    return fail(call.frame, shapeMismatch, call.span, [
      `only an axis of size 1 can be dropped, but the axis asked for of ${typeText(x.value.type)} is ${axisText(axes[at]!)}`,
    ]);
  return reshaped(call.frame, x, axes.toSpliced(at, 1), call.span);
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
  builtin(
    'transpose',
    'transpose(x): the axes in reverse order; transpose[T, S](x): these two change places.',
    ['x'],
    transpose,
  ),
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
  builtin(
    'unsqueeze',
    'unsqueeze(x, 1): a new axis of size 1 at that position (the end by default).',
    ['x', 'axis?'],
    unsqueeze,
  ),
  builtin(
    'squeeze',
    'squeeze(x, 1): without that axis (the last by default), whose size is 1.',
    ['x', 'axis?'],
    squeeze,
  ),
];
