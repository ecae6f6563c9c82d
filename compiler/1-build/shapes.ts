import type { Span } from '../../dsl/diagnostic.ts';
import type { Expression, TensorTypeExpression } from '../../dsl/model.ts';
import {
  axisNameMismatch,
  openDimUnsupported,
  rankMismatch,
  shapeMismatch,
  typeMismatch,
} from '../../dsl/messages/types.ts';
import { unknownName } from '../../dsl/messages/names.ts';
import { printType } from '../../dsl/print.ts';
import { canReshape } from '../ops/reshape.ts';
import { divideDim, isOpen, sameDim, timesDim } from '../ir/dim.ts';
import { axis, axisText, typeText, type Axis, type DType, type TensorType } from '../ir/tensor-type.ts';
import { blockBinding, fail, knownNames, lookup, type Frame } from './frame.ts';
import { didYouMean } from '../../dsl/suggest.ts';
import { constantOf, kindText, tensorVal, type TensorVal, type Val } from './value.ts';

/**
 * Two axes that meet. A nameless size agrees with any name of that size, and the result takes the name;
 * two different names never agree, even at equal sizes.
 */
export function agree(a: Axis, b: Axis): Axis | null {
  if (!sameDim(a.size, b.size)) return null;
  if (a.name !== null && b.name !== null && a.name !== b.name) return null;
  return a.name === null ? b : a;
}

/** Aligned from the right; a nameless axis of size 1 stretches. null where two axes do not agree. */
export function broadcastAxes(a: readonly Axis[], b: readonly Axis[]): readonly Axis[] | null {
  const rank = Math.max(a.length, b.length);
  const out: Axis[] = [];
  for (let i = 1; i <= rank; i++) {
    const x = a.at(-i);
    const y = b.at(-i);
    const merged = i > a.length ? y : i > b.length ? x : agreeOrStretch(x!, y!);
    if (!merged) return null;
    out.unshift(merged);
  }
  return out;
}
function agreeOrStretch(x: Axis, y: Axis): Axis | null {
  const same = agree(x, y);
  if (same) return same;
  if (x.name === null && x.size === 1) return y;
  if (y.name === null && y.size === 1) return x;
  return null;
}

/** Stretches a tensor to `axes`, aligned from the right. */
export function stretch(frame: Frame, val: TensorVal, axes: readonly Axis[]): TensorVal {
  const type = val.value.type;
  const offset = axes.length - type.axes.length;
  const same = offset === 0 && type.axes.every((a, i) => sameDim(a.size, axes[i]!.size));
  if (same) return val;
  const value = frame.build.c.broadcast(val.value, {
    axes: type.axes.map((_, i) => i + offset),
    to: axes,
  });
  return tensorVal(value, val.source);
}

/** One of two values that clash: the expression, and which of its axes is meant. */
export interface Side {
  readonly val: TensorVal;
  readonly span: Span;
  /** The expression as written. */
  readonly name: string;
  /** `its last axis is 28` */
  readonly says: string | null;
}

/** A clash with both sides named, each with where its shape comes from. */
export function reportClash(
  frame: Frame,
  what: string,
  span: Span,
  sides: readonly Side[],
  help: string | null,
  why: 'sizes' | 'names' = 'sizes',
): Val {
  const related = sides.map(({ val, span: at, name, says }) => ({
    span: at,
    text: `${name} is ${typeText(val.value.type)}${says === null ? '' : `: ${says}`}`,
  }));
  for (const { val, name } of sides) {
    if (val.source)
      related.push({ span: val.source.span, text: `${name} comes from here: ${val.source.what}` });
  }
  return fail(frame, why === 'names' ? axisNameMismatch : shapeMismatch, span, [what], {
    related,
    ...(help ? { help } : {}),
  });
}

// ── written shapes ──────────────────────────────────────────────────────────────────────────────

