import type { Identifier, ParamStatement } from '../../dsl/model.ts';
import { duplicateName } from '../../dsl/messages/names.ts';
import { notYet, shapeMismatch, typeMismatch } from '../../dsl/messages/types.ts';
import { printExpression } from '../../dsl/print.ts';
import { typeText } from '../ir/tensor-type.ts';
import { fail, isTraining, type Frame, type RunningEntry, type Scope } from './frame.ts';
import { fixedType, ownName, sameType } from './declared.ts';
import { agree, stretch } from './shapes.ts';
import { asFloat, toTensor } from './tensors.ts';
import { constantOf, poison, tensorVal, type Val } from './value.ts';

/**
 * `state mean: [C] = 0` in a layer or a train block. It is stored beside the parameters. While training, what is
 * assigned is read from then on, also by later applications of the same instance, and stored when the step ends;
 * evaluation and prediction read the stored value and drop assignments.
 */
export function declareRunning(statement: ParamStatement, frame: Frame): void {
  const { scope, build } = frame;
  const { name: local, span } = statement.name;
  if (scope.names.has(local)) {
    fail(frame, duplicateName, span, [local]);
    scope.names.set(local, poison);
    return;
  }
  scope.names.set(local, poison);
  const type = fixedType(statement, frame);
  if (!type) return;
  const initial = constantOf(build.evaluate(statement.value, frame));
  if (statement.how === '~' || initial === null) {
    fail(frame, typeMismatch, statement.value.span, ['a number to start from, as in `= 0`', printExpression(statement.value)]); // prettier-ignore
    return;
  }
  if (type.dtype !== 'float') {
    fail(frame, typeMismatch, statement.type.span, ['a state of floats', typeText(type)]);
    return;
  }
  const name = ownName(local, frame);
  let entry = build.running.get(name);
  if (entry && !sameType(name, entry.type, type, statement.span, frame)) return;
  if (!entry) {
    const leaf = build.builder.leaf({ kind: 'running', name }, type, {
      span: frame.callSite ?? statement.span,
      label: name,
    });
    entry = { name, type, leaf, initial, current: leaf };
    build.running.set(name, entry);
  }
  (scope.states ??= new Map()).set(local, entry);
  scope.names.set(local, tensorVal({ ...entry.current, type }));
}

/** What a name means once `value` is assigned to it: the value, unless the name is that of a state. */
export function assigned(name: Identifier, value: Val, frame: Frame): Val {
  const entry = stateNamed(name.name, frame.scope);
  if (!entry) return value;
  const { build } = frame;
  if (frame.inLoop) {
    fail(frame, notYet, name.span, [`assigning to the state \`${name.name}\` inside a loop`], {
      help: 'carry the value through the loop, and assign it to the state after it',
    });
  }
  const stored = tensorVal({ ...entry.leaf, type: entry.type });
  if (value.kind === 'poison') return stored; // told already
  const tensor = toTensor(value, frame, name.span);
  if (!tensor) return stored;
  const { type } = tensor.value;
  const offset = entry.type.axes.length - type.axes.length;
  const fits = offset >= 0 && type.axes.every((a, i) => agree(a, entry.type.axes[i + offset]!));
  if (!fits) {
    fail(frame, shapeMismatch, name.span, [`the state \`${name.name}\` is ${typeText(entry.type)}, but what it is given is ${typeText(type)}`]); // prettier-ignore
    return stored;
  }
  if (!isTraining(build)) return stored;
  const next = stretch(frame, asFloat(tensor, frame), entry.type.axes).value;
  entry.current = { ...next, type: entry.type };
  return tensorVal(entry.current);
}

function stateNamed(name: string, scope: Scope): RunningEntry | null {
  for (let s: Scope | null = scope; s; s = s.parent) {
    const entry = s.states?.get(name);
    if (entry) return entry;
    if (s.names.has(name)) return null;
  }
  return null;
}
