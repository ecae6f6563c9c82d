import { dimText } from '../../compiler/ir/dim.ts';
import type { Graph, Node, NodeId } from '../../compiler/ir/graph.ts';
import type { HostExpr } from '../../compiler/ir/host.ts';
import { type Axis, axisText } from '../../compiler/ir/tensor-type.ts';
import { findOp } from '../../compiler/ops/calculus.ts';
import { inputName } from '../../compiler/ops/op.ts';
import { numberText } from '../format.ts';
import { elementText } from './element.ts';
import { type Part, partsOf } from './parts.ts';

/** How a value is called, and how its expression is written, in a listing. */
export interface Notation {
  readonly name: (id: NodeId) => string;
  readonly expression: (node: Node) => string;
  /** Written where it is used, so it needs no line of its own: numbers, sizes, repetition along axes. */
  readonly isInline: (node: Node) => boolean;
}

const infix: Readonly<Record<string, string>> = {
  add: '+', sub: '-', mul: '*', div: '/', matmul: '@', pow: '^',
  less: '<', less_equal: '<=', greater: '>', greater_equal: '>=', equal: '==', not_equal: '!=',
  logical_and: 'and', logical_or: 'or',
}; // prettier-ignore
const prefix: Readonly<Record<string, string>> = { neg: '-', logical_not: 'not ' };

/** `given`: names of leaves that have none of their own, in the body of a loop. */
export function notationOf(graph: Graph, given: ReadonlyMap<NodeId, string> = new Map()): Notation {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const names = nameAll(graph, byId, given);
  const name = (id: NodeId): string => {
    const node = byId.get(id);
    return node !== undefined && isInline(node) ? expression(node) : (names.get(id) ?? `%${id}`);
  };
  const expression = (node: Node): string => {
    const inputs = node.inputs.map(name);
    const [a = '', b = ''] = inputs;
    if (node.leaf?.kind === 'host') return hostText(node.leaf.expr);
    if (node.op === 'constant') return constantText(node.attrs['value']);
    if (node.op === 'size') return dimText(node.attrs['dim'] as never);
    if (node.op === 'broadcast') return a;
    if (node.op === 'powi') return `${a}^${String(node.attrs['exponent'])}`;
    if (node.op === 'transpose' && inputs.length === 1 && node.type.axes.length === 2) return `${a}ᵀ`;
    if (node.op === 'einsum') return einsumText(node, inputs);
    const sign = infix[node.op];
    if (sign !== undefined && inputs.length === 2) return `${a} ${sign} ${b}`;
    const before = prefix[node.op];
    if (before !== undefined) return `${before}${a}`;
    if (node.formula !== null && findOp(node.op) === null) return elementText(node.formula, inputs);
    return `${node.op}${axesText(node, byId)}(${[...inputs, ...attributeTexts(node)].join(', ')})`;
  };
  return { name, expression, isInline };
}

/** A repetition along axes changes no number: what is repeated says it all. */
function isInline(node: Node): boolean {
  return (
    node.op === 'constant' || node.op === 'size' || node.op === 'broadcast' || node.leaf?.kind === 'host'
  );
}

function constantText(value: unknown): string {
  return typeof value === 'number'
    ? Number.isInteger(value)
      ? String(value)
      : numberText(value)
    : String(value);
}

/** `sum[B, K]`: which axes of the input are folded. */
function axesText(node: Node, byId: ReadonlyMap<NodeId, Node>): string {
  const axes = node.attrs['axes'];
  const input = node.inputs[0] === undefined ? undefined : byId.get(node.inputs[0]);
  if (!Array.isArray(axes) || input === undefined || !axes.every((at) => typeof at === 'number')) return '';
  if (axes.length === input.type.axes.length && axes.length > 1 && node.type.axes.length === 0) return '';
  if (axes.some((at) => input.type.axes[at] === undefined)) return ''; // of the output
  return `[${axes.map((at: number) => axisText(input.type.axes[at] as Axis)).join(', ')}]`;
}

/** Attributes that are short to say; axes are said elsewhere. */
function attributeTexts(node: Node): readonly string[] {
  return Object.entries(node.attrs).flatMap(([name, value]) => {
    if (name === 'axes' && node.op === 'reshape')
      return [`[${(value as readonly Axis[]).map(axisText).join(', ')}]`];
    if (name === 'size' && typeof value === 'object' && value !== null)
      return [`size = ${dimText(value as never)}`];
    if (typeof value === 'number' || typeof value === 'string') return [`${name} = ${value}`];
    if (Array.isArray(value) && value.every((part) => typeof part === 'number') && name !== 'axes') {
      return [`${name} = [${value.join(', ')}]`];
    }
    return [];
  });
}

/** `hᵀ @ d` where it is a matrix product, else `a[i, k] * b[k, j] -> [i, j]`. */
function einsumText(node: Node, inputs: readonly string[]): string {
  const labels = node.attrs['inputs'] as readonly (readonly string[])[];
  const output = node.attrs['output'] as readonly string[];
  const product = productText(labels, output, inputs);
  if (product !== null) return product;
  const factors = inputs.map((text, i) => `${text}[${(labels[i] ?? []).join(', ')}]`);
  return `${factors.join(' * ')} -> [${output.join(', ')}]`;
}

