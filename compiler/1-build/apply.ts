import type { Span } from '../../dsl/diagnostic.ts';
import type { Parameter, TypeExpression } from '../../dsl/model.ts';
import { inRange } from './hyper-ranges.ts';
import { cyclicUse, missingArgument, tooManyArguments, unknownArgument } from '../../dsl/messages/names.ts';
import { typeMismatch } from '../../dsl/messages/types.ts';
import { printType } from '../../dsl/print.ts';
import { at, childScope, fail, type Frame, type Scope } from './frame.ts';
import { didYouMean } from '../../dsl/suggest.ts';
import { matchType } from './shapes.ts';
import { toTensor } from './tensors.ts';
import {
  kindText,
  poison,
  tensorVal,
  type AxisSelector,
  type InstanceVal,
  type NamedVal,
  type Val,
} from './value.ts';

/** Calls anything callable: functions, builtins, layers (gives an instance), instances, initializers, optimizers. */
export function apply(
  callee: Val,
  args: readonly NamedVal[],
  frame: Frame,
  span: Span,
  axes: readonly AxisSelector[] = [],
): Val {
  switch (callee.kind) {
    case 'poison':
      return poison;
    case 'builtin':
      return applyBuiltin(callee.builtin, args, frame, span, axes);
    case 'function':
      return applyFunction(callee, args, frame, span, axes);
    case 'layer': {
      const hyper = bindHyper(callee.decl.name.name, callee.decl.hyper, args, callee.home, frame, span);
      return hyper && (!callee.home.library || inRange(hyper, frame, span))
        ? { kind: 'instance', decl: callee.decl, home: callee.home, hyper, identity: { path: null } }
        : poison;
    }
    case 'instance':
      return applyInstance(callee, args, frame, span);
    case 'init':
      return { ...callee, args };
    case 'optimizer':
      return { ...callee, args };
    default:
      return fail(frame, typeMismatch, span, ['a function or a layer', kindText(callee)]);
  }
}

function inner(frame: Frame, home: Scope, name: string, span: Span, path = frame.path): Frame {
  const { library = false } = home; // its spans mean nothing to the user
  return {
    ...frame,
    scope: childScope(home),
    path,
    counters: path === frame.path ? frame.counters : new Map(),
    callSite: library ? (frame.callSite ?? span) : frame.callSite,
    composites: library ? [...frame.composites, name] : frame.composites,
    calls: [...frame.calls, name],
  };
}

/** So many applications inside one another are no program but one that never ends. */
const deepest = 100;

/** True, after a report, where a function or layer is on its way into itself without end. */
function endless(frame: Frame, name: string, span: Span): boolean {
  const before = frame.calls.lastIndexOf(name);
  if (frame.calls.length < deepest || before < 0) return false;
  fail(frame, cyclicUse, span, [[...frame.calls.slice(before), name]]);
  return true;
}

/** Pairs arguments with parameters; reports what does not fit. null after a report. */
function pair(
  name: string,
  params: readonly { readonly name: string; readonly optional: boolean }[],
  args: readonly NamedVal[],
  frame: Frame,
  span: Span,
): Map<string, NamedVal> | null {
  const out = new Map<string, NamedVal>();
  let next = 0;
  let good = true;
  let missing = false;
  for (const arg of args) {
    if (arg.name !== null) {
      if (!params.some((p) => p.name === arg.name)) {
        const names = params.map((p) => p.name);
        fail(frame, unknownArgument, arg.span, [arg.name, name], didYouMean(arg.name, names));
        good = false;
      } else out.set(arg.name, arg);
      continue;
    }
    while (next < params.length && out.has(params[next]!.name)) next++;
    const param = params[next++];
    if (!param) {
      fail(frame, tooManyArguments, arg.span, [name, params.length, args.length]);
      return null;
    }
    out.set(param.name, arg);
  }
  for (const param of params) {
    // A name that is not known may be the misspelt one of this.
    if (param.optional || out.has(param.name) || !good) continue;
    fail(frame, missingArgument, span, [param.name, name]);
    missing = true;
  }
  return good && !missing ? out : null;
}

function bindHyper(
  name: string,
  params: readonly Parameter[],
  args: readonly NamedVal[],
  home: Scope,
  frame: Frame,
  span: Span,
): Map<string, Val> | null {
  const list = params.map((p) => ({ name: p.name.name, optional: p.value !== null }));
  const paired = pair(name, list, args, frame, span);
  if (!paired) return null;
  const out = new Map<string, Val>();
  const scope = inner(frame, home, name, span);
  for (const p of params) {
    const given = paired.get(p.name.name);
    const val = given ? given.value : frame.build.evaluate(p.value!, scope);
    if (val.kind === 'poison') return null;
    out.set(p.name.name, val);
    scope.scope.names.set(p.name.name, val);
  }
  return out;
}

function applyBuiltin(
  builtin: Extract<Val, { kind: 'builtin' }>['builtin'],
  args: readonly NamedVal[],
  frame: Frame,
  span: Span,
  axes: readonly AxisSelector[],
): Val {
  if (args.some((a) => a.value.kind === 'poison')) return poison;
  const variadic = builtin.params.includes('...');
  const params = builtin.params
    .filter((p) => p !== '...')
    .map((p) => ({ name: p.replace('?', ''), optional: p.endsWith('?') }));
  const positional = args.filter((a) => a.name === null);
  const rest = variadic ? positional : [];
  const others = variadic ? args.filter((a) => a.name !== null) : args;
  const paired = pair(builtin.name, params, others, frame, span);
  if (!paired) return poison;
  return at(frame, span, () =>
    builtin.call({ frame, span, args: Object.fromEntries(paired), rest, axes, syntax: [] }),
  );
}

