import { reference } from '../../compiler/backends/reference/backend.ts';
import { lower } from '../../compiler/4-lower/lower.ts';
import { evaluateFormula } from '../formula-evaluate.ts';
import { type DimSizes, sizeOf } from '../../compiler/ir/dim.ts';
import type { Graph, NodeId } from '../../compiler/ir/graph.ts';
import type { Precision, Program } from '../../compiler/ir/program.ts';
import { counterRandom } from '../../compiler/ir/random.ts';
import { elements, sizes as dimsOf, type TensorType } from '../../compiler/ir/tensor-type.ts';

export type Results = Readonly<Record<string, readonly number[]>>;

const seed = [12, 34, 5, 0] as const;

/** The same numbers for the same name, in f32. Signed zeros and repeated values among them. */
export function inputFor(name: string, dtype: string, count: number): readonly number[] {
  let state = [...name].reduce(
    (hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 16777619),
    2166136261,
  );
  return Array.from({ length: count }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    const unit = (state >>> 8) / 2 ** 24;
    if (dtype !== 'float') return Math.floor(unit * 3);
    if (i % 7 === 3) return -0;
    return i % 5 === 1 ? 0.5 : Math.fround(unit * 4 - 2);
  });
}

/** Lowers a graph, runs it on the reference backend, and reads every output and parameter. */
export function runGraph(graph: Graph, sizes: DimSizes, capacities: DimSizes, precision: Precision): Results {
  const results = runProgram(lower({ step: graph }, { precision, capacities }), sizes);
  // What the graph writes; parameters it only reads have no place of their own in `outputs`.
  const written = graph.outputs.map(({ kind, name }) => (kind === 'value' ? `step.${name}` : name));
  return Object.fromEntries(written.map((name) => [name, results[name]!]));
}

export function runProgram(program: Program, sizes: DimSizes): Results {
  const launched = reference.launch(program);
  const { float, int, intStride } = launched;
  const count = (type: TensorType): number => sizeOf(elements(type), sizes);
  // What is not written shows: unused memory holds a number nobody computes.
  float.fill(12345.5);
  for (const { name, role, type, offset } of program.buffers) {
    if (role === 'rng') seed.forEach((word, i) => (int[(offset + i) * intStride] = word));
    if (role !== 'data' && role !== 'param') continue;
    inputFor(name, type.dtype, count(type)).forEach((value, i) => {
      if (type.dtype === 'float') float[offset + i] = value;
      else int[(offset + i) * intStride] = value;
    });
  }
  launched.run('step', program.entries['step']!.dims.map((name) => sizes[name]!), 5, 10); // prettier-ignore
  const read = program.buffers.filter(({ role }) => role === 'output' || role === 'param');
  return Object.fromEntries(
    read.map(({ name, type, offset }) => [
      name,
      Array.from({ length: count(type) }, (_, i) =>
        type.dtype === 'float' ? float[offset + i]! : int[(offset + i) * intStride]!,
      ),
    ]),
  );
}

/** Node by node, straight from the formulas: no kernels, no memory plan. */
export function evaluateGraph(graph: Graph, sizes: DimSizes, precision: Precision): Results {
  const { randomKey, uniform, normal } = counterRandom();
  const values = new Map<NodeId, readonly number[]>();
  const types = new Map(graph.nodes.map((node) => [node.id, node.type]));
  const shapeOf = (type: TensorType): number[] => dimsOf(type).map((dim) => sizeOf(dim, sizes));
  for (const node of graph.nodes) {
    const shape = shapeOf(node.type);
    const count = shape.reduce((product, size) => product * size, 1);
    if (node.leaf) {
      values.set(node.id, node.leaf.kind === 'host' ? [5] : inputFor(node.leaf.name, node.type.dtype, count));
      continue;
    }
    const inputs = node.inputs.map((id) => {
      const type = types.get(id)!;
      const inner = shapeOf(type);
      const data = values.get(id)!;
      return {
        dtype: type.dtype,
        shape: inner,
        read: (index: readonly number[]) => data[index.reduce((flat, at, i) => flat * inner[i]! + at, 0)]!,
      };
    });
    const at = (flat: number): number[] => {
      const index = shape.map(() => 0);
      for (let i = shape.length - 1, rest = flat; i >= 0; i--) {
        index[i] = rest % shape[i]!;
        rest = Math.floor(rest / shape[i]!);
      }
      return index;
    };
    const random = (dist: 'uniform' | 'normal', stream: number, index: number): number => {
      const [k, l] = ([0, 1] as const).map((half) =>
        randomKey(half, seed[0], seed[1], stream, seed[2], seed[3]),
      );
      const value = (dist === 'uniform' ? uniform : normal)(k!, l!, index);
      return precision === 'f32' ? Math.fround(value) : value;
    };
    const element = (flat: number): number =>
      evaluateFormula(node.formula!, { at: at(flat), inputs, sizes, precision, random });
    values.set(
      node.id,
      Array.from({ length: count }, (_, flat) => element(flat)),
    );
  }
  return Object.fromEntries(
    graph.outputs.map(({ kind, name, node }) => [
      kind === 'value' ? `step.${name}` : name,
      values.get(node)!,
    ]),
  );
}

/** Equal to the bit, signs of zeros included; any NaN equals any other. */
export function differences(a: Results, b: Results): readonly string[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].flatMap((name) => {
    const [x, y] = [a[name], b[name]];
    if (!x || !y) return [`${name} is missing`];
    return x.flatMap((value, i) => (Object.is(value, y[i]) ? [] : [`${name}[${i}]: ${value} ≠ ${y[i]}`]));
  });
}

export function closeness(a: Results, b: Results): number {
  let worst = 0;
  for (const [name, values] of Object.entries(a)) {
    values.forEach((value, i) => {
      const other = b[name]![i]!;
      if (Object.is(value, other) || value === other) return;
      const error = Math.abs(value - other) / Math.max(1, Math.abs(value));
      worst = Math.max(worst, Number.isNaN(error) ? Infinity : error);
    });
  }
  return worst;
}
