import { openDimUnsupported } from '../../../dsl/messages/types.ts';
import { isOpen } from '../../ir/dim.ts';
import { axisText } from '../../ir/tensor-type.ts';
import type { Value } from '../../ops/op.ts';
import type { Builtin, BuiltinCall } from '../builtin.ts';
import { fail } from '../frame.ts';
import { findAxis } from '../slices.ts';
import { asFloat } from '../tensors.ts';
import { poison, tensorVal, type Val } from '../value.ts';
import { flagArg, tensorArg } from './arguments.ts';

/**
 * A running value along an axis: a scan whose one carry is also what it stacks, so its derivative is a scan the
 * other way, at zeros and to any order.
 */
function running(
  call: BuiltinCall,
  first: number,
  reverse: boolean,
  step: (before: Value, element: Value) => Value,
): Val {
  const given = tensorArg(call, 'x');
  if (!given) return poison;
  const { frame, span } = call;
  const { c, builder } = frame.build;
  const x = asFloat(given, frame).value;
  const [select = { kind: 'position' as const, at: -1 }] = call.axes;
  const axis = findAxis(frame, x.type, select, span);
  if (axis === null) return poison;
  const along = x.type.axes[axis]!;
  if (isOpen(along.size))
    return fail(frame, openDimUnsupported, span, [`a running value along the open axis ${axisText(along)}`]);
  const start = c.fill(first, x.type.axes.toSpliced(axis, 1));
  const { stacks } = builder.scan({ extent: along.size, reverse, initial: [start] }, (turn, [before]) => {
    const next = step(before!, c.atTurn(x, { axis, turn }));
    return { next: [next], emits: [{ value: next, axis, stack: along }] };
  });
  return tensorVal(stacks[0]!);
}

function discountedSum(call: BuiltinCall): Val {
  const { c } = call.frame.build;
  const factor = tensorArg(call, 'discount');
  if (!factor) return poison;
  const discount = asFloat(factor, call.frame).value;
  return running(call, 0, true, (after, reward) => c.add(reward, c.mul(discount, after)));
}

export const cumulativeBuiltins: readonly Builtin[] = [
  {
    name: 'cumsum',
    doc: 'cumsum[T](x): the sum up to and including each position of an axis (the last, if none is named); reverse = true: from it to the end.',
    params: ['x', 'reverse?'],
    call: (call) => running(call, 0, flagArg(call, 'reverse'), (a, b) => call.frame.build.c.add(a, b)),
  },
  {
    name: 'cumprod',
    doc: 'cumprod[T](x): the product up to and including each position of an axis (the last, if none is named).',
    params: ['x', 'reverse?'],
    call: (call) => running(call, 1, flagArg(call, 'reverse'), (a, b) => call.frame.build.c.mul(a, b)),
  },
  {
    name: 'discounted_sum',
    doc: 'discounted_sum[T](r, 0.99): what is still to come at each position, each later one counting a factor less: the return of rewards.',
    params: ['x', 'discount'],
    call: discountedSum,
  },
];
