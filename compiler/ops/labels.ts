import { outVar } from '../ir/affine.ts';
import { type Dim, sameDim } from '../ir/dim.ts';
import { load, mul, sumInOrder } from '../ir/formula-build.ts';
import type { Formula } from '../ir/formula.ts';
import { type Axis, axis, tensor, type TensorType } from '../ir/tensor-type.ts';
import type { Calculus } from './calculus.ts';
import { refuse, type Value } from './op.ts';

/** A label per axis; axes of one label have one size and are visited together. */
export interface Labels {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
}

/** Labels of a matrix product as in NumPy: leading axes of both agree, or only `a` has them. */
export function matmulLabels(a: number, b: number): Labels {
  if (a === 0 || b === 0) refuse('matmul', 'a scalar: use mul');
  const leadA = lead(Math.max(a - 2, 0));
  const leadB = lead(Math.max(b - 2, 0));
  if (b > 2 && a > 2 && a !== b) refuse('matmul', 'leading axes differ');
  const m = a === 1 ? [] : ['m'];
  const n = b === 1 ? [] : ['n'];
  return {
    inputs: [
      [...leadA, ...m, 'k'],
      [...leadB, 'k', ...n],
    ],
    output: [...(leadA.length > 0 ? leadA : leadB), ...m, ...n],
  };
}
function lead(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `b${i}`);
}

/** The axis of each label: names win over bare sizes. */
export function axesOf(types: readonly TensorType[], { inputs }: Labels): ReadonlyMap<string, Axis> {
  const found = new Map<string, Axis>();
  if (types.length !== inputs.length || types.length > 2) refuse('einsum', `${types.length} inputs`);
  types.forEach((type, i) => {
    if (type.axes.length !== inputs[i]!.length) refuse('einsum', `input ${i} has ${type.axes.length} axes`);
    type.axes.forEach((a, k) => {
      const label = inputs[i]![k]!;
      const before = found.get(label);
      if (before && !sameDim(before.size, a.size)) refuse('einsum', `two sizes for ${label}`);
      found.set(label, axis(a.size, before?.name ?? a.name));
    });
  });
  return found;
}

export function contractionShape(types: readonly TensorType[], labels: Labels): TensorType {
  const axes = axesOf(types, labels);
  if (types.some((t) => t.dtype !== 'float')) refuse('einsum', 'floats only');
  if (new Set(labels.output).size !== labels.output.length) refuse('einsum', 'an output label twice');
  return tensor(labels.output.map((label) => axes.get(label) ?? refuse('einsum', `unknown label ${label}`)));
}

/** The sum, in order, of the product of the inputs over every label the output lacks. */
export function contractionFormula(types: readonly TensorType[], labels: Labels): Formula {
  const axes = axesOf(types, labels);
  const summed = [...axes.keys()].filter((label) => !labels.output.includes(label));
  const name = (label: string): string =>
    labels.output.includes(label) ? outVar(labels.output.indexOf(label)) : `k${summed.indexOf(label)}`;
  const loads = labels.inputs.map((of, i) => load(i, of.map(name)));
  const extent = (label: string): Dim => axes.get(label)!.size;
  return sumInOrder(
    summed.map((label) => ({ name: name(label), extent: extent(label) })),
    loads.length === 1 ? loads[0]! : mul(loads[0]!, loads[1]!),
  );
}

/**
 * ∂/∂(input i): `g` contracted with the other input; then repeated along the labels that only `i` has
 * (they were summed), and put on the diagonal where a label stands twice.
 */
export function contractionGradient(
  c: Calculus,
  g: Value,
  x: readonly Value[],
  labels: Labels,
  i: number,
): Value {
  const own = labels.inputs[i]!;
  const distinct = [...new Set(own)];
  const others = labels.inputs.filter((_, k) => k !== i);
  const reached = distinct.filter((label) => [labels.output, ...others].some((of) => of.includes(label)));
  const operands = [g, ...x.filter((_, k) => k !== i)];
  const inputs = [labels.output, ...others];
  const axes = axesOf(
    x.map((v) => v.type),
    labels,
  );
  let result = sameOrder(inputs, reached) ? g : c.einsum(operands, { inputs, output: reached });
  if (reached.length < distinct.length)
    result = c.broadcast(result, {
      axes: reached.map((label) => distinct.indexOf(label)),
      to: distinct.map((label) => axes.get(label)!),
    });
  if (distinct.length === own.length) return result;
  return c.diagonal(result, { of: own.map((label) => distinct.indexOf(label)) });
}
function sameOrder(inputs: readonly (readonly string[])[], output: readonly string[]): boolean {
  return inputs.length === 1 && inputs[0]!.join() === output.join();
}
