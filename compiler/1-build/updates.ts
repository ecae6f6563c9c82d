import type { Span } from '../../dsl/diagnostic.ts';
import type { Expression, ParamStatement } from '../../dsl/model.ts';
import { duplicateName, unknownArgument, unknownName } from '../../dsl/messages/names.ts';
import { typeMismatch } from '../../dsl/messages/types.ts';
import { printExpression } from '../../dsl/print.ts';
import type { TensorType } from '../ir/tensor-type.ts';
import type { Output } from '../ir/graph.ts';
import type { Value } from '../ops/op.ts';
import { gradient, jumps } from './builtins/gradient.ts';
import type { Accumulation } from './accumulation.ts';
import { clip, common, decay, isLimit, isScalar } from './common-arguments.ts';
import { symbol } from './host-scalars.ts';
import { inRange } from './hyper-ranges.ts';
import { lintLearningRate } from './lints/learning-rate.ts';
import { paramsOf } from './parameters.ts';
import { at, childScope, fail, type Frame } from './frame.ts';
import { didYouMean } from '../../dsl/suggest.ts';
import { resolveType, stretch } from './shapes.ts';
import { runStatement } from './statements.ts';
import { asFloat, toTensor } from './tensors.ts';
import {
  constantOf,
  kindText,
  tensorVal,
  type NamedVal,
  type ParamItem,
  type TensorVal,
  type Val,
} from './value.ts';

/** Optimizer state: one tensor per parameter and `state` line. */
export interface StateEntry {
  readonly name: string;
  readonly type: TensorType;
  readonly initial: number;
}
/** What overwrites the leaf of that name when the entry is done. */
export interface Written {
  readonly kind: Output['kind'];
  readonly name: string;
  readonly value: Value;
}
/** The updates of one block of the train body, as they gather. */
export interface Updates {
  /** Of a `step` block; null elsewhere. */
  readonly block: string | null;
  /** Times a step the block runs. */
  readonly times: number;
  /** The parameters changed so far. */
  readonly params: string[];
  /** Their new values, and those of optimizer states. */
  readonly written: Written[];
  readonly accumulation: Accumulation | null;
  /** By parameter, before they are clipped. */
  readonly gradients: Map<string, Value>;
}

export interface UpdateStatement {
  readonly targets: readonly Expression[];
  readonly optimizer: Expression;
  readonly from: Expression | null;
  readonly span: Span;
}

/** `update net with adam(lr = …)`: adds the new value of every parameter and state to `into`. */
export function update(
  statement: UpdateStatement,
  loss: TensorVal | null,
  frame: Frame,
  states: Map<string, StateEntry>,
  into: Updates,
): void {
  const items = statement.targets.flatMap((t) => {
    const value = frame.build.evaluate(t, frame);
    return paramsOf(frame, { name: null, value, span: t.span, expr: t }) ?? [];
  });
  const names = items.map((item) => item.name);
  const twice = names.find((name, i) => into.params.includes(name) || names.indexOf(name) < i);
  if (twice !== undefined) {
    const { span } = statement.targets[0]!;
    fail(frame, duplicateName, span, [`update ${twice}`], { help: 'give each parameter one `update`' });
    return;
  }
  into.params.push(...names);
  if (frame.build.phase !== 'step') return; // only what is updated was asked for
  const val = frame.build.evaluate(statement.optimizer, frame);
  if (val.kind !== 'optimizer') {
    if (val.kind !== 'poison')
      fail(frame, typeMismatch, statement.optimizer.span, ['an optimizer such as adam(1e-3)', kindText(val)]);
    return;
  }
  const computed = gradientsFor(statement, items, loss, frame);
  if (!computed) return;
  const { accumulation } = into;
  const gradients = accumulation
    ? at(frame, statement.span, () => computed.map((g, i) => accumulation.mean(names[i]!, g)))
    : computed;
  gradients.forEach((g, i) => into.gradients.set(names[i]!, g));
  const own = val.decl.hyper.map((p) => p.name.name);
  const shared = new Map<string, NamedVal>();
  const args = val.args.filter((a) => {
    const isShared = a.name !== null && common.includes(a.name) && !own.includes(a.name);
    if (isShared) shared.set(a.name!, a);
    return !isShared;
  });
  if (![...shared.values()].every((a) => isScalar(a, frame) && isLimit(a, frame))) return;
  const hyper = hyperOf(val, args, own, frame, statement.optimizer.span);
  if (!hyper) return;
  if (val.home.library && !inRange(hyper, frame, statement.optimizer.span)) return;
  const given = constantOf(hyper.get('lr') ?? { kind: 'poison' });
  if (given !== null && !Number.isFinite(given)) {
    fail(frame, typeMismatch, statement.optimizer.span, [
      'a learning rate that is a finite number',
      String(given),
    ]);
    return;
  }
  const rate = val.home.library
    ? lintLearningRate(val.decl.name.name, hyper.get('lr'), statement.optimizer.span)
    : null;
  if (rate) frame.build.report(rate);
  const clipped = clip(gradients, shared, frame);
  for (const [i, item] of items.entries()) {
    const g = decay(clipped[i]!, item.value, shared.get('weight_decay'), frame);
    at(frame, statement.span, () => step(val, hyper, item, g, frame, statement.span, states, into));
  }
}

