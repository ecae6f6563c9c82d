import { typeMismatch } from '../../dsl/messages/types.ts';
import { printExpression } from '../../dsl/print.ts';
import { typeText } from '../ir/tensor-type.ts';
import type { Value } from '../ops/op.ts';
import { fail, type Frame } from './frame.ts';
import { stretch } from './shapes.ts';
import { asFloat, toTensor } from './tensors.ts';
import { constantOf, tensorVal, type NamedVal } from './value.ts';

/** Arguments any optimizer takes, unless it has one of that name itself. */
export const common = ['clip_norm', 'clip_value', 'weight_decay'];

/** A norm or value to clip to is above 0: at 0 nothing would move, below it steps would go uphill. */
export function isLimit({ name, value, span, expr }: NamedVal, frame: Frame): boolean {
  const known = constantOf(value);
  if (known === null || known > 0 || name === 'weight_decay') return true;
  fail(frame, typeMismatch, span, [`a number above 0 for \`${name}\``, printExpression(expr)]);
  return false;
}

/** One number for all elements: a rate per sample, say, would have nowhere to go. */
export function isScalar({ value, span }: NamedVal, frame: Frame): boolean {
  if (value.kind !== 'tensor' || value.value.type.axes.length === 0) return true;
  fail(frame, typeMismatch, span, ['one number', typeText(value.value.type)]);
  return false;
}

/** By value: each element. By norm: all gradients of the update together (max norm / (norm + 1e-6), as PyTorch). */
export function clip(
  gradients: readonly Value[],
  shared: ReadonlyMap<string, NamedVal>,
  frame: Frame,
): readonly Value[] {
  const { c } = frame.build;
  const byValue = shared.get('clip_value');
  const byNorm = shared.get('clip_norm');
  const spread = (v: Value, like: Value) => stretch(frame, tensorVal(v), like.type.axes).value;
  let out = gradients;
  if (byValue) {
    const limit = toTensor(byValue.value, frame, byValue.span);
    if (!limit) return out;
    out = out.map((g) => {
      const hi = spread(limit.value, g);
      return c.minimum(c.maximum(g, c.neg(hi)), hi);
    });
  }
  if (!byNorm || out.length === 0) return out;
  const limit = toTensor(byNorm.value, frame, byNorm.span);
  if (!limit) return out;
  const squares = out.map((g) => {
    const square = c.powi(g, { exponent: 2 });
    return c.sum(square, { axes: g.type.axes.map((_, i) => i) });
  });
  const norm = c.sqrt(squares.reduce((a, b) => c.add(a, b)));
  const eps = c.number(1e-6);
  const one = c.number(1);
  const scale = c.minimum(c.div(limit.value, c.add(norm, eps)), one);
  return out.map((g) => c.mul(g, spread(scale, g)));
}

/** Coupled weight decay: added to the gradient (adamw and lion have their own, decoupled). */
export function decay(g: Value, w: Value, arg: NamedVal | undefined, frame: Frame): Value {
  if (!arg || constantOf(arg.value) === 0) return g;
  const k = toTensor(arg.value, frame, arg.span);
  if (!k) return g;
  const { c } = frame.build;
  const factor = stretch(frame, asFloat(k, frame), w.type.axes).value;
  return c.add(g, c.mul(factor, w));
}
