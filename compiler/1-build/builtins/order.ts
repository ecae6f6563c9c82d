import { shapeMismatch, typeMismatch } from '../../../dsl/messages/types.ts';
import { axis, typeText, type Axis } from '../../ir/tensor-type.ts';
import type { Value } from '../../ops/op.ts';
import type { Builtin, BuiltinCall } from '../builtin.ts';
import { fail } from '../frame.ts';
import { agree, axisFromVal } from '../shapes.ts';
import { asFloat } from '../tensors.ts';
import { poison, tensorVal, type TensorVal, type Val } from '../value.ts';
import { fixedAxis, flagArg, refuse, tensorArg, wholeArg } from './arguments.ts';

interface Sorting {
  readonly x: TensorVal;
  readonly at: number;
  /** Of each element in its sorted row. */
  readonly ranks: Value;
}
function sorting(call: BuiltinCall, descending: boolean): Sorting | null {
  const given = tensorArg(call, 'x');
  const at = given && fixedAxis(call, given.value.type, 'sorting');
  if (!given || at === null) return null;
  const { c } = call.frame.build;
  const x = asFloat(given, call.frame);
  return { x, at, ranks: c.rank(descending ? c.neg(x.value) : x.value, { axis: at }) };
}

/** Elements put in their places: a gather by a permutation, whose gradient is the gather by its inverse. */
function placed(call: BuiltinCall, { x, at, ranks }: Sorting, to: Axis): Val {
  return tensorVal(call.frame.build.c.addAlong(x.value, ranks, { axis: at, to }), x.source);
}
/** Where the elements of the sorted row stood. */
function places(call: BuiltinCall, { x, at, ranks }: Sorting, to: Axis): Val {
  const { c } = call.frame.build;
  const { axes } = x.value.type;
  const positions = c.broadcast(c.iota(axes[at]!), { axes: [at], to: axes });
  const classed = { ...positions, type: { ...positions.type, classes: axes[at]! } };
  return tensorVal(c.addAlong(classed, ranks, { axis: at, to }));
}

function sort(call: BuiltinCall, result: typeof placed): Val {
  const order = sorting(call, flagArg(call, 'descending'));
  return order ? result(call, order, order.x.value.type.axes[order.at]!) : poison;
}

function topK(call: BuiltinCall): Val {
  const order = sorting(call, true);
  const k = axisFromVal(call.args['k']!.value, call.frame, call.args['k']!.span);
  if (!order || !k) return poison;
  const along = order.x.value.type.axes[order.at]!;
  if (typeof k.size !== 'number' || k.size < 1 || k.size > (along.size as number))
    return refuse(call.frame, call.args['k']!, `a whole number from 1 to ${String(along.size)}`) ?? poison;
  return { kind: 'tuple', items: [placed(call, order, k), places(call, order, k)] };
}

/** One position a row, which drops the axis, or a row of positions each. */
function takeAlong(call: BuiltinCall): Val {
  const x = tensorArg(call, 'x');
  const positions = tensorArg(call, 'positions');
  const at = x && fixedAxis(call, x.value.type, 'taking positions of');
  if (!x || !positions || at === null) return poison;
  if (positions.value.type.dtype !== 'int')
    return fail(call.frame, typeMismatch, call.args['positions']!.span, [
      'positions, which are whole numbers',
      typeText(positions.value.type),
    ]);
  const { c } = call.frame.build;
  const { axes } = x.value.type;
  const rest = axes.toSpliced(at, 1);
  const given = positions.value.type.axes;
  const single = given.length === rest.length;
  const rows = single ? given : given.toSpliced(at, 1);
  if (rows.length !== rest.length || !rows.every((a, i) => agree(a, rest[i]!)))
    return fail(call.frame, shapeMismatch, call.span, [
      `positions for ${typeText(x.value.type)} stand in the same rows, but they are ${typeText(positions.value.type)}`,
    ]);
  if (single) return tensorVal(c.takeAt(x.value, positions.value, { axes: [at] }), x.source);
  return tensorVal(c.takeAlong(x.value, positions.value, { axis: at }), x.source);
}

function flip(call: BuiltinCall): Val {
  const x = tensorArg(call, 'x');
  const at = x && fixedAxis(call, x.value.type, 'reversing');
  return x && at !== null ? tensorVal(call.frame.build.c.flip(x.value, { axis: at }), x.source) : poison;
}

function roll(call: BuiltinCall): Val {
  const x = tensorArg(call, 'x');
  const shift = wholeArg(call, 'shift', 1);
  const at = x && fixedAxis(call, x.value.type, 'rolling');
  if (!x || at === null || shift === null) return poison;
  return tensorVal(call.frame.build.c.roll(x.value, { axis: at, shift }), x.source);
}

function pad(call: BuiltinCall): Val {
  const x = tensorArg(call, 'x');
  const [before, after] = [wholeArg(call, 'before', 0), wholeArg(call, 'after', 0)];
  const filler = call.args['value'] ? tensorArg(call, 'value') : null;
  const at = x && fixedAxis(call, x.value.type, 'padding');
  if (!x || at === null || before === null || after === null || (call.args['value'] && !filler))
    return poison;
  for (const name of ['before', 'after'])
    if ((name === 'before' ? before : after) < 0)
      return refuse(call.frame, call.args[name]!, 'a whole number from 0 on') ?? poison;
  if (filler && filler.value.type.axes.length > 0)
    return refuse(call.frame, call.args['value']!, 'one number') ?? poison;
  const { c } = call.frame.build;
  const source = asFloat(x, call.frame).value;
  if (!filler) return tensorVal(c.pad(source, { axis: at, before, after }));
  const block = (size: number) =>
    size === 0 ? [] : [c.fill(asFloat(filler, call.frame).value, source.type.axes.with(at, axis(size)))];
  return tensorVal(c.concat([...block(before), source, ...block(after)], { axis: at }));
}

export const orderBuiltins: readonly Builtin[] = [
  {
    name: 'sort',
    doc: 'sort[T](x): each row of an axis (the last by default) sorted upwards, NaN last; `descending = true`: downwards. Takes n² comparisons a row of n.',
    params: ['x', 'descending?', 'axis?'],
    call: (call) => sort(call, placed),
  },
  {
    name: 'argsort',
    doc: 'argsort[T](x): where the elements of the sorted row stood; equal ones keep their order.',
    params: ['x', 'descending?', 'axis?'],
    call: (call) => sort(call, places),
  },
  {
    name: 'top_k',
    doc: 'top_k[K](x, k): the k largest along an axis (the last by default), the largest first, and their positions, as a pair.',
    params: ['x', 'k', 'axis?'],
    call: topK,
  },
  {
    name: 'take_along',
    doc: 'take_along[K](x, i): along an axis, the elements at positions i, row by row; with one position a row the axis goes away.',
    params: ['x', 'positions', 'axis?'],
    call: takeAlong,
  },
  {
    name: 'flip',
    doc: 'flip[T](x): an axis (the last by default) in reverse order.',
    params: ['x', 'axis?'],
    call: flip,
  },
  {
    name: 'roll',
    doc: 'roll[T](x, shift): moved along an axis (the last by default); what leaves at one end comes in at the other.',
    params: ['x', 'shift', 'axis?'],
    call: roll,
  },
  {
    name: 'pad',
    doc: 'pad[T](x, before, after, value = 0): elements added before and after along an axis (the last by default).',
    params: ['x', 'before', 'after?', 'value?', 'axis?'],
    call: pad,
  },
];
