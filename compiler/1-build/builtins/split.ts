import { shapeMismatch } from '../../../dsl/messages/types.ts';
import { isOpen } from '../../ir/dim.ts';
import { outVars, load } from '../../ir/formula-build.ts';
import { axis, typeText } from '../../ir/tensor-type.ts';
import type { Builtin, BuiltinCall } from '../builtin.ts';
import { fail } from '../frame.ts';
import { agree } from '../shapes.ts';
import { collectedSize } from '../sweep.ts';
import { asFloat } from '../tensors.ts';
import { poison, tensorVal, type Val } from '../value.ts';
import { numberArg, tensorArg } from './arguments.ts';

/**
 * In a step the batch as it is; in a quantity of a split the values of all its rows, which the host gathers batch by
 * batch (`collect` of a sweep).
 */
function collect(call: BuiltinCall): Val {
  const x = tensorArg(call, 'x');
  if (!x) return poison;
  const { c, builder, phase } = call.frame.build;
  const value = c.detach(asFloat(x, call.frame).value);
  const [first, ...rest] = value.type.axes;
  if (!first || !isOpen(first.size)) return x;
  if (phase !== 'evaluate' && phase !== 'predict') {
    return tensorVal({ ...value, type: { ...value.type, axes: [axis(first.size), ...rest] } });
  }
  const type = { ...value.type, axes: [axis(collectedSize(first.size, () => true)), ...rest] };
  return tensorVal(builder.node('collect', {}, [value], type, load(0, outVars(type.axes.length))));
}

function below(call: BuiltinCall): Val {
  const x = tensorArg(call, 'x');
  const weights = tensorArg(call, 'weights');
  const ties = numberArg(call, 'ties', 0.5);
  if (!x || !weights || ties === null) return poison;
  const [a, b] = [x.value.type.axes, weights.value.type.axes];
  if (a.length !== 1 || b.length !== 1 || !agree(a[0]!, b[0]!)) {
    return fail(call.frame, shapeMismatch, call.span, [
      `\`below\` takes a row of numbers and a weight for each, but is given ${typeText(x.value.type)} and ${typeText(weights.value.type)}`,
    ]);
  }
  return tensorVal(
    call.frame.build.c.below(asFloat(x, call.frame).value, asFloat(weights, call.frame).value, { ties }),
  );
}

export const splitBuiltins: readonly Builtin[] = [
  {
    name: 'collect',
    doc: 'collect(x): in a quantity of a split the values of all its samples, in a step those of the batch; no gradient flows through.',
    params: ['x'],
    call: collect,
  },
  {
    name: 'below',
    doc: 'below(x, w): for each number of x the weights of the smaller ones; equal ones count half, or the share `ties`. Takes n² comparisons.',
    params: ['x', 'weights', 'ties?'],
    call: below,
  },
];
