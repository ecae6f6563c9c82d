import type { Span } from '../../dsl/diagnostic.ts';
import type { BindingStatement, Expression, Slice } from '../../dsl/model.ts';
import { indexClash, rankMismatch, typeMismatch, unknownAxis } from '../../dsl/messages/types.ts';
import { printExpression } from '../../dsl/print.ts';
import { typeText, type Axis } from '../ir/tensor-type.ts';
import type { Value } from '../ops/op.ts';
import { at, fail, lookup, type Frame } from './frame.ts';
import { agree } from './shapes.ts';
import { slice } from './slices.ts';
import { asFloat, toTensor } from './tensors.ts';
import { kindText, poison, tensorVal, type TensorVal, type Val } from './value.ts';

/**
 * `s[b, n, t, j] = q[b, n, t, d] * k[b, n, j, d] / sqrt(D)`: indices missing on the left are summed, per
 * additive term. Each index takes its size and name from the axes it touches.
 */
export function indexStatement(statement: BindingStatement, frame: Frame): Val {
  const left = statement.indices!.map((i) => i.name);
  const sizes = new Map<string, { axis: Axis; span: Span; text: string }>();
  const context: Context = { frame, left, sizes };
  const terms = additiveTerms(statement.value, 1);
  let total: Value | null = null;
  for (const { term, sign } of terms) {
    const value = evaluateTerm(term, context);
    if (!value) return poison;
    const signed = sign < 0 ? frame.build.c.neg(value) : value;
    total = total ? frame.build.c.add(total, signed) : signed;
  }
  return total ? tensorVal(total) : poison;
}

interface Context {
  readonly frame: Frame;
  readonly left: readonly string[];
  readonly sizes: Map<string, { axis: Axis; span: Span; text: string }>;
}
/** A tensor whose axes are indices. */
interface Indexed {
  readonly value: Value;
  readonly labels: readonly string[];
}

function additiveTerms(e: Expression, sign: number): { term: Expression; sign: number }[] {
  if (e.kind === 'binary' && (e.op === '+' || e.op === '-')) {
    return [...additiveTerms(e.left, sign), ...additiveTerms(e.right, e.op === '-' ? -sign : sign)];
  }
  return [{ term: e, sign }];
}

/** A product of factors, summed over the indices missing on the left, laid out as the left says. */
function evaluateTerm(term: Expression, context: Context): Value | null {
  const factors = product(term, context);
  if (!factors) return null;
  const joined = contract(factors, context.left, context);
  return joined && layOut(joined, context, term.span);
}

/** Factors of `a * b / c`; a divisor comes as its reciprocal. null after a report. */
function product(e: Expression, context: Context): Indexed[] | null {
  const { c } = context.frame.build;
  if (e.kind === 'binary' && (e.op === '*' || e.op === '/')) {
    const a = product(e.left, context);
    if (!a) return null;
    if (e.op === '*') {
      const b = product(e.right, context);
      return b && [...a, ...b];
    }
    const divisor = indexed(e.right, context);
    if (!divisor) return null;
    const last = a.at(-1)!;
    if (divisor.labels.every((l) => last.labels.includes(l))) {
      return [...a.slice(0, -1), combine('div', [last, divisor], context)];
    }
    const one = { value: c.number(1), labels: [] };
    return [...a, combine('div', [one, divisor], context)];
  }
  if (e.kind === 'unary' && e.op === '-') {
    const inner = product(e.value, context);
    if (!inner) return null;
    const [first, ...rest] = inner;
    return [{ ...first!, value: c.neg(first!.value) }, ...rest];
  }
  const one = indexed(e, context);
  return one && [one];
}

