import type { Span } from '../../dsl/diagnostic.ts';
import { graphBuilder, type GraphBuilder, type Value } from '../ir/builder.ts';
import type { Graph, Node, NodeId } from '../ir/graph.ts';
import { topological } from '../ir/walk.ts';
import { type Calculus, calculus } from '../ops/calculus.ts';
import { flows, inputGradient, ruleName, type ValueOf } from './edges.ts';

export interface Derived {
  readonly graph: Graph;
  /** `grad(y, x)` where y does not depend on x: zeros, and a lint. */
  readonly independent: readonly Independent[];
}
export interface Independent {
  readonly y: NodeId;
  readonly x: NodeId;
  readonly span: Span | null;
}

/**
 * Answers every `grad` node, inner ones first, by reverse accumulation. All `grad` nodes of one y share one
 * backward pass. Forward nodes keep their ids; the nodes of a backward pass stand where its first question
 * stood, and know the forward node, the rule and the place they come from.
 */
export function derive(graph: Graph): Derived {
  const builder = graphBuilder(Math.max(-1, ...graph.nodes.map((node) => node.id)) + 1);
  const c = calculus(builder);
  /** What stands for a node of the old graph. Kept nodes stand for themselves, answered questions do not. */
  const stands = new Map<NodeId, Value>();
  const passes = new Map<NodeId, ReadonlyMap<NodeId, Value>>();
  const independent: Independent[] = [];

  for (const node of graph.nodes) {
    if (node.op !== 'grad') {
      stands.set(node.id, builder.adopt({ ...node, inputs: node.inputs.map((id) => stands.get(id)!.id) }));
      continue;
    }
    const [y, x] = node.inputs.map((id) => stands.get(id)!) as [Value, Value];
    const gradients = passes.get(y.id) ?? backward(builder, c, y, wanted(graph, stands, y.id));
    passes.set(y.id, gradients);
    let answer = gradients.get(x.id);
    if (!answer) {
      independent.push({ y: y.id, x: x.id, span: node.span });
      const origin = { forward: y.id, rule: 'independent' };
      answer = builder.within({ span: node.span, scope: node.scope, origin }, () => c.fill(0, x.type.axes));
    }
    if (node.label !== null) builder.name(answer, node.label);
    stands.set(node.id, answer);
  }
  for (const { kind, name, node } of graph.outputs) builder.output(kind, name, stands.get(node)!);
  return { graph: builder.finish(), independent };
}

/** Every x that some `grad(y, x)` asks for. One that has no place yet stands after y: y cannot depend on it. */
function wanted(graph: Graph, stands: ReadonlyMap<NodeId, Value>, y: NodeId): ReadonlySet<NodeId> {
  const xs = graph.nodes.filter((node) => node.op === 'grad' && stands.get(node.inputs[0]!)?.id === y);
  return new Set(xs.flatMap((node) => stands.get(node.inputs[1]!)?.id ?? []));
}

/** ∂y/∂x for those of `xs` that y depends on. */
function backward(
  builder: GraphBuilder,
  c: Calculus,
  y: Value,
  xs: ReadonlySet<NodeId>,
): ReadonlyMap<NodeId, Value> {
  if (y.type.axes.length > 0 || y.type.dtype !== 'float') throw new Error('grad: y is not a float scalar');
  const valueOf: ValueOf = (id) => ({ id, type: builder.get(id).type });
  const order = topological(builder.get, [y.id]);
  const leading = leadingTo(order, xs, valueOf);
  const cotangents = new Map<NodeId, Value>();
  const found = new Map<NodeId, Value>();

  if (leading.has(y.id)) {
    const { span, scope } = builder.get(y.id);
    const origin = { forward: y.id, rule: 'seed' };
    cotangents.set(
      y.id,
      builder.within({ span, scope, origin }, () => c.number(1)),
    );
  }
  for (const node of order.toReversed()) {
    const g = cotangents.get(node.id);
    if (!g) continue;
    if (xs.has(node.id)) found.set(node.id, g);
    node.inputs.forEach((id, input) => {
      if (!leading.has(id) || !flows(node, input, valueOf)) return;
      const part = builder.within(cameFrom(node, ruleName(node, input)), () =>
        inputGradient(node, input, g, c, valueOf),
      );
      const before = cotangents.get(id);
      const sum = (): Value => c.add(before!, part);
      cotangents.set(id, before ? builder.within(cameFrom(builder.get(id), 'sum of paths'), sum) : part);
    });
  }
  return found;
}

/** The nodes through which a gradient reaches one of `xs`: no other cotangent is computed. */
function leadingTo(order: readonly Node[], xs: ReadonlySet<NodeId>, valueOf: ValueOf): ReadonlySet<NodeId> {
  const leading = new Set<NodeId>();
  for (const node of order) {
    const reaches = node.inputs.some((id, input) => leading.has(id) && flows(node, input, valueOf));
    if (reaches || xs.has(node.id)) leading.add(node.id);
  }
  return leading;
}

function cameFrom({ id, span, scope }: Node, rule: string) {
  return { span, scope, origin: { forward: id, rule } };
}
