import type { Span } from '../../dsl/diagnostic.ts';
import { graphBuilder, type GraphBuilder, type Value } from '../ir/builder.ts';
import type { Graph, Node, NodeId } from '../ir/graph.ts';
import { highestId, topological } from '../ir/walk.ts';
import { type Calculus, calculus } from '../ops/calculus.ts';
import { type Across, questionsAcross } from './across.ts';
import { pullback } from './pullback.ts';

export interface Derived {
  readonly graph: Graph;
  /** `grad(y, x)` where y does not depend on x: zeros, and a lint. */
  readonly independent: readonly Independent[];
  /** Questions in loops whose answers leave something out: mistakes. */
  readonly across: readonly Across[];
}
export interface Independent {
  readonly y: NodeId;
  readonly x: NodeId;
  readonly span: Span | null;
}

/**
 * Answers every `grad` node, inner ones first, by reverse accumulation. All `grad` nodes of one y share one
 * backward pass. Forward nodes keep their ids; the nodes of a backward pass stand where its first question
 * stood, and know the forward node, the rule and the place they come from. Questions inside a scan are answered
 * there, before its own derivative is asked for.
 */
export function derive(graph: Graph): Derived {
  const independent: Independent[] = [];
  const ids = { next: highestId(graph) + 1 };
  const across = questionsAcross(graph);
  return { graph: deriveLevel(graph, ids, 0, independent), independent, across };
}

function deriveLevel(graph: Graph, ids: { next: number }, depth: number, independent: Independent[]): Graph {
  const bodies = new Map<NodeId, Graph>();
  for (const { id, scan } of graph.nodes)
    if (scan && asks(scan.body)) bodies.set(id, deriveLevel(scan.body, ids, depth + 1, independent));

  const builder = graphBuilder(ids.next, depth);
  const c = calculus(builder);
  /** What stands for a node of the old graph. Kept nodes stand for themselves, answered questions do not. */
  const stands = new Map<NodeId, Value>();
  const passes = new Map<NodeId, ReadonlyMap<NodeId, Value>>();

  for (const node of graph.nodes) {
    if (node.op !== 'grad') {
      const body = bodies.get(node.id);
      const inputs = node.inputs.map((id) => stands.get(id)!.id);
      stands.set(node.id, builder.adopt({ ...node, inputs, ...(body && { scan: { ...node.scan!, body } }) }));
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
  const derived = builder.finish();
  ids.next = Math.max(ids.next, highestId(derived) + 1);
  return derived;
}

/** Whether there is a question in a graph, or in a loop of it. */
function asks({ nodes }: Graph): boolean {
  return nodes.some(({ op, scan }) => op === 'grad' || (scan !== undefined && asks(scan.body)));
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
  const { get } = builder;
  const order: readonly Node[] = topological(get, [y.id]);
  const { span, scope } = get(y.id);
  const seed = builder.within({ span, scope, origin: { forward: y.id, rule: 'seed' } }, () => c.number(1));
  return pullback(builder, c, { order, get, typeOf: (id) => get(id).type }, [[y.id, seed]], xs);
}