/** An axis of a written shape: a dim by name, or a size worked out from dims and numbers. */
export function axisFrom(expression: Expression, frame: Frame): Axis | null {
  const val = frame.build.evaluate(expression, frame);
  return axisFromVal(val, frame, expression.span);
}
export function axisFromVal(val: Val, frame: Frame, span: Span): Axis | null {
  if (val.kind === 'poison') return null;
  if (val.kind === 'dim') return val.axis;
  const size = constantOf(val);
  if (size !== null && Number.isInteger(size) && size >= 1) return axis(size);
  const isPart = size !== null && size > 0 && !Number.isInteger(size);
  fail(frame, typeMismatch, span, [
    'a size (a whole number or a dim)',
    size !== null ? String(isPart ? Number(size.toFixed(4)) : size) : kindText(val),
  ], isPart ? { help: 'an axis can be cut into that many equal parts only if its size is a multiple of them' } : {}); // prettier-ignore
  return null;
}

function dtypeFrom(type: TensorTypeExpression): DType {
  const base = type.base?.name;
  return base === 'int' || base === 'i32' || base === 'u8' ? 'int' : base === 'bool' ? 'bool' : 'float';
}
const bases = ['f32', 'f64', 'i32', 'u8', 'int', 'bool'];

function restOf(frame: Frame): readonly Axis[] | null {
  const rest = lookup('...', frame.scope);
  return rest?.kind === 'shape' ? rest.axes : null;
}

/** A written type in which every name is known (parameters, results): null after a report. */
export function resolveType(type: TensorTypeExpression, frame: Frame): TensorType | null {
  if (!checkBase(type, frame)) return null;
  const axes: Axis[] = [];
  for (const item of type.shape ?? []) {
    if (item.kind === 'rest') {
      axes.push(...(restOf(frame) ?? []));
      continue;
    }
    const a = axisFrom(item, frame);
    if (!a) return null;
    axes.push(a);
  }
  return withClasses({ dtype: dtypeFrom(type), axes }, type, frame);
}
function checkBase(type: TensorTypeExpression, frame: Frame): boolean {
  if (!type.base || bases.includes(type.base.name)) return true;
  fail(frame, unknownName, type.base.span, [type.base.name], didYouMean(type.base.name, bases));
  return false;
}
function withClasses(type: TensorType, written: TensorTypeExpression, frame: Frame): TensorType | null {
  if (!written.argument) return type;
  const classes = axisFrom(written.argument, frame);
  return classes && { ...type, classes };
}

/**
 * Holds an actual tensor against a written type, binding generic names (`In` in `x: [..., In]`) in the
 * frame's scope. The result carries the written names. null after a report.
 */
export function matchType(
  type: TensorTypeExpression,
  actual: TensorVal,
  frame: Frame,
  blame: { readonly span: Span; readonly what: string; readonly at: Frame; readonly generic: boolean },
): TensorVal | null {
  if (!checkBase(type, frame)) return null;
  const got = actual.value.type;
  const text = `${blame.what} expects ${printType(type)} but is given ${typeText(got)}`;
  const asked = blame.at.callSite ? [] : [{ span: type.span, text: `${printType(type)} is asked for here` }];
  const from = actual.source
    ? [{ span: actual.source.span, text: `it comes from here: ${actual.source.what}` }]
    : [];
  const extras = { label: `this is ${typeText(got)}`, related: [...asked, ...from] };
  const clash = (help: string | null = null, names = false): null => {
    const message = names ? axisNameMismatch : shapeMismatch;
    fail(blame.at, message, blame.span, [text], { ...extras, ...(help ? { help } : {}) });
    return null;
  };
  if (type.base && type.base.name !== 'f64' && dtypeFrom(type) !== got.dtype) {
    fail(blame.at, typeMismatch, blame.span, [printType(type), typeText(got)]);
    return null;
  }
  if (type.shape === null && type.base) {
    return got.axes.length === 0 ? actual : clash();
  }
  const items = type.shape ?? [];
  const restAt = items.findIndex((item) => item.kind === 'rest');
  const fixed = items.length - (restAt >= 0 ? 1 : 0);
  if (restAt < 0 ? got.axes.length !== items.length : got.axes.length < fixed) {
    const flattened = flattenHelp(items.length, got);
    if (flattened) return clash(flattened);
    fail(blame.at, rankMismatch, blame.span, [text], extras);
    return null;
  }
  const restCount = got.axes.length - fixed;
  const axes: Axis[] = [];
  let i = 0;
  for (const item of items) {
    if (item.kind === 'rest') {
      const rest = got.axes.slice(i, i + restCount);
      const bound = restOf(frame);
      if (bound && blame.generic) {
        if (bound.length !== rest.length || rest.some((a, j) => !agree(a, bound[j]!))) return clash();
      } else if (!bound) frame.scope.names.set('...', { kind: 'shape', axes: rest });
      axes.push(...rest);
      i += restCount;
      continue;
    }
    const have = got.axes[i++]!;
    if (blame.generic && item.kind === 'name' && lookup(item.name, frame.scope) === undefined) {
      frame.scope.names.set(item.name, { kind: 'dim', axis: have });
      axes.push(have);
      continue;
    }
    const want = axisFrom(item, frame);
    if (!want) return null;
    const merged = agree(want, have);
    if (!merged) return clash(clashHelp(want, have, items.length, got), sameDim(want.size, have.size));
    axes.push(want.name === null ? have : merged);
  }
  return tensorVal(retype(frame, actual, axes, type), actual.source);
}

