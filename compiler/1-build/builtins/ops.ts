import { findOp, opNames } from '../../ops/calculus.ts';
import type { Axis } from '../../ir/tensor-type.ts';
import type { Builtin, BuiltinCall } from '../builtin.ts';
import { reportClash, broadcastAxes, stretch } from '../shapes.ts';
import { asFloat } from '../tensors.ts';
import { poison, tensorVal, type TensorVal, type Val } from '../value.ts';
import { tensorArg } from './arguments.ts';

/** Element by element, on arguments that are broadcast to one shape. */
function applyOp(name: string, inputs: readonly string[], call: BuiltinCall): Val {
  const { frame, span } = call;
  const given = inputs.map((input) => tensorArg(call, input));
  if (given.includes(null)) return poison;
  const values = (given as TensorVal[]).map((value) => asFloat(value, frame));
  let axes: readonly Axis[] = [];
  for (const [i, { value }] of values.entries()) {
    const joint = broadcastAxes(axes, value.type.axes);
    if (!joint) {
      const sides = [i - 1, i].map((at) => ({
        val: values[at]!,
        span: call.args[inputs[at]!]!.span,
        name: `\`${inputs[at]!}\``,
        says: null,
      }));
      return reportClash(frame, `shapes do not match in \`${name}\``, span, sides, null);
    }
    axes = joint;
  }
  const full = values.map((value) => stretch(frame, value, axes).value);
  return tensorVal(frame.build.c.apply(name, full));
}

/** Ops that are functions of the language under their own name. */
export const opBuiltins: readonly Builtin[] = opNames().flatMap((name) => {
  const { callable, doc, inputs } = findOp(name)!;
  if (!callable) return [];
  return [{ name, doc, params: inputs, call: (call: BuiltinCall) => applyOp(name, inputs, call) }];
});
