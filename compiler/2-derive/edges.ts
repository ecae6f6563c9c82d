import type { Value } from '../ir/builder.ts';
import { loadHere } from '../ir/formula-build.ts';
import { derivative, slopeOrNone } from '../ir/formula-derivative.ts';
import { times } from '../ir/formula-simplify.ts';
import type { Formula } from '../ir/formula.ts';
import { isElementwise, loadsOf, mapLoads } from '../ir/formula-walk.ts';
import type { Node, NodeId } from '../ir/graph.ts';
import { type Calculus, findOp } from '../ops/calculus.ts';
import { inputName, refuse } from '../ops/op.ts';

/** Gives a value of the graph being built. */
export type ValueOf = (id: NodeId) => Value;

/** `matmul.b`; inputs of derivative nodes are numbered: `tanh'.x1`. */
export function ruleName(node: Node, input: number): string {
  const op = findOp(node.op);
  return `${node.op}.${op ? inputName(op, input) : `x${input}`}`;
}

/** Whether a gradient flows from a node into one of its inputs. Ints, bools, `detach` and fields of data cut it. */
export function flows(node: Node, input: number, valueOf: ValueOf): boolean {
  if (node.leaf || node.type.dtype !== 'float' || node.attrs['perSample']) return false;
  if (valueOf(node.inputs[input]!).type.dtype !== 'float') return false;
  const op = findOp(node.op);
  if (op?.derive) return ruleFor(op.derive, input) !== null;
  return slope(node, input) !== null;
}

/** ∂loss/∂(input), given `g` = ∂loss/∂(node). */
export function inputGradient(node: Node, input: number, g: Value, c: Calculus, valueOf: ValueOf): Value {
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

function elementwiseGradient(node: Node, by: Formula, g: Value, c: Calculus, valueOf: ValueOf): Value {
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
