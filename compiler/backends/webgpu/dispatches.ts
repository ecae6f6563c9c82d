import { sizeOf, type DimSizes } from '../../ir/dim.ts';
import type { GpuProgram, GpuStep } from './gpu-program.ts';

/** The dispatches of an entry at the actual sizes of its dims, loops unrolled. */
export interface DispatchPlan {
  /** Of each dispatch: shader, x and y workgroups, and which row of `params` it reads. */
  readonly shader: readonly number[];
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly row: readonly number[];
  /** Ints of each row: open dims, then turns. */
  readonly params: readonly (readonly number[])[];
}

/** Workgroups beyond what one dimension holds continue in the second. */
export function planDispatches(
  { params: names, entries }: GpuProgram,
  entry: string,
  sizes: readonly number[],
  perDimension: number,
): DispatchPlan {
  const { dims, steps } = entries[entry] ?? noEntry(entry);
  const known: DimSizes = Object.fromEntries(dims.map((name, i) => [name, sizes[i]!]));
  const values = names.map((name) => known[name] ?? 0);
  const plan = {
    shader: [] as number[],
    x: [] as number[],
    y: [] as number[],
    row: [] as number[],
    params: [[...values]],
  };
  const walk = (list: readonly GpuStep[]): void => {
    for (const step of list) {
      if (step.kind === 'dispatch') {
        const { pieces, each } = step.groups;
        const count = pieces.reduce((n, { size, per }) => n * Math.ceil(sizeOf(size, known) / per), 1);
        const groups = Math.ceil(count / each);
        if (groups === 0) continue;
        const x = Math.min(groups, perDimension);
        plan.shader.push(step.shader);
        plan.x.push(x);
        plan.y.push(Math.ceil(groups / x));
        plan.row.push(plan.params.length - 1);
        continue;
      }
      const count = sizeOf(step.extent, known);
      const at = names.indexOf(step.turn);
      for (let i = 0; i < count; i++) {
        values[at] = step.reverse ? count - 1 - i : i;
        plan.params.push([...values]);
        walk(step.steps);
      }
      values[at] = 0;
      plan.params.push([...values]);
    }
  };
  walk(steps);
  return plan;
}

function noEntry(name: string): never {
  throw new Error(`no entry ${name}`);
}
