import type { GraphBuilder, Value } from '../ir/builder.ts';
import { loadHere } from '../ir/formula-build.ts';
import { derivative, slopeOrNone } from '../ir/formula-derivative.ts';
import { times } from '../ir/formula-simplify.ts';
import type { Formula } from '../ir/formula.ts';
import { isElementwise, loadsOf, mapLoads } from '../ir/formula-walk.ts';
import type { Node, NodeId } from '../ir/graph.ts';
import type { TensorType } from '../ir/tensor-type.ts';
import { type Calculus, findOp } from '../ops/calculus.ts';
import { inputName, refuse } from '../ops/op.ts';

/** Types of the nodes gradients flow through. */
export type TypeOf = (id: NodeId) => TensorType;

/** Nodes that gradients flow back through, inputs before users: of the graph being built, or of a loop's body. */
export interface Forward {
  readonly order: readonly Node[];
  readonly typeOf: TypeOf;
  readonly get: (id: NodeId) => Node;
  /** Those of `xs` behind which nothing is asked for. */
  readonly stops?: ReadonlySet<NodeId>;
}

/** See pullback.ts; handed to the derivative of scans, which needs it for their bodies. */
export type Pullback = (
  builder: GraphBuilder,
  c: Calculus,
  forward: Forward,
  seeds: readonly (readonly [NodeId, Value])[],
  xs: ReadonlySet<NodeId>,
) => ReadonlyMap<NodeId, Value>;

/** `matmul.b`; inputs of derivative nodes are numbered: `tanh'.x1`. */
export function ruleName(node: Node, input: number): string {
  const op = findOp(node.op);
  return `${node.op}.${op ? inputName(op, input) : `x${input}`}`;
}

/** Whether a gradient flows from a node into one of its inputs. Ints, bools, `detach` and fields of data cut it. */
export function flows(node: Node, input: number, typeOf: TypeOf): boolean {
  if (node.leaf || node.type.dtype !== 'float' || node.attrs['perSample']) return false;
  if (typeOf(node.inputs[input]!).dtype !== 'float') return false;
  if (isLoop(node)) return true;
  const op = findOp(node.op);
  if (op?.derive) return ruleFor(op.derive, input) !== null;
  return slope(node, input) !== null;
}

/** The nodes through which a gradient reaches one of `xs`: no other cotangent is computed. */
export function leadingTo(
  order: readonly Node[],
  xs: ReadonlySet<NodeId>,
  typeOf: TypeOf,
): ReadonlySet<NodeId> {
  const leading = new Set<NodeId>();
  for (const node of order) {
    const reaches = node.inputs.some((id, input) => leading.has(id) && flows(node, input, typeOf));
    if (reaches || xs.has(node.id)) leading.add(node.id);
  }
  return leading;
}

/** A scan, or what it gives. */
function isLoop(node: Node): boolean {
  return node.scan !== undefined || node.op === 'scan_output';
}

/** ∂loss/∂(input), given `g` = ∂loss/∂(node). */
export function inputGradient(node: Node, input: number, g: Value, c: Calculus, typeOf: TypeOf): Value {
  const valueOf = (id: NodeId): Value => ({ id, type: typeOf(id) });
  const op = findOp(node.op);
  if (op?.derive) {
    const rule = ruleFor(op.derive, input)!;
    const { attrs } = node;
    return rule({ c, g, x: node.inputs.map(valueOf), y: valueOf(node.id), input, attrs });
  }
  return elementwiseGradient(node, slope(node, input)!, g, c, valueOf);
}

/** The last rule of an op with any number of inputs serves all the rest. */
function ruleFor<R>(rules: readonly R[], input: number): R {
  return rules[Math.min(input, rules.length - 1)]!;
}

/** ∂output/∂input of an elementwise node: loads 0 … n−1 are its inputs, load n is its output. */
function slope(node: Node, input: number): Formula | null {
  const { formula, type, inputs } = node;
  const op = findOp(node.op);
  if (!formula || !isElementwise(formula)) return refuse(node.op, 'no rule for its derivative');
  const rank = type.axes.length;
  if (op?.slopes) {
    const given = op.slopes(inputs.map((_, i) => loadHere(i, rank)), node.attrs)[input] ?? null; // prettier-ignore
    return given && slopeOrNone(given);
  }
  return derivative(formula, input, op?.fromOutput ? loadHere(inputs.length, rank) : null);
}

function elementwiseGradient(
  node: Node,
  by: Formula,
  g: Value,
  c: Calculus,
  valueOf: (id: NodeId) => Value,
): Value {
  const rank = node.type.axes.length;
  const gInput = node.inputs.length + 1;
  const product = times(loadHere(gInput, rank), by);
  const read = [...node.inputs, node.id, g.id];
  if (product.kind === 'load') return g;

  // Inputs in order of first use; one value is one input, however often it is read.
  const used = [...new Set(loadsOf(product).map((load) => read[load.input]!))];
  const formula = mapLoads(product, (load) => ({ ...load, input: used.indexOf(read[load.input]!) }));
  const values = used.map((id) => (id === g.id ? g : valueOf(id)));
  const plain = plainOp(formula, values.length);
  return plain ? c.apply(plain, values) : c.map(`${node.op}'`, formula, values);
}

const plainOps: ReadonlySet<string> = new Set(['add', 'sub', 'mul', 'div', 'neg']);
/** `mul` for x0 · x1: products are called by their name rather than by what they are the derivative of. */
function plainOp(formula: Formula, inputs: number): string | null {
  if (formula.kind !== 'call' || !plainOps.has(formula.fn) || formula.args.length !== inputs) return null;
  return formula.args.every((arg, i) => arg.kind === 'load' && arg.input === i) ? formula.fn : null;
}
