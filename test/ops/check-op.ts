import fc from 'fast-check';
import { derive } from '../../compiler/2-derive/derive.ts';
import { graphBuilder, type Value } from '../../compiler/ir/builder.ts';
import { assertGraph } from '../../compiler/ir/graph-check.ts';
import type { Graph } from '../../compiler/ir/graph.ts';
import { axis, tensor, type TensorType } from '../../compiler/ir/tensor-type.ts';
import { type Calculus, calculus, findOp } from '../../compiler/ops/calculus.ts';
import type { PrimitiveOp, Sample } from '../../compiler/ops/op.ts';
import { count, type Data, evaluateOutputs } from '../evaluate.ts';
import { kinks } from './kinks.ts';

/** What a failure of a derivative says, as against a crash. */
export const wrongSlope = 'should be';

type Leaves = Readonly<Record<string, Data>>;
interface LeafPlan {
  readonly name: string;
  readonly type: TensorType;
  readonly size: number;
  readonly domain: readonly [number, number];
}

/** The test of one op; throws when a derivative is wrong. The mutants run exactly this. */
export function checkOp(name: string, runs = 12): void {
  const op = findOp(name)!;
  for (const sample of op.samples) {
    if (op.shape(typesOf(sample), sample.attrs ?? {}).dtype === 'float')
      checkDerivatives(name, op, sample, runs);
  }
  for (const kink of kinks[name] ?? []) checkKink(name, kink.x, kink.slopes);
}

export function typesOf({ shapes, dtypes }: Sample): readonly TensorType[] {
  return shapes.map((shape, i) =>
    tensor(
      shape.map((size) => axis(size)),
      dtypes?.[i] ?? 'float',
    ),
  );
}

export function planOf(sample: Sample): readonly LeafPlan[] {
  return typesOf(sample).map((type, i) => {
    const given = sample.domain ?? [-2, 2];
    const domain = typeof given[0] === 'number' ? given : given[i]!;
    return {
      name: `x${i}`,
      type,
      size: count(sample.shapes[i]!),
      domain: type.dtype === 'bool' ? [0, 1] : (domain as readonly [number, number]),
    };
  });
}

/** Values on a fine grid of the domain: no denormals, and edges are drawn often. */
export function valuesFor(plans: readonly LeafPlan[]): fc.Arbitrary<Leaves> {
  return fc.record(
    Object.fromEntries(
      plans.map(({ name, size, domain: [low, high], type }) => {
        const grid = type.dtype === 'float' ? 1e6 : high - low;
        const value = fc.integer({ min: 0, max: grid }).map((k) => low + (k / grid) * (high - low));
        return [name, fc.array(value, { minLength: size, maxLength: size })];
      }),
    ),
  );
}

/**
 * s1 = Σ w·op(x) and s2 = Σ v·∂s1/∂x, for random x, w, v: their gradients, along random directions, against
 * central differences. The second goes through every derivative rule again, with respect to x and to w.
 */
function checkDerivatives(name: string, op: PrimitiveOp, sample: Sample, runs: number): void {
  const plans = planOf(sample);
  const floats = plans.filter((plan) => plan.type.dtype === 'float');
  if (floats.length === 0) return;
  const { graph, free, plans: all } = graphOf(name, op, sample, plans, floats);
  const pair = fc.tuple(
    valuesFor(all),
    valuesFor(free.map((plan) => ({ ...plan, domain: [-1, 1] as const }))),
  );
  const property = fc.property(pair, ([at, along]) => {
    fc.pre(sample.smooth?.(plans.map((plan) => at[plan.name]!)) ?? true);
    const out = evaluateOutputs(graph, at);
    // `detach` says that its derivative is zero, whatever differences say.
    const truth = (of: string, over: readonly LeafPlan[]): number =>
      name === 'detach' ? 0 : difference((x) => evaluateOutputs(graph, x)[of]![0]!, at, along, over);
    const inner = (prefix: string, over: readonly LeafPlan[]): number =>
      over.reduce((sum, plan) => sum + dot(out[`${prefix} ${plan.name}`]!, along[plan.name]!), 0);
    near(`${name}: first derivative`, inner('first', floats), truth('s1', floats));
    near(`${name}: second derivative`, inner('second', free), truth('s2', free));
  });
  fc.assert(property, { numRuns: runs, seed: 7, endOnFailure: true });
}

