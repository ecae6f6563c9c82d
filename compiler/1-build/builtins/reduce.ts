import { openDimUnsupported, typeMismatch } from '../../../dsl/messages/types.ts';
import { isOpen } from '../../ir/dim.ts';
import { axis, axisText, elements, tensor, type TensorType } from '../../ir/tensor-type.ts';
import type { Value } from '../../ops/op.ts';
import type { Builtin, BuiltinCall } from '../builtin.ts';
import { fail } from '../frame.ts';
import { stretch } from '../shapes.ts';
import { findAxis } from '../slices.ts';
import { asFloat, asTruth } from '../tensors.ts';
import { poison, tensorVal, type Val } from '../value.ts';
import { flagArg, tensorArg } from './arguments.ts';
import { weigh, weightsFor } from './weights.ts';

/** The axes asked for, in order; all of them when none was written. null after a report. */
function axesOf(call: BuiltinCall, type: TensorType): number[] | null {
  if (call.axes.length === 0) return type.axes.map((_, i) => i);
  const out: number[] = [];
  for (const select of call.axes) {
    const found = findAxis(call.frame, type, select, call.span);
    if (found === null) return null;
    out.push(found);
  }
  return out.toSorted((a, b) => a - b);
}

/** `keep = true` leaves each folded axis behind with size 1, so that the result meets the whole again. */
function keepAxes(call: BuiltinCall, value: Value, type: TensorType, folded: readonly number[]): Value {
  if (!flagArg(call, 'keep')) return value;
  const axes = type.axes.map((a, i) => (folded.includes(i) ? axis(1) : a));
  return call.frame.build.c.reshape(value, { axes });
}

export function reduceTo(call: BuiltinCall, name: string, op: string): Val {
  const x = tensorArg(call, name);
  if (!x) return poison;
  const { c } = call.frame.build;
  const source = op.startsWith('arg') ? x : asFloat(x, call.frame);
  const folded = axesOf(call, source.value.type);
  if (!folded) return poison;
  if (folded.length === 0) return source;
  if (op.startsWith('arg') && !namesAxis(call, op, source.value.type)) return poison;
  return tensorVal(keepAxes(call, c.apply(op, [source.value], { axes: folded }), source.value.type, folded));
}

/** A position among the elements of all rows means nothing. */
function namesAxis({ axes: written, frame, span }: BuiltinCall, op: string, { axes }: TensorType): boolean {
  if (written.length > 0 || axes.length < 2 || !axes.some(({ size }) => isOpen(size))) return true;
  fail(frame, typeMismatch, span, [`an axis, as in \`${op}[${axisText(axes.at(-1)!)}](…)\``, `\`${op}\` of all axes, the batch too`]); // prettier-ignore
  return false;
}

/** mean = sum / count, so that over a split the host can add up sums and divide once. */
function meanOver(call: BuiltinCall, x: Value, folded: readonly number[]): Value {
  return folded.length === 0 ? x : call.frame.build.c.mean(x, { axes: folded });
}

/** Σ w·x / Σ w, 0 where all weights are; over a split, both sums are those of the split. */
function weightedMean(call: BuiltinCall, x: Value, folded: readonly number[]): Value | null {
  const weights = weightsFor(call, 'weight', x.type);
  if (weights === null || weights === 'none') return weights && meanOver(call, x, folded);
  const { c } = call.frame.build;
  const whole = c.sum(weights, { axes: folded });
  const divisor = c.where(c.equal(whole, c.number(0)), c.number(1), whole);
  return c.div(c.sum(c.mul(x, weights), { axes: folded }), divisor);
}

/** By halves: each factor's slope is the product of the others, so zeros need no care. */
function productOver(call: BuiltinCall, x: Value, folded: readonly number[]): Value | null {
  const { c } = call.frame.build;
  const open = folded.map((i) => x.type.axes[i]!).find((a) => isOpen(a.size));
  if (open) {
    fail(call.frame, openDimUnsupported, call.span, [`multiplying along the open axis ${axisText(open)}`]);
    return null;
  }
  let product = x;
  for (const at of folded) {
    for (let size = x.type.axes[at]!.size as number; size > 1; size = Math.ceil(size / 2)) {
      const half = Math.floor(size / 2);
      const part = (start: number, size: number) => c.slice(product, { axis: at, start, size });
      const pairs = c.mul(part(0, half), part(half, half));
      product = size % 2 === 0 ? pairs : c.concat([pairs, part(size - 1, 1)], { axis: at });
    }
  }
  return c.reshape(product, { axes: x.type.axes.filter((_, i) => !folded.includes(i)) });
}

