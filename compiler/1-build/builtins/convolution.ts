import {
  groupsDoNotDivide,
  openDimUnsupported,
  rankMismatch,
  shapeMismatch,
} from '../../../dsl/messages/types.ts';
import { isOpen } from '../../ir/dim.ts';
import { axis, type Axis, axisText, typeText } from '../../ir/tensor-type.ts';
import { inputGradient, wholeSize } from '../../ops/convolution.ts';
import type { Builtin, BuiltinCall } from '../builtin.ts';
import { fail } from '../frame.ts';
import { agree, axisFromVal } from '../shapes.ts';
import { asFloat } from '../tensors.ts';
import { poison, tensorVal, type TensorVal, type Val } from '../value.ts';
import { numberArg, tensorArg } from './arguments.ts';
import { type Moves, movesOver, movesUnder, ones, perAxis, stepsOf, windowRank } from './moves.ts';

/** Input, kernel and how many axes the kernel moves along; null after a report. */
function operands(call: BuiltinCall): { x: TensorVal; W: TensorVal; rank: number } | null {
  const x = floatArg(call, 'x');
  const W = floatArg(call, 'W');
  const rank = x && windowRank(call, x.value.type);
  if (!x || !W || rank === null) return null;
  const { axes } = W.value.type;
  if (axes.length === rank + 2)
    return areWhole(call, [x.value.type.axes.at(-1)!, ...axes]) ? { x, W, rank } : null;
  fail(call.frame, rankMismatch, call.span, [
    `a kernel for ${typeText(x.value.type)} has ${rank + 2} axes, window, inputs and outputs, but this is ${typeText(W.value.type)}`,
  ]);
  return null;
}
function floatArg(call: BuiltinCall, name: string): TensorVal | null {
  const x = tensorArg(call, name);
  return x && asFloat(x, call.frame);
}

/** False after a report: channels and kernels have sizes, and are not empty. */
function areWhole(call: BuiltinCall, axes: readonly Axis[]): boolean {
  const [open, empty] = [axes.find(({ size }) => isOpen(size)), axes.find(({ size }) => size === 0)];
  if (open) fail(call.frame, openDimUnsupported, call.span, [`convolving over ${axisText(open)} channels`]);
  else if (empty)
    fail(call.frame, shapeMismatch, call.span, ['a convolution needs at least one input and one output']);
  return !open && !empty;
}

/** False after a report: `from` channels arrive where the kernel takes `takes`. */
function channelsMeet(call: BuiltinCall, from: Axis, takes: Axis, groups: number): boolean {
  const wanted = groups === 1 ? takes : axis(wholeSize(takes) * groups);
  if (agree(from, wanted)) return true;
  const shapes = ['x', 'W'].map((name) => typeText((call.args[name]!.value as TensorVal).value.type));
  fail(call.frame, shapeMismatch, call.span, [
    `the kernel ${shapes[1]} does not take the channels of ${shapes[0]}${groups === 1 ? '' : ` in ${groups} groups`}`,
  ]);
  return false;
}

/** False after a report. */
function groupsDivide(call: BuiltinCall, sizes: readonly [string, number][], groups: number): boolean {
  const left = sizes.find(([, size]) => size % groups !== 0);
  if (left) fail(call.frame, groupsDoNotDivide, call.span, [left[0], left[1], groups]);
  return !left;
}

function conv(call: BuiltinCall): Val {
  const given = operands(call);
  if (!given) return poison;
  const { x, W, rank } = given;
  const [groups] = perAxis(call, 'groups', 1, [1]) ?? [];
  const steps = groups && stepsOf(call, rank, ones(rank));
  if (!groups || !steps) return poison;
  const { axes } = W.value.type;
  const [inside, outside] = axes.slice(-2) as [Axis, Axis];
  if (!channelsMeet(call, x.value.type.axes.at(-1)!, inside, groups)) return poison;
  if (!groupsDivide(call, [['outputs', wholeSize(outside)]], groups)) return poison;
  const moves = movesOver(call, x.value.type, axes.slice(0, -2).map(wholeSize), steps);
  return moves ? tensorVal(call.frame.build.c.conv(x.value, W.value, { ...moves, groups })) : poison;
}

