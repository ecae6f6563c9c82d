import type { Span } from '../../../dsl/diagnostic.ts';
import { typeMismatch } from '../../../dsl/messages/types.ts';
import type { Axis } from '../../ir/tensor-type.ts';
import type { BuiltinCall } from '../builtin.ts';
import { fail, type Frame } from '../frame.ts';
import { axisFromVal } from '../shapes.ts';
import { toTensor } from '../tensors.ts';
import { constantOf, kindText, type NamedVal, type TensorVal, type Val } from '../value.ts';

/** A tensor argument; null after a report. */
export function tensorArg(call: BuiltinCall, name: string): TensorVal | null {
  const arg = call.args[name]!;
  return toTensor(arg.value, call.frame, arg.span);
}

/** A whole-number argument, or the default. */
export function wholeArg(call: BuiltinCall, name: string, otherwise: number): number | null {
  const arg = call.args[name];
  if (!arg) return otherwise;
  const value = constantOf(arg.value);
  if (value !== null && Number.isInteger(value)) return value;
  return refuse(call.frame, arg, 'a whole number');
}
export function numberArg(call: BuiltinCall, name: string, otherwise: number): number | null {
  const arg = call.args[name];
  if (!arg) return otherwise;
  return constantOf(arg.value) ?? refuse(call.frame, arg, 'a number');
}
export function flagArg(call: BuiltinCall, name: string): boolean {
  const arg = call.args[name]?.value;
  return arg?.kind === 'boolean' ? arg.value : false;
}
export function refuse(frame: Frame, arg: NamedVal, expected: string): null {
  fail(frame, typeMismatch, arg.span, [expected, kindText(arg.value)]);
  return null;
}

/** `[B, 4*H]`, `shape(x)`, a dim, a number: as axes; `-1` gives null in its place when allowed. */
export function shapeArg(frame: Frame, val: Val, span: Span): readonly Axis[] | null {
  const axes = shapeArgWithHole(frame, val, span);
  return axes?.every((a) => a !== null) ? (axes as readonly Axis[]) : null;
}
export function shapeArgWithHole(frame: Frame, val: Val, span: Span): readonly (Axis | null)[] | null {
  if (val.kind === 'shape') return val.axes;
  if (val.kind !== 'list' && val.kind !== 'tuple') {
    const one = axisFromVal(val, frame, span);
    return one && [one];
  }
  const out: (Axis | null)[] = [];
  for (const item of val.items) {
    if (constantOf(item) === -1) {
      out.push(null);
      continue;
    }
    if (item.kind === 'shape') {
      out.push(...item.axes);
      continue;
    }
    const a = axisFromVal(item, frame, span);
    if (!a) return null;
    out.push(a);
  }
  return out;
}
export function isShape(val: Val): boolean {
  return val.kind === 'shape' || val.kind === 'list' || val.kind === 'tuple';
}
