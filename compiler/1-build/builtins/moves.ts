import {
  openDimUnsupported,
  rankMismatch,
  shapeMismatch,
  typeMismatch,
  windowTooLarge,
} from '../../../dsl/messages/types.ts';
import { isOpen } from '../../ir/dim.ts';
import { axis, axisText, type Axis, type TensorType, typeText } from '../../ir/tensor-type.ts';
import type { Window } from '../../ops/convolution.ts';
import type { BuiltinCall } from '../builtin.ts';
import { fail } from '../frame.ts';
import { constantOf, kindText, type Val } from '../value.ts';

/** Windows as they move over a tensor, and the axes of where they stand. */
export interface Moves {
  readonly windows: readonly Window[];
  readonly to: readonly Axis[];
}
/** How windows were asked to move, by axis. */
interface Steps {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: 'same' | readonly Sides[];
}
/** Zeros before and after. */
type Sides = readonly [number, number];

/** How many axes lie between batch and channels; null after a report where none does. */
export function windowRank(call: BuiltinCall, x: TensorType): number | null {
  const rank = x.axes.length - 2;
  if (rank >= 1) return rank;
  fail(call.frame, rankMismatch, call.span, [
    `a window moves along the axes between batch and channels, as in [B, H, W, C], but this is ${typeText(x)}`,
  ]);
  return null;
}

/** A whole number from 1 on for each axis, written once for all or one by one; null after a report. */
export function perAxis(
  call: BuiltinCall,
  name: string,
  rank: number,
  otherwise: readonly number[],
): readonly number[] | null {
  const arg = call.args[name];
  if (!arg) return otherwise;
  const items = spread(arg.value, rank)?.map(constantOf);
  if (items?.every((n) => isWhole(n, 1))) return items as readonly number[];
  return refuse(
    call,
    name,
    `a whole number from 1 on${rank === 1 ? '' : `, or ${rank} of them in parentheses`}`,
  );
}
function refuse(call: BuiltinCall, name: string, expected: string): null {
  const { value, span } = call.args[name]!;
  const known = constantOf(value);
  const given =
    value.kind === 'string' ? `"${value.value}"` : known === null ? kindText(value) : String(known);
  fail(call.frame, typeMismatch, span, [`${expected} for \`${name}\``, given]);
  return null;
}
function spread(val: Val, count: number): readonly Val[] | null {
  if (val.kind !== 'tuple' && val.kind !== 'list') return Array.from({ length: count }, () => val);
  return val.items.length === count ? val.items : null;
}
function isWhole(n: number | null, least: number): boolean {
  return n !== null && Number.isInteger(n) && n >= least;
}

/** `stride`, `dilation` and `pad` of a call; null after a report. */
export function stepsOf(call: BuiltinCall, rank: number, strides: readonly number[]): Steps | null {
  const stride = perAxis(call, 'stride', rank, strides);
  const dilations = stride && perAxis(call, 'dilation', rank, ones(rank));
  const padding = dilations && paddingOf(call, rank);
  return padding && { strides: stride, dilations, padding };
}
export function ones(count: number): readonly number[] {
  return Array.from({ length: count }, () => 1);
}

/** `same`, `valid`, a number for all sides, `(rows, columns)`, `((top, bottom), (left, right))`. */
function paddingOf(call: BuiltinCall, rank: number): Steps['padding'] | null {
  const none = ones(rank).map(() => [0, 0] as const);
  const arg = call.args['pad'];
  const word = arg?.value.kind === 'string' ? arg.value.value : null;
  if (!arg || word === 'valid') return none;
  if (word === 'same') return 'same';
  const sides = spread(arg.value, rank)?.map((side) => spread(side, 2)?.map(constantOf));
  if (sides?.every((side) => side?.every((n) => isWhole(n, 0)))) return sides as unknown as readonly Sides[];
  return refuse(call, 'pad', '`same`, `valid` or a whole number');
}

/** Where windows of these sizes stand; null after a report: an open axis, or a window that fits nowhere. */
export function movesOver(
  call: BuiltinCall,
  x: TensorType,
  sizes: readonly number[],
  steps: Steps,
): Moves | null {
  return movesAlong(call, x, sizes, steps, ({ size, stride, reach, padding }, i) => {
    const all = Math.ceil(size / stride);
    const [before, after] = padding === 'same' ? halves((all - 1) * stride + reach - size) : padding;
    const padded = before + size + after;
    if (reach <= padded) return { before, count: Math.floor((padded - reach) / stride) + 1 };
    fail(call.frame, windowTooLarge, call.span, [reach, padded, `axis ${i + 1} of ${typeText(x)}`]);
    return null;
  });
}

/** The other way round: windows that stand on x and reach over the result. `same`: size · stride. */
export function movesUnder(
  call: BuiltinCall,
  x: TensorType,
  sizes: readonly number[],
  steps: Steps,
): Moves | null {
  return movesAlong(call, x, sizes, steps, ({ size, stride, reach, padding }, i) => {
    const whole = (size - 1) * stride + reach;
    const [before, after] = padding === 'same' ? halves(reach - stride) : padding;
    const count = padding === 'same' ? size * stride : whole - before - after;
    if (count >= 1) return { before, count };
    fail(call.frame, shapeMismatch, call.span, [
      `nothing is left of axis ${i + 1}, which is ${whole} long, when ${before} and ${after} are cut off its ends`,
    ]);
    return null;
  });
}

/** A window along one axis: `reach` elements from its first to its last. */
interface Along {
  readonly size: number;
  readonly stride: number;
  readonly reach: number;
  readonly padding: 'same' | Sides;
}
function movesAlong(
  call: BuiltinCall,
  x: TensorType,
  sizes: readonly number[],
  { strides, dilations, padding }: Steps,
  place: (along: Along, i: number) => { readonly before: number; readonly count: number } | null,
): Moves | null {
  const over = wholeAxes(call, x);
  if (!over) return null;
  const windows: Window[] = [];
  const to: Axis[] = [];
  for (const [i, size] of over.entries()) {
    const [stride, dilation] = [strides[i]!, dilations[i]!];
    const sides = padding === 'same' ? padding : padding[i]!;
    const placed = place({ size, stride, reach: reachOf(sizes[i]!, dilation), padding: sides }, i);
    if (!placed) return null;
    windows.push({ stride, dilation, before: placed.before });
    to.push(keptAxis(x.axes[1 + i]!, placed.count, stride));
  }
  return { windows, to };
}

/** How many elements a window reaches over. */
function reachOf(size: number, dilation: number): number {
  return dilation * (size - 1) + 1;
}
/** The smaller half in front, as in TensorFlow. */
function halves(total: number): Sides {
  return total <= 0 ? [0, 0] : [Math.floor(total / 2), Math.ceil(total / 2)];
}
/** An axis along which windows stand at every element keeps its name. */
function keptAxis(old: Axis, size: number, stride: number): Axis {
  return stride === 1 && old.size === size ? old : axis(size);
}

function wholeAxes(call: BuiltinCall, x: TensorType): readonly number[] | null {
  const axes = x.axes.slice(1, -1);
  const open = axes.find(({ size }) => isOpen(size));
  if (!open) return axes.map(({ size }) => size as number);
  fail(call.frame, openDimUnsupported, call.span, [`moving a window along ${axisText(open)}`]);
  return null;
}