/** Any expression as a tensor over indices. */
function indexed(e: Expression, context: Context): Indexed | null {
  const { frame } = context;
  if (e.kind === 'index' && isIndexing(e, context)) return access(e, context);
  if (e.kind === 'binary' && ['+', '-', '*', '/'].includes(e.op)) {
    const a = indexed(e.left, context);
    const b = indexed(e.right, context);
    const op = { '+': 'add', '-': 'sub', '*': 'mul', '/': 'div' }[e.op as '+']!;
    return a && b && combine(op, [a, b], context);
  }
  if (e.kind === 'binary' && e.op === '^') {
    const a = indexed(e.left, context);
    if (a && e.right.kind === 'number' && Number.isInteger(e.right.value)) {
      return { ...a, value: frame.build.c.powi(a.value, { exponent: e.right.value }) };
    }
  }
  if (e.kind === 'unary' && e.op === '-') {
    const a = indexed(e.value, context);
    return a && { ...a, value: frame.build.c.neg(a.value) };
  }
  if (
    e.kind === 'call' &&
    e.callee.kind === 'name' &&
    e.args.some((a) => mentionsIndexing(a.value, context))
  ) {
    return elementwiseCall(e, context);
  }
  const val = frame.build.evaluate(e, frame);
  const tensor = toTensor(val, frame, e.span);
  if (!tensor) return null;
  if (tensor.value.type.axes.length > 0) {
    fail(frame, rankMismatch, e.span, [
      `\`${printExpression(e)}\` is ${typeText(tensor.value.type)}: give each of its axes an index`,
    ]);
    return null;
  }
  return { value: asFloat(tensor, frame).value, labels: [] };
}

/** `exp(s[i, j])`: the function sees the tensor, element by element. */
function elementwiseCall(e: Extract<Expression, { kind: 'call' }>, context: Context): Indexed | null {
  const { frame } = context;
  const args = e.args.map((a) => indexed(a.value, context));
  if (args.some((a) => a === null)) return null;
  const labels = [...new Set(args.flatMap((a) => a!.labels))];
  const aligned = args.map((a) => spread(a!, labels, context));
  const callee = frame.build.evaluate(e.callee, frame);
  const out = frame.build.apply(
    callee,
    e.args.map((a, i) => ({
      name: a.name?.name ?? null,
      value: tensorVal(aligned[i]!),
      span: a.value.span,
      expr: a.value,
    })),
    frame,
    e.span,
  );
  if (out.kind !== 'tensor') {
    if (out.kind !== 'poison') fail(frame, typeMismatch, e.span, ['an elementwise function', kindText(out)]);
    return null;
  }
  return { value: out.value, labels };
}

/** Slices are indices, plain names that are no values in scope, or positions: one index at least. */
function isIndexing(e: Extract<Expression, { kind: 'index' }>, context: Context): boolean {
  return (
    e.slices.every((s) => isIndex(s, context) || isPosition(s, context)) &&
    (e.slices.some((s) => isIndex(s, context)) || e.slices.length === 0)
  );
}
function isIndex(s: Slice, { left, frame }: Context): boolean {
  if (s.kind !== 'at' || s.value.kind !== 'name') return false;
  const val = lookup(s.value.name, frame.scope);
  return left.includes(s.value.name) || !val || !['tensor', 'number', 'dim', 'turn'].includes(val.kind);
}
/** `0`, `-1`, `t` and `t + 1` of a loop around. */
function isPosition(s: Slice, context: Context): boolean {
  return s.kind === 'at' && isKnown(s.value, context);
}
function isKnown(e: Expression, context: Context): boolean {
  if (e.kind === 'number') return true;
  if (e.kind === 'unary') return isKnown(e.value, context);
  if (e.kind === 'binary') return isKnown(e.left, context) && isKnown(e.right, context);
  if (e.kind !== 'name' || context.left.includes(e.name)) return false;
  return ['number', 'dim', 'turn'].includes(lookup(e.name, context.frame.scope)?.kind ?? '');
}
function mentionsIndexing(e: Expression, context: Context): boolean {
  if (e.kind === 'index') return isIndexing(e, context);
  if (e.kind === 'binary') return mentionsIndexing(e.left, context) || mentionsIndexing(e.right, context);
  if (e.kind === 'unary') return mentionsIndexing(e.value, context);
  return e.kind === 'call' && e.args.some((a) => mentionsIndexing(a.value, context));
}

