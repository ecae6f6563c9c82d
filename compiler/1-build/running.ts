import type { Block, Identifier, ParamStatement } from '../../dsl/model.ts';
import { duplicateName } from '../../dsl/messages/names.ts';
import { shapeMismatch, typeMismatch } from '../../dsl/messages/types.ts';
import { printExpression } from '../../dsl/print.ts';
import { typeText } from '../ir/tensor-type.ts';
import type { Value } from '../ops/op.ts';
import { fail, isTraining, type Frame, type Loop, type RunningEntry, type Scope } from './frame.ts';
import { fixedType, ownName, sameType } from './declared.ts';
import { agree, stretch } from './shapes.ts';
import { asFloat, toTensor } from './tensors.ts';
import { constantOf, poison, tensorVal, type Val } from './value.ts';

/**
 * `state mean: [C] = 0` in a layer or a train block. It is stored beside the parameters. While training, what is
 * assigned is read from then on, also by later applications of the same instance and in later turns of a loop, and
 * stored when the step ends; evaluation and prediction read the stored value and drop assignments.
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
  if (isTraining(build)) carryThrough(entry, frame.loop ?? null);
  standFor(local, entry, scope);
}

/** From here on the name means what the state holds now. */
function standFor(name: string, entry: RunningEntry, scope: Scope): void {
  (scope.states ??= new Map()).set(name, entry);
  scope.names.set(name, tensorVal({ ...entry.current, type: entry.type }));
}

/** In a loop a state is a carry: of the loop, and of those around it. */
function carryThrough(entry: RunningEntry, loop: Loop | null): void {
  if (!loop || loop.states.has(entry)) return;
  carryThrough(entry, loop.around);
  const before = entry.current;
  const start = { ...loop.carry({ ...before, type: entry.type }), type: entry.type };
  loop.states.set(entry, { before, start });
  entry.current = start;
}

/** States of the scopes around that statements of a loop's body assign to, by name; carried from the first turn on. */
export function carriedStates(body: Block, frame: Frame): ReadonlyMap<string, RunningEntry> {
  const found = new Map<string, RunningEntry>();
  if (!isTraining(frame.build)) return found;
  const look = ({ statements }: Block): void => {
    for (const s of statements) {
      if (s.kind === 'repeat' || s.kind === 'scan') look(s.body);
      if (s.kind !== 'binding') continue;
      for (const { name } of s.names) {
        const entry = stateNamed(name, frame.scope);
        if (entry) found.set(name, entry);
      }
    }
  };
  look(body);
  return found;
}
/** In the scope of a turn, and after the loop in the one around it. */
export function bindStates(states: ReadonlyMap<string, RunningEntry>, { scope, loop }: Frame): void {
  for (const [name, entry] of states) {
    carryThrough(entry, loop ?? null);
    standFor(name, entry, scope);
  }
}

/** What turns of a loop leave of the states they met; after it, `leave` with what its last turn left. */
export function nextStates({ states }: Loop): readonly Value[] {
  return [...states.keys()].map(({ current }) => current);
}
export function leaveStates({ states }: Loop, last: readonly Value[]): void {
  [...states].forEach(([entry, { before, start }], i) => {
    const isAssigned = entry.current.id !== start.id;
    entry.current = isAssigned ? { ...last[i]!, type: entry.type } : before;
  });
}

/** What a name means once `value` is assigned to it: the value, unless the name is that of a state. */
export function assigned(name: Identifier, value: Val, frame: Frame): Val {
  const entry = stateNamed(name.name, frame.scope);
  if (!entry) return value;
  const { build } = frame;
  (frame.scope.states ??= new Map()).set(name.name, entry); // a turn has a scope of its own
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
