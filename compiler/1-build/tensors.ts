import type { Span } from '../../dsl/diagnostic.ts';
import { notATensor, typeMismatch } from '../../dsl/messages/types.ts';
import { scalar, typeText } from '../ir/tensor-type.ts';
import { fail, type Frame } from './frame.ts';
import { listTensor } from './literals.ts';
import { constantOf, kindText, tensorVal, type TensorVal, type Val } from './value.ts';

/** Any scalar or tensor as a graph value; null after a report. */
export function toTensor(val: Val, frame: Frame, span: Span): TensorVal | null {
  const { c, builder } = frame.build;
  if (val.kind === 'tensor') return val;
  const known = constantOf(val);
  if (known !== null) return tensorVal(c.number(known));
  if (val.kind === 'dim') return tensorVal(c.size(val.axis.size));
  if (val.kind === 'turn') return tensorVal(c.turn({ turn: val.turn, times: val.times, plus: val.plus }));
  if (val.kind === 'host') return tensorVal(builder.leaf({ kind: 'host', expr: val.expr }, scalar));
  if (val.kind === 'boolean') {
    return tensorVal(c.constant(val.value ? 1 : 0, 'bool'));
  }
  if (val.kind === 'list') {
    const value = listTensor(val, frame, span);
    if (value) return value === 'reported' ? null : tensorVal(value);
  }
  if (val.kind !== 'poison') fail(frame, notATensor, span, [kindText(val)]);
  return null;
}

/** Labels and truth values count as numbers in arithmetic. */
export function asFloat(val: TensorVal, frame: Frame): TensorVal {
  if (val.value.type.dtype === 'float') return val;
  return tensorVal(frame.build.c.toFloat(val.value), val.source);
}
export function asInt(val: TensorVal, frame: Frame): TensorVal {
  if (val.value.type.dtype === 'int') return val;
  return tensorVal(frame.build.c.toInt(val.value), val.source);
}
/** A condition: `x > 0`, `training`, or a comparison of `step` that the host works out. null after a report. */
export function asTruth(val: Val, frame: Frame, span: Span): TensorVal | null {
  const tensor = toTensor(val, frame, span);
  if (!tensor || tensor.value.type.dtype === 'bool') return tensor;
  const { c } = frame.build;
  if (val.kind === 'host') return tensorVal(c.apply('not_equal', [tensor.value, c.number(0)], {}));
  const got = val.kind === 'tensor' ? typeText(tensor.value.type) : kindText(val);
  fail(frame, typeMismatch, span, ['true or false, such as `x > 0`', got]);
  return null;
}