function convTranspose(call: BuiltinCall): Val {
  const given = operands(call);
  if (!given) return poison;
  const { x, W, rank } = given;
  const { c } = call.frame.build;
  const steps = stepsOf(call, rank, ones(rank));
  const { axes } = W.value.type;
  if (!steps || !channelsMeet(call, x.value.type.axes.at(-1)!, axes.at(-2)!, 1)) return poison;
  const moves = movesUnder(call, x.value.type, axes.slice(0, -2).map(wholeSize), steps);
  // The convolution it undoes has inputs and outputs the other way round.
  return moves ? tensorVal(inputGradient(c, x.value, c.transpose(W.value), { ...moves, groups: 1 })) : poison;
}

/** What a window sees, side by side in one axis: [B, ...at, window, C]. */
function windows(call: BuiltinCall): Val {
  const x = floatArg(call, 'x');
  const rank = x && windowRank(call, x.value.type);
  const sizes = rank === null ? null : perAxis(call, 'size', rank, ones(rank));
  const steps = sizes && stepsOf(call, rank!, sizes);
  const outside = numberArg(call, 'outside', 0);
  if (!x || !steps || outside === null) return poison;
  const moves = movesOver(call, x.value.type, sizes, steps);
  if (!moves || !allSee(call, moves, x.value.type.axes, sizes)) return poison;
  const { c } = call.frame.build;
  const seen = c.windows(x.value, { ...moves, sizes, outside });
  const [batch, channels] = [seen.type.axes[0]!, seen.type.axes.at(-1)!];
  const window = axis(sizes.reduce((all, size) => all * size, 1));
  return tensorVal(c.reshape(seen, { axes: [batch, ...moves.to, window, channels] }));
}

/** False after a report: a window in the padding alone would see nothing. */
function allSee(
  call: BuiltinCall,
  { windows: moves, to }: Moves,
  axes: readonly Axis[],
  sizes: readonly number[],
): boolean {
  const blind = moves.some(({ stride, dilation, before }, i) => {
    const last = (wholeSize(to[i]!) - 1) * stride - before;
    return dilation * (sizes[i]! - 1) < before || last >= wholeSize(axes[1 + i]!);
  });
  if (blind) fail(call.frame, shapeMismatch, call.span, ['the padding is as wide as the window: some windows would see nothing else']); // prettier-ignore
  return !blind;
}

/** The axes of a kernel but its outputs: the window's, and the inputs of one group. */
function kernelAxes(call: BuiltinCall): Val {
  const x = tensorArg(call, 'x');
  const rank = x && windowRank(call, x.value.type);
  const out = axisFromVal(call.args['Out']!.value, call.frame, call.args['Out']!.span);
  const sizes = rank === null ? null : perAxis(call, 'kernel', rank, ones(rank));
  const [groups] = perAxis(call, 'groups', 1, [1]) ?? [];
  if (!x || !sizes || !out || !groups) return poison;
  if (isOpen(out.size)) return poison; // the kernel as a parameter is refused
  const inputs = x.value.type.axes.at(-1)!;
  if (!areWhole(call, [inputs, out])) return poison;
  const channels: [string, number][] = [['inputs', wholeSize(inputs)], ['outputs', wholeSize(out)]]; // prettier-ignore
  if (!groupsDivide(call, channels, groups)) return poison;
  const inside = groups === 1 ? inputs : axis(wholeSize(inputs) / groups);
  return { kind: 'tuple', items: [...sizes.map((size) => axis(size)), inside].map(dim) };
}
const dim = (of: Axis): Val => ({ kind: 'dim', axis: of });

export const convolutionBuiltins: readonly Builtin[] = [
  {
    name: 'conv',
    doc: 'conv(x, W, stride, pad, dilation, groups): convolution of [B, …, In] with a kernel [window…, In / groups, Out].',
    params: ['x', 'W', 'stride?', 'pad?', 'dilation?', 'groups?'],
    call: conv,
  },
  {
    name: 'conv_transpose',
    doc: 'conv_transpose(x, W, stride, pad, dilation): transposed convolution of [B, …, In] with a kernel [window…, In, Out].',
    params: ['x', 'W', 'stride?', 'pad?', 'dilation?'],
    call: convTranspose,
  },
  {
    name: 'windows',
    doc: 'windows(x, size, stride, pad, dilation, outside): what a moving window sees, [B, …, window, C].',
    params: ['x', 'size', 'stride?', 'pad?', 'dilation?', 'outside?'],
    call: windows,
  },
  {
    name: 'kernel_axes',
    doc: 'kernel_axes(x, kernel, Out, groups): the axes of a kernel for x, but the last.',
    params: ['x', 'kernel', 'Out', 'groups?'],
    call: kernelAxes,
  },
];