/** Two matrices that share one summed label; the one that holds the first output label stands left. */
function productText(
  labels: readonly (readonly string[])[],
  output: readonly string[],
  inputs: readonly string[],
): string | null {
  const [x, y] = output;
  const matrices = labels.map((of, i) => ({ of, text: inputs[i]! }));
  const left = matrices.find(({ of }) => of.includes(x!));
  const right = matrices.find(({ of }) => of.includes(y!));
  if (output.length !== 2 || matrices.length !== 2 || left === undefined || right === undefined) return null;
  const summed = left.of.find((label) => label !== x);
  const fits = [left, right].every(
    ({ of }) => of.length === 2 && new Set(of).size === 2 && of.includes(summed!),
  );
  if (left === right || !fits) return null;
  const turned = (matrix: { of: readonly string[]; text: string }, first: string) =>
    matrix.of[0] === first ? matrix.text : `${matrix.text}ᵀ`;
  return `${turned(left, x!)} @ ${turned(right, summed!)}`;
}

export function hostText(expr: HostExpr): string {
  switch (expr.kind) {
    case 'number':
      return constantText(expr.value);
    case 'symbol':
      return expr.name;
    case 'plateau':
      return `plateau(${expr.quantity}, patience = ${expr.patience})`;
    case 'call': {
      const args = expr.args.map(hostText);
      const sign = infix[expr.fn];
      return sign !== undefined && args.length === 2
        ? `(${args.join(` ${sign} `)})`
        : `${expr.fn}(${args.join(', ')})`;
    }
  }
}

/**
 * Labels where they are unambiguous, else `%1 %2 …` in order; gradients are called after what they are the
 * derivative of: `dW1`, and `dW1.1 dW1.2` for its parts.
 */
function nameAll(
  graph: Graph,
  byId: ReadonlyMap<NodeId, Node>,
  given: ReadonlyMap<NodeId, string>,
): ReadonlyMap<NodeId, string> {
  const names = new Map(given);
  const taken = new Map<string, number>();
  for (const { label } of graph.nodes) if (label !== null) taken.set(label, (taken.get(label) ?? 0) + 1);
  for (const { kind, name, node } of graph.outputs)
    if (kind === 'value' && !names.has(node)) names.set(node, name);
  const used = new Set(names.values());
  const parts = partsOf(graph);
  // Forward values are numbered first: readers start there.
  const order = graph.nodes.toSorted((a, b) => rank(parts.get(a.id)!) - rank(parts.get(b.id)!));
  let count = 0;
  for (const node of order) {
    if (names.has(node.id) || isInline(node)) continue;
    if (node.leaf !== null) names.set(node.id, leafName(node));
    else if (node.origin === null) {
      const { label } = node;
      names.set(
        node.id,
        label !== null && taken.get(label) === 1 && !used.has(label) ? label : `%${++count}`,
      );
    }
  }
  nameGradients(graph, byId, names);
  return names;
}

function rank(part: Part): number {
  return { input: 0, forward: 1, backward: 2, update: 3 }[part];
}

/**
 * A rule `matmul.b` of a node gives the gradient of that node's second input. The last value made for a
 * target is the whole of it, earlier ones are parts (`dW.1`): contributions of single paths.
 */
function nameGradients(graph: Graph, byId: ReadonlyMap<NodeId, Node>, names: Map<NodeId, string>): void {
  const groups = new Map<string, NodeId[]>();
  for (const node of graph.nodes) {
    if (node.origin === null || isInline(node) || names.has(node.id)) continue;
    const target = targetOf(node, byId);
    const name = plainName(target, byId, names);
    // The derivative of a derivative in brackets: `dd1.1` would be two things.
    const stem = byId.get(target)?.origin ? `d(${name})` : `d${name}`;
    groups.set(stem, [...(groups.get(stem) ?? []), node.id]);
    // Named at once, because derivatives of derivatives are called after it.
    groups
      .get(stem)!
      .forEach((id, i, all) => names.set(id, i === all.length - 1 ? stem : `${stem}.${i + 1}`));
  }
}

/** The value a backward node is the derivative with respect to, as far as its rule tells. */
function targetOf({ origin }: Node, byId: ReadonlyMap<NodeId, Node>): NodeId {
  const forward = byId.get(origin!.forward);
  if (forward === undefined) return origin!.forward;
  const input = origin!.rule.slice(origin!.rule.lastIndexOf('.') + 1);
  const op = findOp(forward.op);
  const at = forward.inputs.findIndex((_, i) => (op ? inputName(op, i) : `x${i}`) === input);
  return origin!.rule.includes('.') && at >= 0 ? forward.inputs[at]! : forward.id;
}

function plainName(id: NodeId, byId: ReadonlyMap<NodeId, Node>, names: ReadonlyMap<NodeId, string>): string {
  const node = byId.get(id);
  if (node !== undefined && node.op === 'broadcast') return plainName(node.inputs[0]!, byId, names);
  if (node !== undefined && isInline(node)) return String(id);
  return (names.get(id) ?? `%${id}`).replace(/^%/, '');
}

/** `Mlp.dense_1.W` is called in full: two layers have a `W`. */
function leafName(node: Node): string {
  const { leaf } = node;
  if (leaf === null || leaf.kind === 'host') return node.label ?? `%${node.id}`;
  return leaf.name;
}
