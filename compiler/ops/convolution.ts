import {
  type Affine,
  constant,
  floorDiv,
  minus,
  outVar,
  plus,
  rangeOf,
  type Ranges,
  remainder,
  scale,
  variable,
} from '../ir/affine.ts';
import { isOpen } from '../ir/dim.ts';
import { coordinate, eq, number, select } from '../ir/formula-build.ts';
import type { FoldVar, Formula } from '../ir/formula.ts';
import { type Axis, axis, type TensorType } from '../ir/tensor-type.ts';
import type { Calculus } from './calculus.ts';
import { refuse, type Value } from './op.ts';

/**
 * How a window moves along one axis: at output o, its element u meets input o·stride + u·dilation − before.
 * How far padding reaches behind the input needs no saying: whatever is outside reads 0.
 */
export interface Window {
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
}
/**
 * The form Σ y[b, o, co] · x[b, o·stride + u·dilation − before, ci] · w[u, ci, co] is linear in y, x and w. Its three
 * derivatives are `conv` (by y), `conv_input` (by x) and `conv_weight` (by w); each is bilinear, and is differentiated
 * by the other two.
 */
export type Convolution = {
  /** One for each axis between the batch and the channels. */
  readonly windows: readonly Window[];
  /** The axes of the result that stand where the windows move, or the windows' own. */
  readonly to: readonly Axis[];
  /** Channels are cut into so many equal parts, which do not meet. */
  readonly groups: number;
};

/** Axes between the first and the last. */
export function spatial(x: TensorType): readonly Axis[] {
  return x.axes.slice(1, -1);
}
/** Loop variables along axes: output axes from `from` on, or a fold's own by prefix. */
export function outLoops(axes: readonly Axis[], from: number): readonly FoldVar[] {
  return axes.map(({ size }, i) => ({ name: outVar(from + i), extent: size }));
}
export function foldLoops(prefix: string, axes: readonly Axis[]): readonly FoldVar[] {
  return axes.map(({ size }, i) => ({ name: `${prefix}${i}`, extent: size }));
}

/** The input that element u of the window at o meets. */
export function meets(o: string, u: string, { stride, dilation, before }: Window): Affine {
  return plus(scale(variable(o), stride), scale(variable(u), dilation), constant(-before));
}

/** All (o, u) that meet one input: the loop over them, and where they stand. */
export interface Meeting {
  readonly loop: FoldVar;
  readonly o: Affine;
  readonly u: Affine;
  /** Where they meet; null: everywhere. */
  readonly condition: Formula | null;
}
/**
 * o · stride = i + before − u · dilation. Without dilation u = (i + before) mod stride + t · stride for t = 0, 1 …:
 * each remainder is a plain convolution of its own, with every term in use.
 */
export function meeting(i: string, t: string, size: number, { stride, dilation, before }: Window): Meeting {
  const at = plus(variable(i), constant(before));
  if (dilation === 1) {
    const extent = Math.ceil(size / stride);
    const turn = extent === 1 ? constant(0) : variable(t);
    return {
      loop: { name: t, extent },
      o: minus(floorDiv(at, stride), turn),
      u: plus(remainder(at, stride), scale(turn, stride)),
      condition: null,
    };
  }
  const rest = minus(at, scale(variable(t), dilation));
  return {
    loop: { name: t, extent: size },
    o: floorDiv(rest, stride),
    u: variable(t),
    condition: stride === 1 ? null : eq(coordinate(remainder(rest, stride)), number(0)),
  };
}
/** The term where all of them meet, else 0. */
export function whereMeeting(meetings: readonly Meeting[], term: Formula): Formula {
  return meetings.reduce(
    (inner, { condition }) => (condition ? select(condition, inner, number(0)) : inner),
    term,
  );
}

/**
 * `conv_input` over whole strides, so that the loop over the result falls apart by remainders into plain convolutions.
 * What is too much is cut off.
 */
export function inputGradient(c: Calculus, y: Value, w: Value, attrs: Convolution): Value {
  const to = attrs.to.map((to, i) => {
    const { stride, dilation } = attrs.windows[i]!;
    const size = dilation === 1 ? stride * Math.ceil(wholeSize(to) / stride) : to.size;
    return size === to.size ? to : axis(size);
  });
  return attrs.to.reduce(
    (wide, { size, name }, i) => {
      return to[i]!.size === size ? wide : c.slice(wide, { axis: 1 + i, start: 0, size, name });
    },
    c.convInput(y, w, { ...attrs, to }),
  );
}

/** Channel `c`, where each group has `part` of them: which group, and which channel of it. */
export function channelOf(c: string, part: number, groups: number): { group: Affine; within: Affine } {
  const ranges = rangesOf([{ name: c, extent: part * groups }]);
  const whole = variable(c);
  return { group: floorDiv(whole, part, ranges), within: remainder(whole, part, ranges) };
}

/** Whether some index may lie outside of its axis, so that a load needs a guard. */
export function mayLeave(
  index: readonly Affine[],
  axes: readonly Axis[],
  loops: readonly FoldVar[],
): boolean {
  const ranges = rangesOf(loops);
  return index.some((part, i) => {
    const range = rangeOf(part, ranges);
    return range === null || range[0] < 0 || range[1] >= wholeSize(axes[i]!);
  });
}
function rangesOf(loops: readonly FoldVar[]): Ranges {
  const extents = new Map(loops.map(({ name, extent }) => [name, extent]));
  return (name) => {
    const extent = extents.get(name);
    return extent === undefined || isOpen(extent) ? null : [0, extent - 1];
  };
}

export function wholeSize({ size }: Axis): number {
  return isOpen(size) ? refuse('convolution', 'an open axis') : size;
}
