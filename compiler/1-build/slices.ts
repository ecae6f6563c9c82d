import type { Span } from '../../dsl/diagnostic.ts';
import type { Expression, Slice } from '../../dsl/model.ts';
import { printExpression } from '../../dsl/print.ts';
import { openDimUnsupported, shapeMismatch, typeMismatch, unknownAxis } from '../../dsl/messages/types.ts';
import { isOpen, sameDim } from '../ir/dim.ts';
import { type Axis, axis, axisText, tensor, typeText, type TensorType } from '../ir/tensor-type.ts';
import { fail, type Frame } from './frame.ts';
import { toTensor } from './tensors.ts';
import {
  constantOf,
  kindText,
  poison,
  tensorVal,
  type AxisSelector,
  type TensorVal,
  type TurnVal,
  type Val,
} from './value.ts';

/** The axes of `sum[K]`, `norm[1]`, `softmax[axis]`. */
export function axesOf(frame: Frame, slices: readonly Slice[]): AxisSelector[] {
  return slices.flatMap((s) => {
    if (s.kind === 'range') {
      fail(frame, typeMismatch, s.span, ['an axis', 'a range']);
      return [];
    }
    const val = frame.build.evaluate(s.value, frame);
    // The C of `x: [..., C]` where the axis given has no name: found by its size.
    if (s.value.kind === 'name' && val.kind === 'dim' && val.axis.name === null)
      return [{ kind: 'sized', name: s.value.name, size: val.axis.size }];
    return selectorOf(frame, val, s.span);
  });
}
function selectorOf(frame: Frame, val: Val, span: Span): AxisSelector[] {
  if (val.kind === 'axis') return [val.select];
  if (val.kind === 'tuple' || val.kind === 'list')
    return val.items.flatMap((v) => selectorOf(frame, v, span));
  if (val.kind === 'dim' && val.axis.name !== null) {
    return [{ kind: 'named', name: val.axis.name, size: val.axis.size }];
  }
  const position = constantOf(val);
  if (position !== null && Number.isInteger(position)) return [{ kind: 'position', at: position }];
  if (val.kind !== 'poison') fail(frame, typeMismatch, span, ['an axis: a dim or a position', kindText(val)]);
  return [];
}

/** Which axis of `type` is meant; null after a report. */
export function findAxis(frame: Frame, type: TensorType, select: AxisSelector, span: Span): number | null {
  if (select.kind === 'position') {
    const at = select.at < 0 ? type.axes.length + select.at : select.at;
    if (at >= 0 && at < type.axes.length) return at;
    fail(frame, unknownAxis, span, [String(select.at), typeText(type)]);
    return null;
  }
  const found = type.axes.flatMap((a, i) =>
    (select.kind === 'named' ? a.name === select.name : a.name === null && sameDim(a.size, select.size))
      ? [i]
      : [],
  );
  if (found.length === 1) return found[0]!;
  fail(frame, unknownAxis, span, [select.name, typeText(type), found.length > 1], {
    help: `name the axis by its position, as in [${type.axes.length - 1}] or [-1] for the last`,
  });
  return null;
}

/** `x[:, 0:T]`, `raw[0:4]`, `wte[ids]` */
export function slice(frame: Frame, target: Val, e: Extract<Expression, { kind: 'index' }>): Val {
  if (target.kind === 'poison') return poison;
  if (target.kind === 'record' && target.index) {
    const only = e.slices.length === 1 ? e.slices[0]! : null;
    if (only?.kind === 'at') return withPosition(frame, only.value, (i) => target.index!(i, null, e.span));
    if (only?.kind === 'range' && only.from && only.to) {
      return withPosition(frame, only.from, (i) =>
        withPosition(frame, only.to!, (j) => target.index!(i, j, e.span)),
      );
    }
  }
  if (target.kind === 'shape' && e.slices.length === 1) return sliceShape(frame, target.axes, e.slices[0]!);
  if (target.kind === 'tuple' || target.kind === 'list') {
    const [only] = e.slices;
    const at = e.slices.length === 1 && only?.kind === 'at' ? frame.build.evaluate(only.value, frame) : null;
    if (at?.kind === 'poison') return poison;
    const i = at && constantOf(at);
    if (i !== null && Number.isInteger(i))
      return target.items.at(i) ?? outside(frame, target.items.length, i, e);
    // `[0.5, 2][y]`, and `[[1, 0], [1, 1]][:, t]`
    const table = target.kind === 'list' ? toTensor(target, frame, e.target.span) : null;
    if (target.kind === 'list' && !table) return poison;
    if (table && at?.kind === 'tensor') return gather(frame, table, 0, at, e.span)?.value ?? poison;
    if (table) return slice(frame, table, e);
  }
  if (target.kind !== 'tensor') {
    return fail(frame, typeMismatch, e.target.span, ['a tensor', kindText(target)]);
  }
  let current: TensorVal = target;
  let at = 0;
  for (const item of e.slices) {
    const next = sliceAxis(frame, current, at, item, e);
    if (!next) return poison;
    current = next.value;
    at += next.kept;
  }
  return current;
}
function outside(frame: Frame, count: number, i: number, e: Expression): Val {
  return fail(frame, shapeMismatch, e.span, [`\`${printExpression(e)}\` asks for item ${i} of ${count}`]);
}
function withPosition(frame: Frame, e: Expression, then: (i: number) => Val): Val {
  const val = frame.build.evaluate(e, frame);
  const i = constantOf(val);
  if (i !== null && Number.isInteger(i)) return then(i);
  return val.kind === 'poison'
    ? poison
    : fail(frame, typeMismatch, e.span, ['a whole number', kindText(val)]);
}

