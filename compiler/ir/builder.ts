import type { Span } from '../../dsl/diagnostic.ts';
import type { Formula } from './formula.ts';
import type { Attrs, Graph, Leaf, Node, NodeId, Origin, Output } from './graph.ts';
import type { TensorType } from './tensor-type.ts';

/** A value while a graph is being built: which node, and its type. */
export interface Value {
  readonly id: NodeId;
  readonly type: TensorType;
}

/** What a node knows of where it comes from. What is left out is taken from the surrounding `within`. */
export interface Meta {
  readonly span?: Span | null;
  readonly label?: string | null;
  readonly origin?: Origin | null;
  readonly scope?: readonly string[];
}

export interface GraphBuilder {
  leaf(leaf: Leaf, type: TensorType, meta?: Meta): Value;
  node(
    op: string,
    attrs: Attrs,
    inputs: readonly Value[],
    type: TensorType,
    formula: Formula,
    meta?: Meta,
  ): Value;
  /** The question ∂y/∂x, which stage 2 answers; y is a scalar. */
  grad(y: Value, x: Value, meta?: Meta): Value;
  output(kind: Output['kind'], name: string, value: Value): void;
  /** Takes over a node of another graph with its id; its inputs must be here already. */
  adopt(node: Node): Value;
  /** Nodes built by `body` take their span, scope and origin from `context`, unless they say themselves. */
  within<T>(context: Omit<Meta, 'label'>, body: () => T): T;
  /** Names a value for people, if it has no name yet. */
  name(value: Value, label: string): void;
  get(id: NodeId): Node;
  finish(): Graph;
}

/** `firstId`: the id of the first new node, above those that will be adopted. */
export function graphBuilder(firstId = 0): GraphBuilder {
  const nodes = new Map<NodeId, Node>();
  const outputs: Output[] = [];
  let nextId = firstId;
  let context: Omit<Meta, 'label'> = {};

  const insert = (node: Node): Value => {
    for (const input of node.inputs) {
      if (!nodes.has(input)) throw new Error(`%${node.id} = ${node.op}: input %${input} is not in the graph`);
    }
    if (nodes.has(node.id)) throw new Error(`%${node.id} is in the graph already`);
    nodes.set(node.id, node);
    return { id: node.id, type: node.type };
  };
  const push = (node: Omit<Node, 'id' | keyof Meta>, meta: Meta): Value =>
    insert({
      id: nextId++,
      ...node,
      span: meta.span ?? context.span ?? null,
      origin: meta.origin ?? context.origin ?? null,
      label: meta.label ?? null,
      scope: meta.scope ?? context.scope ?? [],
    });
  const get = (id: NodeId): Node => {
    const node = nodes.get(id);
    if (!node) throw new Error(`no node %${id}`);
    return node;
  };

  return {
    leaf: (leaf, type, meta = {}) =>
      push({ op: 'leaf', attrs: {}, inputs: [], type, formula: null, leaf }, meta),
    node: (op, attrs, inputs, type, formula, meta = {}) =>
      push({ op, attrs, inputs: inputs.map((x) => x.id), type, formula, leaf: null }, meta),
    grad: (y, x, meta = {}) =>
      push({ op: 'grad', attrs: {}, inputs: [y.id, x.id], type: x.type, formula: null, leaf: null }, meta),
    output(kind, name, value) {
      outputs.push({ kind, name, node: get(value.id).id });
    },
    adopt(node) {
      nextId = Math.max(nextId, node.id + 1);
      return insert(node);
    },
    within(inner, body) {
      const outer = context;
      context = { ...outer, ...inner };
      try {
        return body();
      } finally {
        context = outer;
      }
    },
    name(value, label) {
      const node = get(value.id);
      if (node.label === null) nodes.set(node.id, { ...node, label });
    },
    get,
    finish: () => ({ nodes: [...nodes.values()], outputs: [...outputs] }),
  };
}
