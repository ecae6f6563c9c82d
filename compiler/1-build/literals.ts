import type { Span } from '../../dsl/diagnostic.ts';
import { shapeMismatch } from '../../dsl/messages/types.ts';
import { axis, tensor, type TensorType } from '../ir/tensor-type.ts';
import type { Value } from '../ops/op.ts';
import { fail, type Frame } from './frame.ts';
import type { Val } from './value.ts';

/** The numbers of a list in row-major order; null where something else is among them. */
export function flatten(val: Val): number[] | null {
  if (val.kind === 'list' || val.kind === 'tuple') {
    const parts = val.items.map(flatten);
    return parts.every((p) => p !== null) ? parts.flat() : null;
  }
  if (val.kind === 'number') return [val.value];
  if (val.kind === 'boolean') return [Number(val.value)];
  if (val.kind === 'dim' && typeof val.axis.size === 'number') return [val.axis.size];
  return null;
}

/** A small literal tensor: its numbers side by side, then shaped. */
export function constants(frame: Frame, values: readonly number[], type: TensorType): Value {
  const { c } = frame.build;
  const one = { axes: [{ name: null, size: 1 }] };
  let cells = values.map((value) => c.reshape(c.number(value), one));
  // A few at a time: the formula of a join is as deep as it has parts.
  while (cells.length > 1) {
    const groups = Array.from({ length: Math.ceil(cells.length / 16) }, (_, i) =>
      cells.slice(16 * i, 16 * (i + 1)),
    );
    cells = groups.map((group) => (group.length === 1 ? group[0]! : c.concat(group, { axis: 0 })));
  }
  return c.reshape(cells[0]!, { axes: type.axes });
}

/** `[[0, 1], [1, 0]]` where a tensor is wanted. null: no list of numbers; `'reported'` where it is ragged. */
export function listTensor(val: Val, frame: Frame, span: Span): Value | 'reported' | null {
  const values = val.kind === 'list' ? flatten(val) : null;
  if (!values || values.length === 0) return null;
  const sizes = sizesOf(val);
  if (sizes) {
    const axes = sizes.map((size) => axis(size));
    return constants(frame, values, tensor(axes));
  }
  fail(frame, shapeMismatch, span, ['the rows of a list differ in length']);
  return 'reported';
}

/** `[2, 3]` of two rows of three; null where rows differ. */
function sizesOf(val: Val): readonly number[] | null {
  if (val.kind !== 'list' && val.kind !== 'tuple') return [];
  const [first, ...others] = val.items.map(sizesOf);
  if (!first || others.some((other) => other?.join() !== first.join())) return null;
  return [val.items.length, ...first];
}
