import { type Affine, constant, floorDiv, outVar, plus, remainder, scale, variable } from '../ir/affine.ts';
import { type Dim, divideDim, isOpen, sameDim, timesDim } from '../ir/dim.ts';
import { load } from '../ir/formula-build.ts';
import { type Axis, axis, elements } from '../ir/tensor-type.ts';
import { type PrimitiveOp, refuse } from './op.ts';

export const reshape: PrimitiveOp<{ readonly axes: readonly Axis[] }> = {
  doc: 'The same elements in row-major order, with other axes. An open axis may be merged with inner ones and split again.',
  inputs: ['x'],
  shape([x], { axes }) {
    const result = { ...x!, axes };
    if (!sameDim(elements(x!), elements(result))) refuse('reshape', 'the number of elements differs');
    return result;
  },
  formula: ([x], { axes }) => load(0, sourceIndex(x!.axes, axes)),
  derive: [({ c, g, x: [x] }) => c.reshape(g, { axes: x!.type.axes })],
  samples: [
    { shapes: [[2, 6]], attrs: { axes: [axis(12)] } },
    { shapes: [[12]], attrs: { axes: [axis(3), axis(4)] } },
    { shapes: [[2, 3, 4]], attrs: { axes: [axis(6), axis(2), axis(2)] } },
    { shapes: [[6, 4]], attrs: { axes: [axis(4), axis(6)] } },
    { shapes: [[2, 1, 3]], attrs: { axes: [axis(1), axis(2), axis(3), axis(1)] } },
  ],
};

/**
 * Which element of `from` each position of `to` reads. Axes are matched in groups of equal products, so
 * that only what is really merged or split needs quotients, and open axes stand alone where they can.
 */
function sourceIndex(from: readonly Axis[], to: readonly Axis[]): readonly Affine[] {
  const index: Affine[] = from.map(() => constant(0));
  for (const group of groups(from, to)) {
    const position = within(group.to.map((i) => ({ size: to[i]!.size, at: variable(outVar(i)) })));
    split(
      position,
      group.from.map((i) => from[i]!.size),
    ).forEach((part, k) => {
      index[group.from[k]!] = part;
    });
  }
  return index;
}

/** Whether this reshape can be said: an open axis may be merged with axes inside it, not lie inside another. */
export function canReshape(from: readonly Axis[], to: readonly Axis[]): boolean {
  return groups(from, to).every((group) => group.from.slice(1).every((i) => !isOpen(from[i]!.size)));
}

interface Group {
  readonly from: number[];
  readonly to: number[];
}
function groups(from: readonly Axis[], to: readonly Axis[]): readonly Group[] {
  // Axes of size 1 take no part: their index is 0.
  const left = from.map((_, i) => i).filter((i) => from[i]!.size !== 1);
  const right = to.map((_, i) => i).filter((i) => to[i]!.size !== 1);
  const found: Group[] = [];
  while (left.length > 0 || right.length > 0) {
    const group: Group = { from: left.splice(0, 1), to: right.splice(0, 1) };
    for (;;) {
      const a = timesDim(...group.from.map((i) => from[i]!.size));
      const b = timesDim(...group.to.map((i) => to[i]!.size));
      if (sameDim(a, b)) break;
      if (right.length > 0 && (left.length === 0 || goesInto(b, a))) group.to.push(right.shift()!);
      else if (left.length > 0) group.from.push(left.shift()!);
      else refuse('reshape', 'the axes do not fit');
    }
    found.push(group);
  }
  return found;
}
/** True when the product `small` should grow next. */
function goesInto(small: Dim, big: Dim): boolean {
  if (!isOpen(small) && !isOpen(big)) return small < big;
  return divideDim(big, small) !== null || (isOpen(big) && !isOpen(small));
}

function within(parts: readonly { readonly size: Dim; readonly at: Affine }[]): Affine {
  return parts.reduce((position, { size, at }) => plus(scale(position, size), at), constant(0));
}
/** The digits of `position` in a mixed base; the first is the most significant. */
function split(position: Affine, sizes: readonly Dim[]): readonly Affine[] {
  return sizes.map((size, i) => {
    const step = timesDim(...sizes.slice(i + 1));
    if (isOpen(step)) return refuse('reshape', 'an axis cannot be split by an open one inside it');
    const shifted = floorDiv(position, step);
    if (i === 0) return shifted; // nothing above it
    if (isOpen(size)) return refuse('reshape', 'an axis cannot be split by an open one inside it');
    return remainder(shifted, size);
  });
}
