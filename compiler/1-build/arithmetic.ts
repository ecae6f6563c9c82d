import type { Span } from '../../dsl/diagnostic.ts';
import type { BinaryExpression, BinaryOperator } from '../../dsl/model.ts';
import { printExpression } from '../../dsl/print.ts';
import { typeMismatch } from '../../dsl/messages/types.ts';
import { dimText, sameDim, timesDim } from '../ir/dim.ts';
import type { ScalarFn } from '../ir/formula.ts';
import { axis, sizes, typeText, type Axis } from '../ir/tensor-type.ts';
import { hostCall, hostOf } from './host-scalars.ts';
import { fail, type Frame } from './frame.ts';
import { agree, broadcastAxes, reportClash, stretch } from './shapes.ts';
import { asFloat, asTruth, toTensor } from './tensors.ts';
import {
  constantOf,
  kindText,
  numberVal,
  poison,
  tensorVal,
  type TensorVal,
  type TurnVal,
  type Val,
} from './value.ts';

interface Operator {
  /** Catalog op. */
  readonly op: string;
  readonly host: ScalarFn;
  readonly number: (a: number, b: number) => number;
  /** Comparisons take labels as they are; arithmetic makes them numbers. */
  readonly compares?: boolean;
}
const operators: Record<Exclude<BinaryOperator, '@'>, Operator> = {
  '+': { op: 'add', host: 'add', number: (a, b) => a + b },
  '-': { op: 'sub', host: 'sub', number: (a, b) => a - b },
  '*': { op: 'mul', host: 'mul', number: (a, b) => a * b },
  '/': { op: 'div', host: 'div', number: (a, b) => a / b },
  '^': { op: 'pow', host: 'pow', number: (a, b) => a ** b },
  '<': { op: 'less', host: 'lt', number: (a, b) => Number(a < b), compares: true },
  '<=': { op: 'less_equal', host: 'le', number: (a, b) => Number(a <= b), compares: true },
  '>': { op: 'greater', host: 'gt', number: (a, b) => Number(a > b), compares: true },
  '>=': { op: 'greater_equal', host: 'ge', number: (a, b) => Number(a >= b), compares: true },
  '==': { op: 'equal', host: 'eq', number: (a, b) => Number(a === b), compares: true },
  '!=': { op: 'not_equal', host: 'ne', number: (a, b) => Number(a !== b), compares: true },
  and: { op: 'logical_and', host: 'and', number: (a, b) => Number(a !== 0 && b !== 0), compares: true },
  or: { op: 'logical_or', host: 'or', number: (a, b) => Number(a !== 0 || b !== 0), compares: true },
};
const logical = ['and', 'or'];

export function binary(frame: Frame, e: BinaryExpression, left: Val, right: Val): Val {
  if (left.kind === 'poison' || right.kind === 'poison') return poison;
  if (e.op === '@') return matmul(frame, e, left, right);
  const operator = operators[e.op];
  if (left.kind === 'params' || right.kind === 'params') return overParams(frame, e, left, right);
  const shifted = shiftedTurn(e.op, left, right);
  if (shifted) return shifted;
  const scalars = scalarBinary(operator, left, right, logical.includes(e.op));
  if (scalars) return scalars;
  if (left.kind === 'string' && right.kind === 'string' && (e.op === '==' || e.op === '!=')) {
    return { kind: 'boolean', value: (left.value === right.value) === (e.op === '==') };
  }
  const operand = logical.includes(e.op) ? asTruth : toTensor;
  let a = operand(left, frame, e.left.span);
  let b = a && operand(right, frame, e.right.span);
  if (!a || !b) return poison;
  const exponent = constantOf(right);
  if (e.op === '^' && exponent !== null && Number.isInteger(exponent)) {
    return tensorVal(frame.build.c.powi(asFloat(a, frame).value, { exponent }));
  }
  const mixed = a.value.type.dtype !== b.value.type.dtype;
  if (!logical.includes(e.op) && (!operator.compares || mixed)) {
    a = asFloat(a, frame);
    b = asFloat(b, frame);
  }
  return elementwise(frame, operator.op, a, b, e);
}

/** `t + 1` and `T - 1 - t` stay indices that are known. */
function shiftedTurn(op: BinaryOperator, left: Val, right: Val): Val | null {
  const [turn, by] = left.kind === 'turn' ? [left, constantOf(right)] : [right, constantOf(left)];
  if (turn.kind !== 'turn' || by === null || !Number.isInteger(by)) return null;
  if (op === '+') return { ...turn, plus: turn.plus + by };
  if (op !== '-') return null;
  if (left === turn) return { ...turn, plus: turn.plus - by };
  const minus = minusTurn(turn);
  return { ...minus, plus: minus.plus + by };
}
function minusTurn(turn: TurnVal): TurnVal {
  return { ...turn, times: turn.times === 1 ? -1 : 1, plus: -turn.plus };
}

