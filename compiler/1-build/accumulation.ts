import { openDim } from '../ir/dim.ts';
import { scalar } from '../ir/tensor-type.ts';
import type { Value } from '../ops/op.ts';
import type { Build } from './frame.ts';
import type { Written } from './updates.ts';

/**
 * `batch B = 64 accumulate 4`: the entry of a batch adds its gradients, each counted as often as the batch has
 * rows, to sums; the entry of the update takes their mean and clears them. For a loss that is a mean over
 * rows this is the gradient of the four batches taken as one, also where the last is smaller.
 */
export interface Accumulation {
  /** Adds `gradient` of that parameter to its sum; the mean, for the entry of the update. */
  readonly mean: (param: string, gradient: Value) => Value;
  /** The sums of this batch and those before it. */
  readonly sums: readonly Written[];
  /** What the update leaves of them: zeros. */
  readonly cleared: readonly Written[];
}

/** `block`: entries of one step keep their sums apart. Without data every batch counts the same. */
export function accumulate({ builder, c }: Build, block: string, batchDim: string | null): Accumulation {
  const sums: Written[] = [];
  const cleared: Written[] = [];
  const added = (name: string, value: Value): Value => {
    const { type } = value;
    const sum = builder.leaf({ kind: 'gradient', name }, type, { label: name });
    sums.push({ kind: 'gradient', name, value: c.add(sum, value) });
    cleared.push({ kind: 'gradient', name, value: c.fill(0, type.axes) });
    return { ...sum, type };
  };
  const rows = batchDim === null ? c.number(1) : c.size(openDim(batchDim));
  const all = added(`${block}/rows`, { ...rows, type: scalar });
  return {
    mean: (param, gradient) => c.div(added(`${block}/${param}`, c.mul(gradient, rows)), all),
    sums,
    cleared,
  };
}