/** One item of a slice; `kept`: how many axes it leaves behind. */
function sliceAxis(
  frame: Frame,
  x: TensorVal,
  at: number,
  item: Slice,
  e: Expression,
): { value: TensorVal; kept: number } | null {
  const { c } = frame.build;
  const type = x.value.type;
  const a = type.axes[at];
  if (!a) {
    fail(frame, unknownAxis, item.span, [String(at), typeText(type)]);
    return null;
  }
  if (item.kind === 'range' && !item.from && !item.to) return { value: x, kept: 1 };
  if (item.kind === 'at') {
    const val = frame.build.evaluate(item.value, frame);
    if (val.kind === 'poison') return null;
    if (val.kind === 'turn') return atTurn(frame, x, at, val, item.span, e);
    if (val.kind === 'tensor') return gather(frame, x, at, val, item.span);
    const position = constantOf(val);
    if (position === null) return refuse(frame, item.span, kindText(val));
    const start = inside(frame, position, a.size, type, item.span, e);
    if (start === null) return null;
    const one = c.slice(x.value, { axis: at, start, size: 1 });
    const rest = type.axes.filter((_, i) => i !== at);
    return { value: tensorVal(c.reshape(one, { axes: rest }), x.source), kept: 0 };
  }
  const turned = windowByTurn(frame, x, at, item, e);
  if (turned !== undefined) return turned && { value: turned, kept: 1 };
  const from = bound(frame, item.from, 0);
  const to = item.to ? bound(frame, item.to, 0) : typeof a.size === 'number' ? a.size : null;
  if (from === null || to === null) {
    if (isOpen(a.size)) fail(frame, openDimUnsupported, item.span, [`slicing the open axis ${axisText(a)}`]);
    return null;
  }
  if (isOpen(a.size)) {
    fail(frame, openDimUnsupported, item.span, [`slicing the open axis ${axisText(a)}`]);
    return null;
  }
  const [lo, hi] = [from < 0 ? a.size + from : from, to < 0 ? a.size + to : to];
  if (lo < 0 || hi > a.size || lo >= hi) {
    fail(frame, shapeMismatch, item.span, [
      `\`${printExpression(e)}\` takes ${lo}:${hi} of an axis of size ${a.size}`,
    ]);
    return null;
  }
  if (lo === 0 && hi === a.size) return { value: x, kept: 1 };
  const size = hi - lo;
  const value = c.slice(x.value, { axis: at, start: lo, size });
  const named = item.to && item.from ? frame.build.evaluate(item.to, frame) : null;
  const whole = lo === 0 && named?.kind === 'dim' ? named.axis : axis(size);
  const axes = value.type.axes.map((b, i) => (i === at ? whole : b));
  return { value: tensorVal({ ...value, type: { ...value.type, axes } }, x.source), kept: 1 };
}
/** `e[:, t]` in a loop over t, and `e[:, T - 1 - t]`. */
function atTurn(
  frame: Frame,
  x: TensorVal,
  at: number,
  { turn, extent, times, plus }: TurnVal,
  span: Span,
  e: Expression,
): { value: TensorVal; kept: number } | null {
  const { c, builder } = frame.build;
  const a = x.value.type.axes[at]!;
  const last = plus + times * (extent - 1);
  for (const end of [plus, last])
    if (inside(frame, end, a.size, x.value.type, span, e, false) === null) return null;
  // What the turns do not read is cut off first, and turned round, where the value comes from.
  const read = builder.beside(x.value, () => {
    const start = Math.min(plus, last);
    const part = extent === a.size ? x.value : c.slice(x.value, { axis: at, start, size: extent });
    return times === 1 ? part : c.flip(part, { axis: at });
  });
  return { value: tensorVal(c.atTurn(read, { axis: at, turn }), x.source), kept: 0 };
}
/** `x[:, t:t+2]` in a loop over t: as many entries in every turn; undefined: no turn in it, null: a report was made. */
function windowByTurn(
  frame: Frame,
  x: TensorVal,
  at: number,
  item: Extract<Slice, { kind: 'range' }>,
  e: Expression,
): TensorVal | null | undefined {
  if (!item.from || !item.to) return undefined;
  const [from, to] = [frame.build.evaluate(item.from, frame), frame.build.evaluate(item.to, frame)];
  if (from.kind !== 'turn' || to.kind !== 'turn') return undefined;
  const size = to.plus - from.plus;
  if (from.turn !== to.turn || from.times !== to.times || size < 1) {
    fail(frame, typeMismatch, item.span, ['as many entries in every turn, as in `t:t+2`', `\`${printExpression(e)}\``]); // prettier-ignore
    return null;
  }
  const { c } = frame.build;
  const parts: TensorVal['value'][] = [];
  for (let i = 0; i < size; i++) {
    const part = atTurn(frame, x, at, { ...from, plus: from.plus + i }, item.span, e);
    if (!part) return null;
    parts.push(c.reshape(part.value.value, { axes: x.value.type.axes.with(at, axis(1)) }));
  }
  return tensorVal(parts.length === 1 ? parts[0]! : c.concat(parts, { axis: at }), x.source);
}
function bound(frame: Frame, e: Expression | null, otherwise: number): number | null {
  if (!e) return otherwise;
  const val = frame.build.evaluate(e, frame);
  const i = constantOf(val);
  if (i !== null && Number.isInteger(i)) return i;
  if (val.kind !== 'poison') fail(frame, typeMismatch, e.span, ['a whole number', kindText(val)]);
  return null;
}
function inside(
  frame: Frame,
  position: number,
  size: TensorType['axes'][number]['size'],
  type: TensorType,
  span: Span,
  e: Expression,
  fromEnd = true,
): number | null {
  if (isOpen(size)) {
    fail(frame, openDimUnsupported, span, ['taking one position of an open axis']);
    return null;
  }
  const at = position < 0 && fromEnd ? size + position : position;
  if (Number.isInteger(at) && at >= 0 && at < size) return at;
  fail(frame, shapeMismatch, span, [
    `\`${printExpression(e)}\` asks for position ${position} of an axis of size ${size} in ${typeText(type)}`,
  ]);
  return null;
}
function refuse(frame: Frame, span: Span, got: string): null {
  fail(frame, typeMismatch, span, ['a position, a range or a tensor of positions', got]);
  return null;
}