/**
 * Population variance (divides by n): what batch and layer normalisation use. `unbiased = true` divides by n − 1, of
 * a single value by 1.
 */
function varianceOver(call: BuiltinCall, x: Value, folded: readonly number[]): Value {
  const { c } = call.frame.build;
  const mean = meanOver(call, x, folded);
  const kept = c.reshape(mean, {
    axes: x.type.axes.map((a, i) => (folded.includes(i) ? axis(1) : a)),
  });
  const spread = stretch(call.frame, tensorVal(kept), x.type.axes).value;
  const centred = c.sub(x, spread);
  const squares = c.powi(centred, { exponent: 2 });
  if (!flagArg(call, 'unbiased') || folded.length === 0) return meanOver(call, squares, folded);
  const count = c.size(elements(tensor(folded.map((i) => x.type.axes[i]!))));
  return c.div(c.sum(squares, { axes: folded }), c.maximum(c.sub(count, c.number(1)), c.number(1)));
}

function composite(
  name: string,
  doc: string,
  make: (call: BuiltinCall, x: Value, folded: readonly number[]) => Value | null,
  { allBut = false, more = [] }: { readonly allBut?: boolean; readonly more?: readonly string[] } = {},
): Builtin {
  return {
    name,
    doc,
    params: ['x', 'keep?', ...more],
    call: (call) => {
      const given = tensorArg(call, 'x');
      if (!given) return poison;
      const x = asFloat(given, call.frame).value;
      const named = axesOf(call, x.type);
      if (!named) return poison;
      const folded = allBut ? x.type.axes.flatMap((_, i) => (named.includes(i) ? [] : [i])) : named;
      const value = make(call, x, folded);
      return value ? tensorVal(keepAxes(call, value, x.type, folded)) : poison;
    },
  };
}
function simple(name: string, doc: string, op: string): Builtin {
  return { name, doc, params: ['x', 'keep?'], call: (call) => reduceTo(call, 'x', op) };
}

/** Whether a condition holds somewhere, or everywhere, as the largest or smallest of 0 and 1. */
function whether(name: string, doc: string, op: 'amax' | 'amin'): Builtin {
  return {
    name,
    doc,
    params: ['condition', 'keep?'],
    call: (call) => {
      const arg = call.args['condition']!;
      const condition = asTruth(arg.value, call.frame, arg.span);
      const folded = condition && axesOf(call, condition.value.type);
      if (!condition || !folded) return poison;
      if (folded.length === 0) return condition;
      const { c } = call.frame.build;
      const found = c.apply(op, [c.toFloat(condition.value)], { axes: folded });
      return tensorVal(c.greater(keepAxes(call, found, condition.value.type, folded), c.number(0)));
    },
  };
}

const rootOf = (call: BuiltinCall, x: Value) => call.frame.build.c.sqrt(x);

export const reduceBuiltins: readonly Builtin[] = [
  simple('sum', 'sum[K](x): the sum over axes; sum(x): over all.', 'sum'),
  simple('argmax', 'argmax[K](x): position of the first largest element.', 'argmax'),
  simple('argmin', 'argmin[K](x): position of the first smallest element.', 'argmin'),
  composite(
    'mean',
    'mean[K](x): the mean over axes; mean(x): over all. With `weight =` for each sample: what is weighed, divided by the weights.',
    weightedMean,
    { more: ['weight?'] },
  ),
  weigh,
  composite('prod', 'prod[K](x): the product over axes, which have fixed sizes.', productOver),
  whether('any', 'any[K](c): whether a condition holds somewhere along axes.', 'amax'),
  whether('all', 'all[K](c): whether a condition holds everywhere along axes.', 'amin'),
  composite(
    'var',
    'Population variance over axes: divides by n, with unbiased = true by n − 1.',
    varianceOver,
    {
      more: ['unbiased?'],
    },
  ),
  composite(
    'std',
    'Square root of the variance over axes.',
    (call, x, f) => rootOf(call, varianceOver(call, x, f)),
    { more: ['unbiased?'] },
  ),
  composite('norm', 'norm[1](x): Euclidean length along axes; slope 0 at 0.', (call, x, f) => {
    const { c } = call.frame.build;
    const squares = c.powi(x, { exponent: 2 });
    return rootOf(call, c.sum(squares, { axes: f }));
  }),
  composite(
    'sum_all_but',
    'Sum over every axis but these.',
    (call, x, f) => call.frame.build.c.sum(x, { axes: f }),
    { allBut: true },
  ),
  composite('mean_all_but', 'Mean over every axis but these.', meanOver, { allBut: true }),
  composite('var_all_but', 'Variance over every axis but these.', varianceOver, {
    allBut: true,
    more: ['unbiased?'],
  }),
];
