import type { Block, EmitStatement, Parameter, RepeatStatement, ScanStatement } from '../../dsl/model.ts';
import { duplicateName } from '../../dsl/messages/names.ts';
import { misplaced } from '../../dsl/messages/syntax.ts';
import { emitOutside, shapeMismatch, typeMismatch } from '../../dsl/messages/types.ts';
import { printType } from '../../dsl/print.ts';
import { dimText, isOpen } from '../ir/dim.ts';
import { type Axis, type TensorType, typeText } from '../ir/tensor-type.ts';
import type { Value } from '../ops/op.ts';
import { at, childScope, fail, type Emitted, type Frame, type Loop, lookup } from './frame.ts';
import { indexStatement } from './index-statement.ts';
import { lintNotCarried } from './lints/not-carried.ts';
import { bindStates, carriedStates, leaveStates, nextStates } from './running.ts';
import { axisFrom, broadcastAxes, matchType, resolveType, stretch } from './shapes.ts';
import { asFloat, toTensor } from './tensors.ts';
import { constantOf, poison, tensorVal, type TensorVal } from './value.ts';

/** A value carried from turn to turn, by name: its type, and what it is before the first turn. */
interface Carried {
  readonly name: string;
  readonly param: Parameter;
  readonly first: TensorVal;
}

/**
 * `scan t in T carry (h: [B, H] = 0) { … emit hs: [B, T, H] = h }` and `repeat n carry (…) { … }`: a loop in the
 * graph, with the same parameters every turn. Afterwards the carries' names mean their last values, and those of
 * what was emitted the stacks.
 */
export function scan(statement: ScanStatement | RepeatStatement, frame: Frame): void {
  refuseReturn(statement.body, frame);
  if (!distinct(statement, frame)) return silence(statement, frame);
  refuseTurn(statement, frame);
  const extent = extentOf(statement, frame);
  const carried = (statement.carry ?? []).map((param) => carry(param, frame));
  if (!extent || carried.includes(null)) return silence(statement, frame);
  const carries = carried as Carried[];
  const { builder } = frame.build;
  const emits: Emitted[] = [];
  let good = true;
  const initial = carries.map(({ first }) => first.value);
  const states = carriedStates(statement.body, frame);
  let loop = null as Loop | null;
  const made = at(frame, statement.span, () =>
    builder.scan({ extent: extent.size, initial }, (turn, values, carry) => {
      const scope = { ...childScope(frame.scope), emits };
      loop = { around: frame.loop ?? null, carry, states: new Map() };
      const inside: Frame = { ...frame, scope, loop };
      bindStates(states, inside);
      if (statement.index)
        scope.names.set(statement.index.name, {
          kind: 'turn',
          turn,
          extent: extent.size as number,
          times: 1,
          plus: 0,
        });
      values.forEach((value, i) => {
        const { name, first } = carries[i]!;
        builder.name(value, name);
        scope.names.set(name, tensorVal({ ...value, type: first.value.type }, first.source));
      });
      frame.build.run(statement.body, inside);
      lintNotCarried(statement.body, carries.map(({ name }) => name), scope, frame); // prettier-ignore
      const next = carries.map((each) => nextOf(each, { ...frame, scope }, statement));
      good = !next.includes(null) && emits.every(({ value }) => value !== null);
      const left = nextStates(loop);
      if (!good) return { next: [...values, ...left], emits: [] };
      return {
        next: [...(next as Value[]), ...left],
        emits: emits.map(({ value, statement: emit }) => ({
          value: value!,
          axis: stackAxis(emit, extent, frame),
          stack: extent,
        })),
      };
    }),
  );
  if (loop) leaveStates(loop, made.carries.slice(carries.length));
  bindStates(states, frame);
  if (!good) return silence(statement, frame);
  carries.forEach(({ name, first }, i) => {
    const value = tensorVal({ ...made.carries[i]!, type: first.value.type }, first.source);
    builder.name(value.value, name);
    frame.scope.names.set(name, value);
  });
  emits.forEach(({ name, statement: emit }, i) => {
    const stack = tensorVal(made.stacks[i]!);
    const { type } = emit.binding;
    const blame = { span: emit.binding.value.span, what: `\`${name}\``, at: frame, generic: false };
    const typed = type?.kind === 'tensor-type' ? matchType(type, stack, frame, blame) : stack;
    builder.name(stack.value, name);
    frame.scope.names.set(name, typed ?? poison);
  });
}

