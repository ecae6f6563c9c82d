import type { Span } from '../../../dsl/diagnostic.ts';
import { openDimUnsupported, typeMismatch, unknownAxis } from '../../../dsl/messages/types.ts';
import { isOpen } from '../../ir/dim.ts';
import { type Axis, axisText, type TensorType, typeText } from '../../ir/tensor-type.ts';
import type { BuiltinCall } from '../builtin.ts';
import { fail, type Frame } from '../frame.ts';
import { axisFromVal } from '../shapes.ts';
import { findAxis } from '../slices.ts';
import { toTensor } from '../tensors.ts';
import {
  type AxisSelector,
  constantOf,
  kindText,
  type NamedVal,
  type TensorVal,
  type Val,
} from '../value.ts';

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

/** The one axis of `concat[1]`, or `axis = 1`, or the default. */
export function oneAxis(call: BuiltinCall, type: TensorType, otherwise: number): number | null {
  if (type.axes.length === 0) {
    fail(call.frame, unknownAxis, call.span, [String(otherwise), typeText(type)]);
    return null;
  }
  const [first] = call.axes;
  if (first) return findAxis(call.frame, type, first, call.span);
  const arg = call.args['axis'];
  if (!arg) return otherwise < 0 ? type.axes.length + otherwise : otherwise;
  const select: AxisSelector | null =
    arg.value.kind === 'axis'
      ? arg.value.select
      : arg.value.kind === 'dim' && arg.value.axis.name !== null
        ? { kind: 'named', name: arg.value.axis.name, size: arg.value.axis.size }
        : constantOf(arg.value) !== null
          ? { kind: 'position', at: constantOf(arg.value)! }
          : null;
  if (select) return findAxis(call.frame, type, select, arg.span);
  fail(call.frame, typeMismatch, arg.span, ['an axis', kindText(arg.value)]);
  return null;
}

/** As `oneAxis`, of fixed size: `what` cannot be done along an open one. */
export function fixedAxis(call: BuiltinCall, type: TensorType, what: string): number | null {
  const at = oneAxis(call, type, -1);
  if (at === null || !isOpen(type.axes[at]!.size)) return at;
  fail(call.frame, openDimUnsupported, call.span, [`${what} the open axis ${axisText(type.axes[at]!)}`]);
  return null;
}
