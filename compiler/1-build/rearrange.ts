import type { Span } from '../../dsl/diagnostic.ts';
import type { Expression, ListLiteral } from '../../dsl/model.ts';
import { printExpression } from '../../dsl/print.ts';
import { reshapeSize, typeMismatch } from '../../dsl/messages/types.ts';
import { divideDim, sameDim, timesDim, type Dim } from '../ir/dim.ts';
import { axis, typeText, type Axis } from '../ir/tensor-type.ts';
import { fail, lookup, type Frame } from './frame.ts';
import { axisFromVal, reshaped } from './shapes.ts';
import { poison, tensorVal, type TensorVal, type Val } from './value.ts';

/** `rearrange(q, [B, T, N*D] -> [B, N, T, D])`: split axes, permute, merge. The pattern's names are the new names. */
export function rearrange(frame: Frame, x: TensorVal, from: ListLiteral, to: ListLiteral, span: Span): Val {
  const type = x.value.type;
  if (from.items.length !== type.axes.length) {
    return fail(frame, reshapeSize, span, [
      `\`${printExpression(from)}\` has ${from.items.length} axes but the tensor is ${typeText(type)}`,
    ]);
  }
  const atoms = new Map<string, Axis>();
  const order: string[] = [];
  for (const [i, item] of from.items.entries()) {
    if (!splitAxis(frame, item, type.axes[i]!, atoms, order)) return poison;
  }
  const target = to.items.map((item) => factorsOf(item));
  const wanted = target
    .flat()
    .filter((f) => !isOne(f))
    .map(keyOf);
  const same =
    wanted.length === order.length &&
    wanted.every((k) => order.includes(k)) &&
    new Set(wanted).size === wanted.length;
  if (!same) {
    return fail(frame, reshapeSize, to.span, [
      `both sides of a rearrange must name the same axes: ${order.join(', ')} against ${wanted.join(', ')}`,
    ]);
  }
  const { c } = frame.build;
  const atomic = order.map((k) => atoms.get(k)!);
  const split = reshaped(frame, x, atomic, span);
  if (split.kind !== 'tensor') return poison;
  const perm = wanted.map((k) => order.indexOf(k));
  const turned = perm.every((p, i) => p === i) ? split.value : c.transpose(split.value, { perm });
  const axes = target.map((factors) => {
    const parts = factors.filter((f) => !isOne(f)).map((f) => atoms.get(keyOf(f))!);
    return parts.length === 1 ? parts[0]! : axis(timesDim(...parts.map((a) => a.size)));
  });
  return reshaped(frame, tensorVal(turned, x.source), axes, span);
}

/** One axis of the pattern: a product of names and numbers, at most one of them unknown. */
function splitAxis(
  frame: Frame,
  item: Expression,
  have: Axis,
  atoms: Map<string, Axis>,
  order: string[],
): boolean {
  const factors = factorsOf(item).filter((f) => !isOne(f));
  const known: Dim[] = [];
  let unknown: string | null = null;
  for (const f of factors) {
    const key = keyOf(f);
    const val = f.kind === 'name' ? lookup(f.name, frame.scope) : frame.build.evaluate(f, frame);
    if (val?.kind === 'poison') return false;
    if (val) {
      const a = axisFromVal(val, frame, f.span);
      if (!a) return false;
      known.push(a.size);
      atoms.set(key, f.kind === 'name' ? { name: f.name, size: a.size } : a);
    } else if (unknown === null) unknown = key;
    else {
      fail(frame, typeMismatch, item.span, [
        'at most one axis of unknown size in a product',
        printExpression(item),
      ]);
      return false;
    }
    order.push(key);
  }
  const product = timesDim(...known);
  const rest = unknown === null ? null : divideDim(have.size, product);
  if (unknown === null ? sameDim(product, have.size) : rest !== null) {
    if (unknown !== null) atoms.set(unknown, { name: unknown, size: rest! });
    return true;
  }
  fail(frame, reshapeSize, item.span, [
    `\`${printExpression(item)}\` does not fit an axis of ${typeText({ dtype: 'float', axes: [have] })}`,
  ]);
  return false;
}
function factorsOf(e: Expression): Expression[] {
  return e.kind === 'binary' && e.op === '*' ? [...factorsOf(e.left), ...factorsOf(e.right)] : [e];
}
function keyOf(e: Expression): string {
  return printExpression(e);
}
function isOne(e: Expression): boolean {
  return e.kind === 'number' && e.value === 1;
}
