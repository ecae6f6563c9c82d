import { axis, elements, tensor, type TensorType } from '../../ir/tensor-type.ts';
import type { Value } from '../../ops/op.ts';
import type { Builtin, BuiltinCall } from '../builtin.ts';
import { stretch } from '../shapes.ts';
import { findAxis } from '../slices.ts';
import { asFloat } from '../tensors.ts';
import { poison, tensorVal, type Val } from '../value.ts';
import { flagArg, tensorArg } from './arguments.ts';

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
  return tensorVal(keepAxes(call, c.apply(op, [source.value], { axes: folded }), source.value.type, folded));
}

/** mean = sum / count, so that over a split the host can add up sums and divide once. */
function meanOver(call: BuiltinCall, x: Value, folded: readonly number[]): Value {
  return folded.length === 0 ? x : call.frame.build.c.mean(x, { axes: folded });
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
  make: (call: BuiltinCall, x: Value, folded: readonly number[]) => Value,
  { allBut = false, more = [] as readonly string[] } = {},
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
      return tensorVal(keepAxes(call, make(call, x, folded), x.type, folded));
    },
  };
}
function simple(name: string, doc: string, op: string): Builtin {
  return { name, doc, params: ['x', 'keep?'], call: (call) => reduceTo(call, 'x', op) };
}

const rootOf = (call: BuiltinCall, x: Value) => call.frame.build.c.sqrt(x);

export const reduceBuiltins: readonly Builtin[] = [
  simple('sum', 'sum[K](x): the sum over axes; sum(x): over all.', 'sum'),
  simple('argmax', 'argmax[K](x): position of the first largest element.', 'argmax'),
  simple('argmin', 'argmin[K](x): position of the first smallest element.', 'argmin'),
  composite('mean', 'mean[K](x): the mean over axes; mean(x): over all.', meanOver),
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