function flattenHelp(rank: number, got: TensorType): string | null {
  if (rank !== 2 || got.axes.length <= 2) return null;
  return `flatten it first: \`|> flatten\` gives [${axisText(got.axes[0]!)}, …]`;
}
function clashHelp(want: Axis, have: Axis, rank: number, got: TensorType): string | null {
  if (sameDim(want.size, have.size)) {
    return `the sizes agree but the names do not: use one name for both, or rename with rearrange`;
  }
  return flattenHelp(rank, got);
}

/** The same node seen under other axis names: names cost nothing, so it is a reshape that is no work. */
function retype(
  frame: Frame,
  val: TensorVal,
  axes: readonly Axis[],
  written?: TensorTypeExpression,
): TensorVal['value'] {
  const type = val.value.type;
  const classes = written?.argument ? axisFrom(written.argument, frame) : null;
  const next: TensorType = {
    ...type,
    axes,
    ...(classes ? { classes } : {}),
  };
  return { ...val.value, type: next };
}

/** Suggests what was meant when a name in a shape is unknown. */
export function reportUnknown(name: string, span: Span, frame: Frame): Val {
  const block = blockBinding(name, frame.scope);
  const help = block === null ? null : `\`step ${block}\` binds it for itself: bind it before the blocks`;
  const extras = help === null ? didYouMean(name, knownNames(frame.scope)) : { help };
  return fail(frame, unknownName, span, [name], extras);
}

// ── reshaping ───────────────────────────────────────────────────────────────────────────────────

/** Product of axes as one nameless axis. */
export function mergedAxis(axes: readonly Axis[]): Axis {
  if (axes.length === 1) return axes[0]!;
  return axis(timesDim(...axes.map((a) => a.size)));
}

/** Fills in the one `-1` of a reshape, if any; null when the sizes do not multiply out. */
export function solveReshape(from: readonly Axis[], to: readonly (Axis | null)[]): readonly Axis[] | null {
  const total = timesDim(...from.map((a) => a.size));
  const known = timesDim(...to.flatMap((a) => (a ? [a.size] : [])));
  if (to.every((a) => a !== null)) return sameDim(total, known) ? (to as Axis[]) : null;
  const missing = divideDim(total, known);
  return missing === null ? null : to.map((a) => a ?? axis(missing));
}
/** The same elements under other axes; refused where an open axis would lie inside a merged one. */
export function reshaped(frame: Frame, x: TensorVal, axes: readonly Axis[], span: Span): Val {
  const from = x.value.type.axes;
  if (canReshape(from, axes)) return tensorVal(frame.build.c.reshape(x.value, { axes }), x.source);
  const inner = from.findLast((a) => isOpen(a.size))!;
  const what = `reshaping ${typeText(x.value.type)} so that ${axisText(inner)} is merged with the axes before it`;
  return fail(frame, openDimUnsupported, span, [what], {
    help: `move ${axisText(inner)} to the front first, with transpose or rearrange`,
  });
}