function graphOf(
  name: string,
  op: PrimitiveOp,
  sample: Sample,
  plans: readonly LeafPlan[],
  floats: readonly LeafPlan[],
): { graph: Graph; free: readonly LeafPlan[]; plans: readonly LeafPlan[] } {
  const builder = graphBuilder();
  const c = calculus(builder);
  const leaf = (plan: LeafPlan): Value => builder.leaf({ kind: 'data', name: plan.name }, plan.type);
  const x = new Map(plans.map((plan) => [plan.name, leaf(plan)]));
  const y = c.apply(name, [...x.values()], sample.attrs);
  const weights: LeafPlan = { name: 'w', type: y.type, size: sizeOfType(y.type), domain: [-1, 1] };
  const w = leaf(weights);
  const s1 = total(c, c.mul(w, y));
  const others = floats.map((plan): LeafPlan => ({ ...plan, name: `v${plan.name}`, domain: [-1, 1] }));
  const parts = floats.map((plan, i) => {
    const first = builder.grad(s1, x.get(plan.name)!);
    builder.output('value', `first ${plan.name}`, first);
    return total(c, c.mul(leaf(others[i]!), first));
  });
  const s2 = parts.reduce((a, b) => c.add(a, b));
  builder.output('value', 's1', s1);
  builder.output('value', 's2', s2);
  const free = [...floats, weights];
  for (const plan of free)
    builder.output('value', `second ${plan.name}`, builder.grad(s2, x.get(plan.name) ?? w));
  const { graph } = derive(builder.finish());
  assertGraph(graph, `of ${name}`);
  return { graph, free, plans: [...plans, weights, ...others] };
}

/** What the documentation says of the slope at a kink, where differences say nothing. */
function checkKink(name: string, at: readonly Data[], slopes: readonly (Data | null)[]): void {
  const builder = graphBuilder();
  const c = calculus(builder);
  const x = at.map((data, i) =>
    builder.leaf({ kind: 'data', name: `x${i}` }, tensor(data.length === 1 ? [] : [axis(data.length)])),
  );
  const y = c.apply(name, x, at[0]!.length === 1 ? {} : { axes: [0] });
  const s = total(c, y);
  x.forEach((v, i) => {
    if (slopes[i]) builder.output('value', `${i}`, builder.grad(s, v));
  });
  const leaves = Object.fromEntries(at.map((data, i) => [`x${i}`, data]));
  const out = evaluateOutputs(derive(builder.finish()).graph, leaves);
  slopes.forEach((expected, i) => {
    if (expected)
      out[i]!.forEach((slope, k) => near(`${name}: slope ${i} at ${at.join(', ')}`, slope, expected[k]!));
  });
}

function total(c: Calculus, x: Value): Value {
  return c.sum(x, { axes: x.type.axes.map((_, i) => i) });
}
function sizeOfType(type: TensorType): number {
  return count(type.axes.map((a) => Number(a.size)));
}
function dot(a: Data, b: Data): number {
  return a.reduce((sum, v, i) => sum + v * b[i]!, 0);
}
function difference(f: (at: Leaves) => number, at: Leaves, along: Leaves, over: readonly LeafPlan[]): number {
  const step = 1e-5;
  const moved = (by: number): Leaves => {
    const shifted = over.map(({ name }) => [name, at[name]!.map((v, i) => v + by * along[name]![i]!)]);
    return { ...at, ...Object.fromEntries(shifted) };
  };
  return (f(moved(step)) - f(moved(-step))) / (2 * step);
}
function near(what: string, got: number, wanted: number): void {
  const close = Math.abs(got - wanted) <= 1e-6 * (1 + Math.abs(wanted));
  if (!close) throw new Error(`${what}: ${got}, ${wrongSlope} ${wanted}`);
}