/** ∂loss/∂w, or what `from` gives, in the order of the parameters. */
function gradientsFor(
  statement: UpdateStatement,
  items: readonly ParamItem[],
  loss: TensorVal | null,
  frame: Frame,
): Value[] | null {
  if (statement.from) {
    const from = frame.build.evaluate(statement.from, frame);
    if (from.kind === 'poison') return null;
    const tree =
      from.kind === 'params' ? from.items : from.kind === 'tensor' ? [{ name: '', value: from.value }] : [];
    const found = items.map((item) => tree.find((t) => t.name === item.name)?.value ?? null);
    if (found.every((v) => v !== null)) return found;
    fail(frame, typeMismatch, statement.from.span, [
      'a gradient for every updated parameter',
      kindText(from),
    ]);
    return null;
  }
  if (!loss) {
    fail(frame, unknownName, statement.span, ['loss'], {
      help: 'name what is to be made small: `loss = mean(…)`, before the update',
    });
    return null;
  }
  if (loss.value.type.axes.length > 0) return null; // told where the quantities are gathered
  if (loss.value.type.dtype !== 'float') {
    jumps(frame, loss.value, statement.span);
    return null;
  }
  return at(frame, statement.span, () => items.map((item) => gradient(frame, loss.value, item.value)));
}

function hyperOf(
  optimizer: Extract<Val, { kind: 'optimizer' }>,
  args: readonly NamedVal[],
  own: readonly string[],
  frame: Frame,
  span: Span,
): Map<string, Val> | null {
  const out = new Map<string, Val>();
  const home: Frame = { ...frame, scope: childScope(optimizer.home), callSite: span };
  let position = 0;
  for (const a of args) {
    const name = a.name ?? own[position++];
    if (name === undefined || !own.includes(name)) {
      const shown = a.name ?? printExpression(a.expr);
      fail(
        frame,
        unknownArgument,
        a.span,
        [shown, optimizer.decl.name.name],
        didYouMean(shown, [...own, ...common]),
      );
      return null;
    }
    if (a.value.kind === 'poison' || !isScalar(a, frame)) return null;
    out.set(name, a.value);
  }
  for (const p of optimizer.decl.hyper) {
    const name = p.name.name;
    if (!out.has(name)) out.set(name, p.value ? frame.build.evaluate(p.value, home) : { kind: 'poison' });
    home.scope.names.set(name, out.get(name)!);
  }
  return out;
}

/** Runs the optimizer's body for one parameter. */
function step(
  optimizer: Extract<Val, { kind: 'optimizer' }>,
  hyper: ReadonlyMap<string, Val>,
  item: ParamItem,
  g: Value,
  frame: Frame,
  span: Span,
  states: Map<string, StateEntry>,
  into: Updates,
): void {
  const { decl, home } = optimizer;
  const scope = childScope(home);
  const body: Frame = {
    ...frame,
    scope,
    callSite: span,
    composites: [...frame.composites, decl.name.name],
    path: item.name,
  };
  if (into.times > 1) scope.names.set('step', symbol('updates')); // its own, not those of the run
  for (const [name, val] of hyper) scope.names.set(name, val);
  scope.names.set('...', { kind: 'shape', axes: item.value.type.axes });
  const [w, grad] = decl.inputs.map((p) => p.name.name);
  scope.names.set(w ?? 'w', tensorVal(item.value));
  scope.names.set(grad ?? 'g', tensorVal({ ...g, type: item.value.type }));
  const mine: { local: string; full: string }[] = [];
  for (const statement of decl.body.statements) {
    if (statement.kind === 'state') {
      const block = into.block === null ? '' : `${into.block}.`;
      const full = `${item.name}/${block}${decl.name.name}.${statement.name.name}`;
      declareState(statement, full, body, states);
      mine.push({ local: statement.name.name, full });
    } else if (statement.kind === 'return') {
      const out = frame.build.evaluate(statement.value, body);
      const next = toTensor(out, body, statement.span);
      if (!next) return;
      const { value } = stretch(body, asFloat(next, body), item.value.type.axes);
      into.written.push({ kind: 'param', name: item.name, value });
    } else runStatement(statement, body);
  }
  for (const { local, full } of mine) {
    const val = scope.names.get(local);
    const tensor = val && val.kind !== 'poison' ? toTensor(val, body, span) : null;
    // A state may be smaller than its parameter: `state product: [] = 1`.
    const type = states.get(full)?.type;
    if (!tensor || !type) continue;
    into.written.push({ kind: 'state', name: full, value: stretch(body, asFloat(tensor, body), type.axes).value }); // prettier-ignore
  }
}
function declareState(
  statement: ParamStatement,
  full: string,
  frame: Frame,
  states: Map<string, StateEntry>,
): void {
  const type = statement.type.kind === 'tensor-type' ? resolveType(statement.type, frame) : null;
  const initial = constantOf(frame.build.evaluate(statement.value, frame));
  if (!type || initial === null) {
    if (type) fail(frame, typeMismatch, statement.value.span, ['a number', 'something else']);
    return;
  }
  states.set(full, { name: full, type, initial });
  const leaf = frame.build.builder.leaf({ kind: 'state', name: full }, type, {
    label: full,
    span: frame.callSite,
  });
  frame.scope.names.set(statement.name.name, tensorVal(leaf));
}
