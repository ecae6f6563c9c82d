import type { Expression } from '../../dsl/model.ts';
import { shapeMismatch, typeMismatch } from '../../dsl/messages/types.ts';
import { typeText } from '../ir/tensor-type.ts';
import { fail, type Frame } from './frame.ts';
import { hostCall, hostOf } from './host-scalars.ts';
import { broadcastAxes, stretch } from './shapes.ts';
import { asFloat, asTruth, toTensor } from './tensors.ts';
import { constantOf, kindText, poison, tensorVal, type Val } from './value.ts';

/** `if training …`, `if bias …`: decided while building; null when it is a question for run time. */
export function chooseStatically(condition: Val): boolean | null {
  if (condition.kind === 'boolean') return condition.value;
  const known = constantOf(condition);
  return known === null ? null : known !== 0;
}

/** A run-time choice computes both sides and selects, forward and backward. */
export function select(
  frame: Frame,
  e: Extract<Expression, { kind: 'if' }>,
  condition: Val,
  yes: Val,
  no: Val,
): Val {
  if (condition.kind === 'poison' || yes.kind === 'poison' || no.kind === 'poison') return poison;
  const [test, a, b] = [hostOf(condition), hostOf(yes), hostOf(no)];
  if (test && a && b) return { kind: 'host', expr: hostCall('select', test, a, b) };
  if (condition.kind !== 'tensor' && condition.kind !== 'host') {
    return fail(frame, typeMismatch, e.condition.span, ['true or false', kindText(condition)]);
  }
  return where(frame, e, condition, yes, no);
}

/** `where(c, a, b)`, broadcast by name. */
export function where(
  frame: Frame,
  e: {
    readonly span: Expression['span'];
    readonly condition: Expression;
    readonly then: Expression;
    readonly else: Expression;
  },
  condition: Val,
  yes: Val,
  no: Val,
): Val {
  const test = asTruth(condition, frame, e.condition.span);
  let a = toTensor(yes, frame, e.then.span);
  let b = toTensor(no, frame, e.else.span);
  if (!test || !a || !b) return poison;
  if (a.value.type.dtype !== b.value.type.dtype) {
    a = asFloat(a, frame);
    b = asFloat(b, frame);
  }
  const branches = broadcastAxes(a.value.type.axes, b.value.type.axes);
  const axes = branches && broadcastAxes(test.value.type.axes, branches);
  if (!axes) {
    const shapes = [test, a, b].map((t) => typeText(t.value.type)).join(', ');
    return fail(frame, shapeMismatch, e.span, [`the condition and the two values do not line up: ${shapes}`]);
  }
  const [c, x, y] = [test, a, b].map((t) => stretch(frame, t, axes));
  return tensorVal(frame.build.c.where(c!.value, x!.value, y!.value));
}
