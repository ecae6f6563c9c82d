import { shapeMismatch } from '../../../dsl/messages/types.ts';
import { typeText, type TensorType } from '../../ir/tensor-type.ts';
import type { Value } from '../../ops/op.ts';
import type { Builtin, BuiltinCall } from '../builtin.ts';
import { fail } from '../frame.ts';
import { agree } from '../shapes.ts';
import { asFloat } from '../tensors.ts';
import { constantOf, poison, tensorVal } from '../value.ts';
import { tensorArg } from './arguments.ts';

/**
 * A weight for each sample, whatever the shape of a sample: the axes of the weights are the first of those
 * weighed. `'none'` where all weigh 1; null after a report.
 */
export function weightsFor(call: BuiltinCall, name: string, type: TensorType): Value | 'none' | null {
  const arg = call.args[name];
  if (!arg || constantOf(arg.value) === 1) return 'none';
  const given = tensorArg(call, name);
  if (!given) return null;
  const { axes } = given.value.type;
  const fits =
    axes.length <= type.axes.length &&
    axes.every((a, i) => (a.name === null && a.size === 1) || agree(a, type.axes[i]!));
  if (!fits) {
    fail(call.frame, shapeMismatch, call.span, [
      `the weights are ${typeText(given.value.type)}, which are not the first axes of ${typeText(type)}`,
    ]);
    return null;
  }
  const weights = asFloat(given, call.frame).value;
  return call.frame.build.c.broadcast(weights, { axes: axes.map((_, i) => i), to: type.axes });
}

export const weigh: Builtin = {
  name: 'weigh',
  doc: 'weigh(x, w): x times a weight for each sample; the axes of w are the first axes of x.',
  params: ['x', 'weight'],
  call: (call) => {
    const x = tensorArg(call, 'x');
    if (!x) return poison;
    const weights = weightsFor(call, 'weight', x.value.type);
    if (weights === 'none') return x;
    return weights ? tensorVal(call.frame.build.c.mul(asFloat(x, call.frame).value, weights)) : poison;
  },
};
