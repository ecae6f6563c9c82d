import { type DimSizes, sizeOf } from '../compiler/ir/dim.ts';
import { evaluateFormula } from './formula-evaluate.ts';
import type { Graph, NodeId } from '../compiler/ir/graph.ts';
import { sizes as dimsOf, type TensorType } from '../compiler/ir/tensor-type.ts';

/** Row-major. */
export type Data = readonly number[];

/** Every node's value in f64, straight from the formulas: the yardstick of the op tests. */
export function evaluateGraph(
  graph: Graph,
  leaves: Readonly<Record<string, Data>>,
  sizes: DimSizes = {},
): ReadonlyMap<NodeId, Data> {
  const values = new Map<NodeId, Data>();
  const types = new Map(graph.nodes.map((node) => [node.id, node.type]));
  for (const { id, leaf, formula, inputs, type } of graph.nodes) {
    if (leaf) {
      const given = 'name' in leaf ? leaves[leaf.name] : undefined;
      if (given?.length !== count(shapeOf(type, sizes))) throw new Error(`leaf %${id} has no value`);
      values.set(id, given);
      continue;
    }
    if (!formula) throw new Error(`%${id} has no formula`);
    const sources = inputs.map((input) => {
      const inputType = types.get(input)!;
      const shape = shapeOf(inputType, sizes);
      const data = values.get(input)!;
      return { dtype: inputType.dtype, shape, read: (at: readonly number[]) => data[position(at, shape)]! };
    });
    const shape = shapeOf(type, sizes);
    const data = Array.from({ length: count(shape) }, (_, k) =>
      evaluateFormula(formula, { at: coordinates(k, shape), inputs: sources, sizes, random: someNumber }),
    );
    values.set(id, data);
  }
  return values;
}

/** The outputs of kind `value`, by name. */
export function evaluateOutputs(
  graph: Graph,
  leaves: Readonly<Record<string, Data>>,
  sizes: DimSizes = {},
): Readonly<Record<string, Data>> {
  const values = evaluateGraph(graph, leaves, sizes);
  return Object.fromEntries(graph.outputs.map(({ name, node }) => [name, values.get(node)!]));
}

export function shapeOf(type: TensorType, sizes: DimSizes = {}): readonly number[] {
  return dimsOf(type).map((dim) => sizeOf(dim, sizes));
}
export function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
function position(at: readonly number[], shape: readonly number[]): number {
  return at.reduce((index, i, axis) => index * shape[axis]! + i, 0);
}
function coordinates(k: number, shape: readonly number[]): readonly number[] {
  const at: number[] = [];
  let rest = k;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    at[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return at;
}
/** Any fixed function of stream and index will do here. */
function someNumber(_: 'uniform' | 'normal', stream: number, index: number): number {
  return Math.abs(Math.sin(stream * 78.233 + index * 12.9898)) % 1;
}