function applyFunction(
  callee: Extract<Val, { kind: 'function' }>,
  args: readonly NamedVal[],
  frame: Frame,
  span: Span,
  axes: readonly AxisSelector[],
): Val {
  const { decl, home } = callee;
  const name = decl.name.name;
  if (endless(frame, name, span)) return poison;
  const list = decl.params.map((p) => ({
    name: p.name.name,
    optional: p.value !== null || (p.name.name === 'axis' && axes.length > 0),
  }));
  const paired = pair(name, list, args, frame, span);
  if (!paired || args.some((a) => a.value.kind === 'poison')) return poison;
  const body = inner(frame, home, name, span);
  const [first] = axes; // `softmax[S](a)` sets the parameter `axis`
  if (first && !decl.params.some((p) => p.name.name === 'axis'))
    return fail(frame, unknownArgument, span, ['axis', name], {
      help: `\`${name}\` works on no particular axis: leave out the brackets`,
    });
  for (const p of decl.params) {
    const given = paired.get(p.name.name);
    const chosen = first && p.name.name === 'axis' ? selected(first) : null;
    const val =
      chosen ?? (given ? bindInput(p, given, body, frame, name) : frame.build.evaluate(p.value!, body));
    if (!val || val.kind === 'poison') return poison;
    body.scope.names.set(p.name.name, val);
  }
  const out =
    decl.body.kind === 'block' ? frame.build.run(decl.body, body) : frame.build.evaluate(decl.body, body);
  const result = out ? checkResult(decl.result, out, body, span, name) : poison;
  const isActivation = home.library && decl.span.file === 'library/activations.bpnet';
  if (isActivation && frame.callSite === null && frame.path !== '')
    frame.build.layers.push({ layer: `${frame.path}.${name}`, output: result, isActivation: true });
  return result;
}

function selected(select: AxisSelector): Val {
  return { kind: 'axis', select };
}

/** A parameter with a written type takes a tensor of that type; without one, any value. */
function bindInput(p: Parameter, given: NamedVal, body: Frame, caller: Frame, callee: string): Val | null {
  if (!p.type || given.value.kind === 'poison') return given.value;
  if (p.type.kind === 'tuple-type') return given.value;
  const tensor = toTensor(given.value, caller, given.span);
  if (!tensor) return null;
  const matched = matchType(p.type, tensor, body, {
    span: given.span,
    what: `\`${p.name.name}\` of \`${callee}\``,
    at: caller,
    generic: true,
  });
  if (!matched) return null;
  const isModelInput = body.callSite === null;
  return isModelInput
    ? tensorVal(matched.value, {
        what: `${callee} input ${p.name.name}: ${printType(p.type)}`,
        span: p.type.span,
      })
    : matched;
}

/** Applies a layer: its body runs with its parameters, shared with earlier applications of the same instance. */
function applyInstance(callee: InstanceVal, args: readonly NamedVal[], frame: Frame, span: Span): Val {
  const { decl, home, hyper, identity } = callee;
  const name = decl.name.name;
  if (endless(frame, name, span)) return poison;
  const list = decl.inputs.map((p) => ({ name: p.name.name, optional: p.value !== null }));
  const paired = pair(name, list, args, frame, span);
  if (!paired || args.some((a) => a.value.kind === 'poison')) {
    identity.failed = true;
    return poison;
  }
  identity.path ??= freshPath(frame, name);
  const body = inner(frame, home, name, span, identity.path);
  for (const [key, val] of hyper) body.scope.names.set(key, val);
  for (const p of decl.inputs) {
    const given = paired.get(p.name.name);
    const val = given ? bindInput(p, given, body, frame, name) : frame.build.evaluate(p.value!, body);
    if (!val || val.kind === 'poison') return poison;
    body.scope.names.set(p.name.name, val);
  }
  const out = frame.build.run(decl.body, body);
  const result = out ? checkResult(decl.result, out, body, span, name) : poison;
  if (result.kind === 'poison') identity.failed = true;
  frame.build.layers.push({ layer: identity.path, output: result, isActivation: false });
  if (frame.path === '') {
    const inputs = decl.inputs.map((p) => body.scope.names.get(p.name.name) ?? poison);
    frame.build.applications.push({ instance: identity.path, output: result, inputs });
  }
  return result;
}

/** `Cnn.dense_1` */
function freshPath(frame: Frame, name: string): string {
  const n = (frame.counters.get(name) ?? 0) + 1;
  frame.counters.set(name, n);
  return frame.path === '' ? `${name}_${n}` : `${frame.path}.${name}_${n}`;
}

/** The result against the declared type: it takes the declared names. */
function checkResult(written: TypeExpression | null, out: Val, body: Frame, span: Span, name: string): Val {
  if (!written || out.kind === 'poison') return out;
  if (written.kind === 'tuple-type') {
    if (out.kind !== 'tuple' || out.items.length !== written.items.length) {
      return fail(body, typeMismatch, span, [printType(written), kindText(out)]);
    }
    return {
      kind: 'tuple',
      items: out.items.map((item, i) => checkResult(written.items[i]!, item, body, span, name)),
    };
  }
  const tensor = toTensor(out, body, span);
  if (!tensor) return poison;
  const matched = matchType(written, tensor, body, {
    span: body.callSite ?? written.span,
    what: `the result of \`${name}\``,
    at: body,
    generic: true,
  });
  return matched ?? poison;
}