/** `wte[ids]`, `x[:, ids]`: entries of an axis by number. */
function gather(
  frame: Frame,
  table: TensorVal,
  at: number,
  ids: TensorVal,
  span: Span,
): { value: TensorVal; kept: number } | null {
  if (ids.value.type.dtype !== 'int') {
    fail(frame, typeMismatch, span, ['whole numbers as positions', `floats, ${typeText(ids.value.type)}`], {
      help: 'arithmetic gives floats: make them whole with `i32(…)`; by the turn of a loop, `t + 1` and `T - 1 - t` are positions',
    }); // prettier-ignore
    return null;
  }
  const value = frame.build.c.gather(table.value, ids.value, { axis: at });
  return { value: tensorVal(value, table.source), kept: ids.value.type.axes.length };
}

/** `shape(x)[:-1]` is a shape, `shape(x)[0]` a dim. */
function sliceShape(frame: Frame, axes: readonly Axis[], item: Slice): Val {
  if (item.kind === 'at')
    return withPosition(frame, item.value, (i) => {
      const found = axes.at(i);
      if (found) return { kind: 'dim', axis: found };
      return fail(frame, unknownAxis, item.span, [String(i), typeText(tensor(axes))]);
    });
  const from = bound(frame, item.from, 0);
  const to = bound(frame, item.to, axes.length);
  return from === null || to === null ? poison : { kind: 'shape', axes: axes.slice(from, to) };
}
