import { gradOfNonScalar, notDifferentiable } from '../../../dsl/messages/gradients.ts';
import { typeMismatch } from '../../../dsl/messages/types.ts';
import type { Span } from '../../../dsl/diagnostic.ts';
import { printExpression } from '../../../dsl/print.ts';
import { typeText } from '../../ir/tensor-type.ts';
import type { Value } from '../../ops/op.ts';
import type { Builtin, BuiltinCall } from '../builtin.ts';
import { fail, type Frame } from '../frame.ts';
import { asFloat, toTensor } from '../tensors.ts';
import { paramItems, paramsOf } from '../parameters.ts';
import { poison, tensorVal, type Val } from '../value.ts';
import { tensorArg } from './arguments.ts';

/** ∂y/∂x, as a value like any other, to any order. */
function grad(call: BuiltinCall): Val {
  const { frame } = call;
  const y = tensorArg(call, 'y');
  const target = call.args['x']!.value;
  if (!y) return poison;
  if (y.value.type.axes.length > 0) {
    const { expr, span } = call.args['y']!;
    const text = printExpression(expr);
    const of = printExpression(call.args['x']!.expr);
    return fail(frame, gradOfNonScalar, span, [text, typeText(y.value.type)], {
      help: `sum it first: \`grad(sum(${text}), ${of})\``,
    });
  }
  const { dtype } = y.value.type;
  if (dtype !== 'float') return jumps(frame, y.value, call.args['y']!.span);
  const items =
    target.kind === 'params'
      ? target.items
      : target.kind === 'instance'
        ? paramItems(frame.build, target)
        : null;
  if (items) {
    return {
      kind: 'params',
      items: items.map((item) => ({ name: item.name, value: gradient(frame, y.value, item.value) })),
    };
  }
  const x = tensorArg(call, 'x');
  if (!x) return poison;
  if (x.value.type.dtype !== 'float') {
    return fail(frame, typeMismatch, call.args['x']!.span, ['a tensor of numbers', typeText(x.value.type)]);
  }
  return tensorVal(gradient(frame, y.value, x.value));
}
/** Labels and truth values jump from value to value. */
export function jumps(frame: Frame, y: Value, span: Span): Val {
  const { op, label } = frame.build.builder.get(y.id);
  return fail(frame, notDifferentiable, span, [label ?? op], {
    help: 'take the loss from what comes before it: logits for `cross_entropy`, a difference for `mean((a - b)^2)`',
  });
}
export function gradient(frame: Frame, y: Value, x: Value): Value {
  return frame.build.builder.grad(y, x);
}

/** Σ over all parameters of a folded elementwise function: weight penalties. */
function penalty(name: string, doc: string, op: (frame: Frame, w: Value) => Value): Builtin {
  return {
    name,
    doc,
    params: ['net', 'k'],
    call: (call) => {
      const { frame } = call;
      const { c } = frame.build;
      const items = paramsOf(frame, call.args['net']!);
      const k = toTensor(call.args['k']!.value, frame, call.args['k']!.span);
      if (!items || !k) return poison;
      let total: Value | null = null;
      for (const { value } of items) {
        const term = op(frame, value);
        const folded = c.sum(term, { axes: value.type.axes.map((_, i) => i) });
        total = total ? c.add(total, folded) : folded;
      }
      return total ? tensorVal(c.mul(asFloat(k, frame).value, total)) : poison;
    },
  };
}

export const gradientBuiltins: readonly Builtin[] = [
  {
    name: 'grad',
    doc: 'grad(y, x): the gradient of the scalar y, to any order.',
    params: ['y', 'x'],
    call: grad,
  },
  {
    name: 'detach',
    doc: 'The value, with no gradient through it.',
    params: ['x'],
    call: (call) => {
      const x = tensorArg(call, 'x');
      return x ? tensorVal(call.frame.build.c.detach(x.value), x.source) : poison;
    },
  },
  {
    name: 'params',
    doc: 'All parameters of a model, to be differentiated by or combined elementwise.',
    params: ['net'],
    call: (call) => {
      const items = paramsOf(call.frame, call.args['net']!);
      return items ? { kind: 'params', items } : poison;
    },
  },
  penalty('l1', 'l1(net, k): k times the sum of magnitudes of all parameters.', (frame, w) =>
    frame.build.c.abs(w),
  ),
  penalty('l2', 'l2(net, k): k times the sum of squares of all parameters.', (frame, w) =>
    frame.build.c.powi(w, { exponent: 2 }),
  ),
];