/** Two tensors, broadcast by name, through an elementwise op. */
export function elementwise(
  frame: Frame,
  op: string,
  a: TensorVal,
  b: TensorVal,
  e: BinaryExpression | { span: Span; left: { span: Span }; right: { span: Span }; text: string },
): Val {
  const axes = broadcastAxes(a.value.type.axes, b.value.type.axes);
  if (!axes) return reportElementwise(frame, a, b, e);
  const x = stretch(frame, a, axes);
  const y = stretch(frame, b, axes);
  return tensorVal(frame.build.c.apply(op, [x.value, y.value], {}));
}
function reportElementwise(
  frame: Frame,
  a: TensorVal,
  b: TensorVal,
  e: BinaryExpression | { span: Span; left: { span: Span }; right: { span: Span }; text: string },
): Val {
  const isExpression = 'kind' in e;
  const what = isExpression ? printExpression(e) : e.text;
  const names = isExpression
    ? [printExpression(e.left), printExpression(e.right)]
    : ['the first', 'the second'];
  const [x, y] = [a.value.type.axes, b.value.type.axes];
  const depth = Array.from({ length: Math.min(x.length, y.length) }, (_, i) => i + 1).find(
    (i) => broadcastAxes(x.slice(-i), y.slice(-i)) === null,
  )!;
  const [p, q] = [x.at(-depth)!, y.at(-depth)!];
  const sameSize = sameDim(p.size, q.size);
  return reportClash(
    frame,
    `${sameSize ? 'axis names' : 'axis sizes'} do not match in \`${what}\``,
    isExpression ? e.opSpan : e.span,
    [
      { val: a, span: e.left.span, name: names[0]!, says: axisSays(p, depth) },
      { val: b, span: e.right.span, name: names[1]!, says: axisSays(q, depth) },
    ],
    sameSize
      ? 'two names are two meanings, whatever their sizes: use one name for both, or rename one with rearrange'
      : stretchHelp(a, b),
    sameSize ? 'names' : 'sizes',
  );
}
function axisSays({ name, size }: Axis, fromEnd: number): string {
  const which =
    fromEnd === 1
      ? 'its last axis'
      : fromEnd === 2
        ? 'its last axis but one'
        : `its axis ${fromEnd} from the end`;
  return `${which} is ${sizeText(name, size)}`;
}
/** `K, which is 10` */
function sizeText(name: string | null, size: Axis['size']): string {
  return name === null || dimText(size) === name ? dimText(size) : `${name}, which is ${dimText(size)}`;
}
function stretchHelp(a: TensorVal, b: TensorVal): string | null {
  const [small, large] = a.value.type.axes.length < b.value.type.axes.length ? [a, b] : [b, a];
  if (small.value.type.axes.length === 0 || small === large) return null;
  return 'axes are aligned from the right; keep a reduced axis as size 1 with `keep = true`, or add one with reshape';
}

/** Numbers stay numbers, schedules stay host scalars, a product of dims stays a dim. */
function scalarBinary(operator: Operator, left: Val, right: Val, isLogical: boolean): Val | null {
  const a = left.kind === 'boolean' ? Number(left.value) : constantOf(left);
  const b = right.kind === 'boolean' ? Number(right.value) : constantOf(right);
  if (a !== null && b !== null) {
    const value = operator.number(a, b);
    return operator.compares || isLogical ? { kind: 'boolean', value: value !== 0 } : numberVal(value);
  }
  if (operator.op === 'mul') {
    const dim = dimProduct(left, right);
    if (dim) return dim;
  }
  const x = hostOf(left);
  const y = hostOf(right);
  return x && y ? { kind: 'host', expr: hostCall(operator.host, x, y) } : null;
}
function dimProduct(left: Val, right: Val): Val | null {
  const size = (v: Val) =>
    v.kind === 'dim' ? v.axis.size : v.kind === 'number' && Number.isInteger(v.value) ? v.value : null;
  if (left.kind !== 'dim' && right.kind !== 'dim') return null;
  const a = size(left);
  const b = size(right);
  return a === null || b === null ? null : { kind: 'dim', axis: axis(timesDim(a, b)) };
}