/** `q[b, n, t, d]`; a repeated index is the diagonal. Axes at positions are gone first. */
function access(written: Extract<Expression, { kind: 'index' }>, context: Context): Indexed | null {
  const { frame, sizes } = context;
  const whole = toTensor(frame.build.evaluate(written.target, frame), frame, written.target.span);
  if (!whole) return null;
  const [e, tensor] = atPositions(written, whole, context);
  if (!tensor) return null;
  const { axes } = tensor.value.type;
  if (axes.length !== e.slices.length) {
    fail(frame, rankMismatch, e.span, [
      `\`${printExpression(e.target)}\` is ${typeText(tensor.value.type)} but is given ${e.slices.length} indices`,
    ]);
    return null;
  }
  const labels: string[] = [];
  for (const [i, s] of e.slices.entries()) {
    if (s.kind !== 'at' || s.value.kind !== 'name') return null;
    const label = s.value.name;
    labels.push(label);
    const known = sizes.get(label);
    const merged = known ? agree(known.axis, axes[i]!) : axes[i]!;
    if (!merged) {
      const text = (a: Axis) => typeText({ dtype: 'float', axes: [a] });
      fail(frame, indexClash, s.span, [label, text(known!.axis), text(axes[i]!)], {
        related: [{ span: known!.span, text: `${label} is ${text(known!.axis)} here` }],
        label: `${label} is ${text(axes[i]!)} here`,
      });
      return null;
    }
    sizes.set(label, { axis: merged, span: known?.span ?? s.span, text: printExpression(e) });
  }
  const distinct = [...new Set(labels)];
  const value = asFloat(tensor, frame).value;
  if (distinct.length === labels.length) return { value, labels };
  return {
    value: frame.build.c.einsum([value], { inputs: [labels], output: distinct }),
    labels: distinct,
  };
}

/** `x[t, j]` in a loop over t: what is left of the slices, and of the tensor. */
function atPositions(
  e: Extract<Expression, { kind: 'index' }>,
  whole: TensorVal,
  context: Context,
): [typeof e, TensorVal | null] {
  const { frame } = context;
  if (!e.slices.some((s) => isPosition(s, context))) return [e, whole];
  const slices = e.slices.map((s): Slice =>
    isPosition(s, context) ? s : { kind: 'range', from: null, to: null, span: s.span },
  );
  const cut = at(frame, e.span, () => slice(frame, whole, { ...e, slices }));
  const left = e.slices.filter((s) => !isPosition(s, context));
  return [{ ...e, slices: left }, cut.kind === 'tensor' ? cut : null];
}

/** Pairs of factors, summing each index as soon as no other factor and not the left needs it. */
function contract(factors: readonly Indexed[], left: readonly string[], context: Context): Indexed | null {
  const { c } = context.frame.build;
  const [first, ...others] = factors;
  if (!first) return null;
  let current: Indexed = first;
  let rest: readonly Indexed[] = others;
  const keep = (labels: readonly string[], later: readonly Indexed[]) =>
    labels.filter((l) => left.includes(l) || later.some((f) => f.labels.includes(l)));
  while (rest.length > 0) {
    const [next, ...later]: readonly Indexed[] = rest;
    const both: string[] = [...new Set([...current.labels, ...next!.labels])];
    const output: string[] = keep(both, later);
    if (output.length === both.length) current = combine('mul', [current, next!], context);
    else {
      const inputs: (readonly string[])[] = [current.labels, next!.labels];
      current = {
        value: c.einsum([current.value, next!.value], { inputs, output }),
        labels: output,
      };
    }
    rest = later;
  }
  const summed = current.labels.flatMap((l, i) => (left.includes(l) ? [] : [i]));
  if (summed.length === 0) return current;
  return {
    value: c.sum(current.value, { axes: summed }),
    labels: current.labels.filter((l) => left.includes(l)),
  };
}

/** An elementwise op over the union of the labels. */
function combine(op: string, items: readonly Indexed[], context: Context): Indexed {
  const labels = [...new Set(items.flatMap((item) => item.labels))];
  const aligned = items.map((item) => spread(item, labels, context));
  return { value: context.frame.build.c.apply(op, aligned, {}), labels };
}
/** Transposes and stretches to exactly these labels. */
function spread(item: Indexed, labels: readonly string[], context: Context): Value {
  const { c } = context.frame.build;
  if (item.labels.length === labels.length && item.labels.every((l, i) => l === labels[i])) return item.value;
  const order = labels.filter((l) => item.labels.includes(l));
  const perm = order.map((l) => item.labels.indexOf(l));
  const turned = perm.every((p, i) => p === i) ? item.value : c.transpose(item.value, { perm });
  if (order.length === labels.length) return turned;
  const to = labels.map((l) => context.sizes.get(l)!.axis);
  return c.broadcast(turned, { axes: order.map((l) => labels.indexOf(l)), to });
}
function layOut(item: Indexed, context: Context, span: Span): Value | null {
  const missing = context.left.find((l) => !context.sizes.has(l));
  if (missing) {
    fail(context.frame, unknownAxis, span, [missing, 'the right side, which gives it no size']);
    return null;
  }
  return spread(item, context.left, context);
}