/** The turn, carries and stacks of one loop have names of their own: afterwards each must mean one thing. */
function distinct(statement: ScanStatement | RepeatStatement, frame: Frame): boolean {
  const { index, carry, body } = statement;
  const emits = body.statements.flatMap((s) => (s.kind === 'emit' ? s.binding.names : []));
  const names = [...(index ? [index] : []), ...(carry ?? []).map((param) => param.name), ...emits];
  const again = names.filter((a, i) => names.findIndex((b) => b.name === a.name) < i);
  for (const { name, span } of again) fail(frame, duplicateName, span, [name]);
  return again.length === 0;
}

/** A turn gives nothing back: what comes after the loop does. */
export function refuseReturn(body: Block, frame: Frame): void {
  for (const { kind, span } of body.statements)
    if (kind === 'return') fail(frame, misplaced, span, ['return', 'after the loop']);
}

/** The turn counts by itself: bound again it would be another thing, until the next turn. */
export function refuseTurn({ index, body }: ScanStatement | RepeatStatement, frame: Frame): void {
  for (const s of body.statements) {
    const again = s.kind === 'binding' ? s.names.find(({ name }) => name === index?.name) : undefined;
    if (again) fail(frame, duplicateName, again.span, [again.name], { help: 'it counts the turns of this loop: take another name' }); // prettier-ignore
  }
}

/** The number of turns, as the axis stacks get. */
function extentOf({ count }: ScanStatement | RepeatStatement, frame: Frame): Axis | null {
  const extent = axisFrom(count, frame);
  if (!extent) return null;
  if (!isOpen(extent.size) && extent.size > 0) return extent;
  const wanted = isOpen(extent.size) ? 'a number of turns that is known when the program is compiled' : 'at least one turn'; // prettier-ignore
  const help = isOpen(extent.size) ? { help: `give it a size: \`dim ${dimText(extent.size)} = 16\`` } : {};
  fail(frame, typeMismatch, count.span, [wanted, `\`${dimText(extent.size)}\``], help);
  return null;
}

/** After a mistake: nothing more is said about what the loop would leave. */
function silence(statement: ScanStatement | RepeatStatement, frame: Frame): void {
  const emitted = statement.body.statements.flatMap((s) => (s.kind === 'emit' ? s.binding.names : []));
  const carried = (statement.carry ?? []).map((param) => param.name);
  for (const { name } of [...carried, ...emitted]) frame.scope.names.set(name, poison);
}

/** `h: [B, H] = 0`: the value before the first turn, of the type written. */
function carry(param: Parameter, frame: Frame): Carried | null {
  const { name, type, value, span } = param;
  if (!value) {
    fail(frame, typeMismatch, span, ['a first value: `= 0`', 'a carry without one']);
    return null;
  }
  if (type?.kind === 'tuple-type') {
    fail(frame, typeMismatch, type.span, ['one tensor', printType(type)], { help: 'carry each under its own name' }); // prettier-ignore
    return null;
  }
  const first = frame.build.evaluate(value, frame);
  const wanted = type && resolveType(type, frame);
  if (type && !wanted) return null;
  const known = constantOf(first);
  const { c } = frame.build;
  const given =
    known !== null && wanted && wanted.dtype !== 'float'
      ? tensorVal(c.constant(known, wanted.dtype))
      : toTensor(first, frame, value.span);
  if (!given) return null;
  const start = known !== null || !wanted ? given : fitted(given, wanted, frame);
  if (!start || (wanted && start.value.type.dtype !== wanted.dtype)) {
    fail(frame, typeMismatch, value.span, [printType(type!), typeText(given.value.type)]);
    return null;
  }
  const full = wanted ? at(frame, span, () => stretch(frame, start, wanted.axes)) : start;
  const of: TensorType = wanted ?? full.value.type;
  return { name: name.name, param, first: tensorVal({ ...full.value, type: of }, { what: `carry ${name.name}: ${typeText(of)}`, span }) }; // prettier-ignore
}

