import type { Span } from '../../dsl/diagnostic.ts';
import type { Argument, Expression } from '../../dsl/model.ts';
import { unknownField } from '../../dsl/messages/names.ts';
import { typeMismatch } from '../../dsl/messages/types.ts';
import { at, fail, lookup, type Frame } from './frame.ts';
import { binary, negate, not } from './arithmetic.ts';
import { chooseStatically, select } from './choice.ts';
import { reportUnknown } from './shapes.ts';
import { axesOf, slice } from './slices.ts';
import { kindText, poison, type AxisSelector, type InstanceVal, type NamedVal, type Val } from './value.ts';
import { didYouMean } from '../../dsl/suggest.ts';
import { paramItems } from './parameters.ts';

/** What an expression means here. Never throws on users' mistakes: it reports and poisons. */
export function evaluate(e: Expression, frame: Frame): Val {
  switch (e.kind) {
    case 'number':
      return { kind: 'number', value: e.value };
    case 'string':
      return { kind: 'string', value: e.value };
    case 'boolean':
      return { kind: 'boolean', value: e.value };
    case 'name':
      return named(lookup(e.name, frame.scope), e, frame);
    case 'unary': {
      const value = evaluate(e.value, frame);
      return at(frame, e.span, () => (e.op === '-' ? negate : not)(frame, value, e.span));
    }
    case 'binary': {
      const left = evaluate(e.left, frame);
      const right = evaluate(e.right, frame);
      return at(frame, e.span, () => binary(frame, e, left, right));
    }
    case 'if': {
      const condition = evaluate(e.condition, frame);
      const known = chooseStatically(condition);
      if (known !== null) return evaluate(known ? e.then : e.else, frame);
      const yes = evaluate(e.then, frame);
      const no = evaluate(e.else, frame);
      return at(frame, e.span, () => select(frame, e, condition, yes, no));
    }
    case 'pipe':
      return pipe(evaluate(e.value, frame), e.value, e.into, frame);
    case 'call':
      return call(e.callee, e.args, [], frame, e.span);
    case 'index': {
      const target = evaluate(e.target, frame);
      return at(frame, e.span, () => slice(frame, target, e));
    }
    case 'field':
      return field(evaluate(e.target, frame), e.name.name, e.name.span, frame);
    case 'tuple':
    case 'list':
      return { kind: e.kind, items: e.items.map((item) => evaluate(item, frame)) };
    case 'arrow':
      return fail(frame, typeMismatch, e.span, ['a value', 'a pattern, which only `rearrange` takes']);
    case 'missing':
      return poison;
  }
}

function named(found: Val | undefined, e: Extract<Expression, { kind: 'name' }>, frame: Frame): Val {
  if (found?.kind === 'tensor' && found.param) found.param.used = true;
  return found ?? reportUnknown(e.name, e.span, frame);
}

function field(target: Val, name: string, span: Span, frame: Frame): Val {
  if (target.kind === 'poison') return poison;
  if (target.kind === 'record') return target.field(name, span);
  if (target.kind === 'instance') return part(target, name, span, frame);
  return fail(frame, unknownField, span, [name, kindText(target)]);
}

/** `net.body`: the parameters of the part bound to that name in the layer. */
function part(target: InstanceVal, name: string, span: Span, frame: Frame): Val {
  const { path, failed } = target.identity;
  const items = paramItems(frame.build, target);
  const own = items.filter(
    (item) => item.name === `${path}.${name}` || item.name.startsWith(`${path}.${name}.`),
  );
  if (own.length > 0) return { kind: 'params', items: own };
  if (failed) return poison; // what was wrong with it has been told
  const parts = new Set(items.map((item) => item.name.slice(`${path}.`.length).split('.')[0]!));
  return fail(frame, unknownField, span, [name, `\`${target.decl.name.name}\``], didYouMean(name, parts));
}

/** `x |> f(a)`: for a function `f(x, a)`, for a layer `f(a)(x)`. */
function pipe(value: Val, written: Expression, into: Expression, frame: Frame): Val {
  // Messages point at one stage of the pipe, which may be long: the one that gives, or the one that takes.
  const { span } = into;
  const from = written.kind === 'pipe' ? written.into.span : written.span;
  const piped: NamedVal = { name: null, value, span: from, expr: written };
  if (into.kind === 'call') {
    const { callee, axes } = calleeOf(into.callee, frame);
    if (callee.kind !== 'layer') return call(into.callee, into.args, [piped], frame, span);
    const instance = frame.build.apply(callee, argumentsOf(into.args, frame), frame, into.span, axes);
    return frame.build.apply(instance, [piped], frame, span);
  }
  const { callee, axes } = calleeOf(into, frame);
  if (callee.kind === 'layer') {
    const instance = frame.build.apply(callee, [], frame, into.span);
    return frame.build.apply(instance, [piped], frame, span);
  }
  return frame.build.apply(callee, [piped], frame, span, axes);
}

function call(
  written: Expression,
  args: readonly Argument[],
  first: readonly NamedVal[],
  frame: Frame,
  span: Span,
): Val {
  const { callee, axes } = calleeOf(written, frame);
  if (callee.kind === 'poison') {
    argumentsOf(args, frame); // mistakes inside the arguments are their own
    return poison;
  }
  if (callee.kind === 'builtin' && callee.builtin.readsSyntax) {
    return at(frame, span, () =>
      callee.builtin.call({ frame, span, args: {}, rest: first, axes, syntax: args }),
    );
  }
  const values = [...first, ...argumentsOf(args, frame)];
  return frame.build.apply(callee, values, frame, span, axes);
}

/** `sum[K]` is the function and its axes; anything else is an expression that gives a function. */
function calleeOf(written: Expression, frame: Frame): { callee: Val; axes: readonly AxisSelector[] } {
  if (written.kind === 'index') {
    const target = evaluate(written.target, frame);
    if (target.kind === 'function' || target.kind === 'builtin') {
      return { callee: target, axes: axesOf(frame, written.slices) };
    }
    return { callee: at(frame, written.span, () => slice(frame, target, written)), axes: [] };
  }
  return { callee: evaluate(written, frame), axes: [] };
}

export function argumentsOf(args: readonly Argument[], frame: Frame): NamedVal[] {
  return args.map(({ name, value }) => ({
    name: name?.name ?? null,
    value: evaluate(value, frame),
    span: value.span,
    expr: value,
  }));
}