export function negate(frame: Frame, val: Val, span: Span): Val {
  if (val.kind === 'poison') return poison;
  const known = constantOf(val);
  if (known !== null) return numberVal(-known);
  if (val.kind === 'host') return { kind: 'host', expr: hostCall('neg', val.expr) };
  if (val.kind === 'turn') return minusTurn(val);
  if (val.kind === 'params') {
    return {
      ...val,
      items: val.items.map((item) => ({ ...item, value: frame.build.c.neg(item.value) })),
    };
  }
  const x = toTensor(val, frame, span);
  return x ? tensorVal(frame.build.c.neg(asFloat(x, frame).value)) : poison;
}
export function not(frame: Frame, val: Val, span: Span): Val {
  if (val.kind === 'poison') return poison;
  if (val.kind === 'boolean') return { kind: 'boolean', value: !val.value };
  if (val.kind === 'host') return { kind: 'host', expr: hostCall('not', val.expr) };
  const x = asTruth(val, frame, span);
  return x ? tensorVal(frame.build.c.logicalNot(x.value)) : poison;
}

/**
 * Parameter trees combine leaf by leaf; a scalar meets every leaf. Those of two instances of a layer meet by their
 * paths in it, and go by the names of the left one: `params(slow) - params(net)`.
 */
function overParams(frame: Frame, e: BinaryExpression, left: Val, right: Val): Val {
  const tree = left.kind === 'params' ? left : right.kind === 'params' ? right : null;
  if (!tree) return poison;
  const leafOf = (val: Val, name: string): Val => {
    if (val.kind !== 'params') return val;
    const item =
      val.items.find((i) => i.name === name) ??
      val.items.find((i) => pathWithin(i.name) === pathWithin(name));
    return item ? tensorVal(item.value) : poison;
  };
  const items = tree.items.flatMap((item) => {
    const out = binary(frame, e, leafOf(left, item.name), leafOf(right, item.name));
    const value = toTensor(out, frame, e.span);
    return value ? [{ name: item.name, value: value.value }] : [];
  });
  return items.length === tree.items.length
    ? { kind: 'params', items }
    : fail(frame, typeMismatch, e.span, [
        'two sets of the same parameters',
        `${kindText(left)} and ${kindText(right)}`,
      ]);
}

/** `dense_1.W` of `Mlp_2.dense_1.W`. */
function pathWithin(name: string): string {
  return name.slice(name.indexOf('.') + 1);
}

/** `[..., m, k] @ [k, n]`, `[..., m, k] @ [..., k, n]`; vectors as in NumPy. */
function matmul(frame: Frame, e: BinaryExpression, left: Val, right: Val): Val {
  const a = toTensor(left, frame, e.left.span);
  const b = toTensor(right, frame, e.right.span);
  if (!a || !b) return poison;
  const x = asFloat(a, frame);
  const y = asFloat(b, frame);
  const ax = x.value.type.axes;
  const ay = y.value.type.axes;
  const inner = ax.at(-1);
  const outer = ay.length > 1 ? ay.at(-2) : ay.at(-1);
  if (!inner || !outer) {
    return fail(frame, typeMismatch, e.span, [
      'two tensors with at least one axis',
      `${typeText(x.value.type)} @ ${typeText(y.value.type)}`,
    ]);
  }
  if (!agree(inner, outer)) return reportMatmul(frame, e, x, y);
  if (ay.length > 2) {
    const lead = broadcastAxes(ax.slice(0, -2), ay.slice(0, -2));
    const leading = lead && lead.length === ay.length - 2 && ax.length === ay.length;
    if (!leading) return reportMatmul(frame, e, x, y);
  }
  return tensorVal(frame.build.c.matmul(x.value, y.value));
}
function reportMatmul(frame: Frame, e: BinaryExpression, x: TensorVal, y: TensorVal): Val {
  const [left, right] = [printExpression(e.left), printExpression(e.right)];
  const ax = x.value.type.axes;
  const want = y.value.type.axes.length > 1 ? y.value.type.axes.at(-2)! : y.value.type.axes.at(-1)!;
  const have = ax.at(-1)!;
  const first = y.value.type.axes.length > 2 ? 'last but one' : 'first';
  const flat = ax.length > 2 && sameDim(timesDim(...sizes(x.value.type).slice(1)), want.size);
  const names = sameDim(want.size, have.size);
  const help = flat
    ? `flatten ${left} first: \`(${left} |> flatten) @ ${right}\``
    : names
      ? `the last axis of ${left} is named ${have.name} and the first of ${right} ${want.name}: use one name for both`
      : null;
  return reportClash(
    frame,
    `${names ? 'axis names' : 'axis sizes'} do not match in \`${printExpression(e)}\``,
    e.opSpan,
    [
      { val: x, span: e.left.span, name: left, says: `its last axis is ${sizeText(have.name, have.size)}` },
      {
        val: y,
        span: e.right.span,
        name: right,
        says: `its ${first} axis is ${sizeText(want.name, want.size)}`,
      },
    ],
    help,
    names ? 'names' : 'sizes',
  );
}