function nextOf(
  { name, first }: Carried,
  frame: Frame,
  statement: ScanStatement | RepeatStatement,
): Value | null {
  const val = lookup(name, frame.scope);
  if (!val || val.kind === 'poison') return null;
  const { type } = first.value;
  const span = lastBinding(name, statement) ?? statement.span;
  const tensor = toTensor(val, frame, span);
  if (!tensor) return null;
  const next = type.dtype === 'float' ? asFloat(tensor, frame) : tensor;
  const full = next.value.type.dtype === type.dtype ? fitted(next, type, frame) : null;
  if (full) return at(frame, span, () => stretch(frame, full, type.axes)).value;
  const text = `\`${name}\` is carried as ${typeText(type)}, but a turn leaves ${typeText(next.value.type)}`;
  const whole = type.dtype === 'int' && next.value.type.dtype === 'float';
  fail(frame, shapeMismatch, span, [text], whole ? { help: 'arithmetic gives floats: make them whole again with `i32(…)`' } : {}); // prettier-ignore
  return null;
}

/** What broadcasts to a type without making it larger; null where it does not. */
function fitted(value: TensorVal, type: TensorType, frame: Frame): TensorVal | null {
  const axes = broadcastAxes(value.value.type.axes, type.axes);
  const same = axes?.length === type.axes.length && axes.every((a, i) => dimText(a.size) === dimText(type.axes[i]!.size)); // prettier-ignore
  return same ? stretch(frame, value, type.axes) : null;
}

function lastBinding(name: string, { body }: ScanStatement | RepeatStatement) {
  return body.statements.findLast((s) => s.kind === 'binding' && s.names.some((n) => n.name === name))?.span;
}

/** `emit hs: [B, T, H] = h`: remembers what a turn leaves of a stack. */
export function emit(statement: EmitStatement, frame: Frame): void {
  const { binding } = statement;
  const { names, value, indices } = binding;
  const name = names[0]!.name;
  let scope: Frame['scope'] | null = frame.scope;
  while (scope && !scope.emits) scope = scope.parent;
  if (!scope?.emits) {
    fail(frame, emitOutside, statement.span, [name]);
    return;
  }
  if (scope.emits.some((each) => each.name === name)) {
    fail(frame, duplicateName, names[0]!.span, [name]);
    return;
  }
  const val = indices
    ? at(frame, statement.span, () => indexStatement(binding, frame))
    : frame.build.evaluate(value, frame);
  const one = names.length === 1 ? val : fail(frame, typeMismatch, names[1]!.span, ['one stack a line', `${names.length} names`]); // prettier-ignore
  const tensor = one.kind === 'poison' ? null : toTensor(one, frame, value.span);
  scope.emits.push({ name, value: tensor?.value ?? null, statement });
}

/** Which axis of the written type is the loop's; the first, where no type is written. */
function stackAxis({ binding }: EmitStatement, extent: Axis, frame: Frame): number {
  if (binding.type?.kind !== 'tensor-type') return 0;
  const type = resolveType(binding.type, frame);
  const axes = type?.axes ?? [];
  const own = axes.filter((a) => a.name !== null && a.name === extent.name);
  if (own.length > 1)
    fail(frame, shapeMismatch, binding.type.span, [`${typeText(type!)} has two axes ${extent.name} that the turns could fill`], { help: 'give the other axis a name of its own: `dim S = T`' }); // prettier-ignore
  const named = axes.findIndex((a) => a.name !== null && a.name === extent.name);
  return Math.max(0, named >= 0 ? named : axes.findIndex((a) => a.size === extent.size));
}
