import type { Span } from '../../dsl/diagnostic.ts';
import type { Dim } from './dim.ts';
import type { Formula } from './formula.ts';
import type { Attrs, Graph, Leaf, Node, NodeId, Origin, Output, Scan } from './graph.ts';
import { type Axis, type TensorType, scalar } from './tensor-type.ts';

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

export interface ScanSpec {
  readonly extent: Dim;
  readonly reverse?: boolean;
  /** First values of the carries known before; the body may add more. */
  readonly initial: readonly Value[];
  /** Makes, inside, what the body reads by an id that is of no graph here: values of a loop that is run again. */
  readonly foreign?: (id: NodeId) => Value | null;
}
/** What a turn leaves: the carries' next values, of their types, and slices of the stacked values. */
export interface Turn {
  readonly next: readonly Value[];
  readonly emits: readonly Emit[];
}
export interface Emit {
  readonly value: Value;
  /** Where the turn's axis stands in the stacked value. */
  readonly axis: number;
  readonly stack: Axis;
}
export interface Scanned {
  readonly node: Value;
  readonly carries: readonly Value[];
  readonly stacks: readonly Value[];
}

export interface GraphBuilder {
  /** Leaves other than those of a scan belong to the outermost graph. */
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
  /**
   * A loop. Nodes built by `body` are those of its graph; what they read from outside becomes a capture by
   * itself. Values made inside must not be used after it. `carry` adds a carry that only the body knows it needs.
   */
  scan(
    spec: ScanSpec,
    body: (turn: string, carries: readonly Value[], carry: (initial: Value) => Value) => Turn,
    meta?: Meta,
  ): Scanned;
  /** Another stacked value of a scan that is built already: a node of its body, by id. */
  emitAlso(scan: NodeId, of: NodeId, emit: Omit<Emit, 'value'>): Value;
  /** A copy of a node of another graph with other inputs; of a scan too. */
  copy(node: Node, inputs: readonly Value[]): Value;
  /** The scans around what is built now, outermost first. */
  turns(): readonly { readonly turn: string; readonly extent: Dim }[];
  /** What `body` builds belongs to the graph that a value belongs to. */
  beside<T>(value: Value, body: () => T): T;
  /** What `body` builds belongs to the outermost graph, wherever it is asked for. */
  outermost<T>(body: () => T): T;
  /** Whether a value is of the graph being built, and not of a loop that has ended. */
  isKnown(value: Value): boolean;
  /** A value as the graph being built knows it: a capture, if it is from outside. */
  here(value: Value): Value;
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

/** A graph under construction: the outermost, or the body of a scan. */
interface Level {
  readonly nodes: Map<NodeId, Node>;
  /** Leaves for what is read from outside, by the id it has there. */
  readonly captures: Map<NodeId, NodeId>;
  /** What `foreign` made, by the id asked for. */
  readonly made: Map<NodeId, NodeId>;
  readonly turn: { readonly turn: string; readonly extent: Dim } | null;
  readonly foreign: ScanSpec['foreign'];
}

/** `firstId`: the id of the first new node, above those that will be adopted. `depth`: how many scans are around. */
export function graphBuilder(firstId = 0, depth = 0): GraphBuilder {
  const base = newLevel(null, undefined);
  let levels: readonly Level[] = [base];
  const outputs: Output[] = [];
  /** Every node ever built, those of bodies too. */
  const all = new Map<NodeId, Node>();
  let nextId = firstId;
  let context: Omit<Meta, 'label'> = {};

  const here = (): Level => levels.at(-1)!;
  const put = (level: Level, node: Node): Value => {
    level.nodes.set(node.id, node);
    all.set(node.id, node);
    return { id: node.id, type: node.type };
  };
  /** The id by which level `at` knows a value: its own, or that of a capture. */
  const resolve = (id: NodeId, at = levels.length - 1): NodeId => {
    const level = levels[at]!;
    if (level.nodes.has(id)) return id;
    const known = level.captures.get(id) ?? level.made.get(id);
    if (known !== undefined) return known;
    const foreign = level.foreign && atLevels(levels.slice(0, at + 1), () => level.foreign!(id));
    if (foreign) {
      const own = resolve(foreign.id, at);
      level.made.set(id, own);
      return own;
    }
    if (at === 0) throw new Error(`%${id} is not in the graph`);
    const outer = all.get(resolve(id, at - 1))!;
    const leaf: Leaf = { kind: 'capture', name: String(level.captures.size) };
    const { type, span, label, scope } = outer;
    const made = put(level, {
      id: nextId++, op: 'leaf', attrs: {}, inputs: [], type, formula: null, leaf, span, origin: null, label, scope,
    }); // prettier-ignore
    level.captures.set(id, made.id);
    return made.id;
  };
  const insert = (node: Node): Value => {
    if (all.has(node.id)) throw new Error(`%${node.id} is in the graph already`);
    return put(here(), { ...node, inputs: node.inputs.map((id) => resolve(id)) });
  };
  const described = (node: Omit<Node, 'id' | keyof Meta>, meta: Meta): Node => ({
    id: nextId++,
    ...node,
    span: meta.span ?? context.span ?? null,
    origin: meta.origin ?? context.origin ?? null,
    label: meta.label ?? null,
    scope: meta.scope ?? context.scope ?? [],
  });
  const push = (node: Omit<Node, 'id' | keyof Meta>, meta: Meta): Value => insert(described(node, meta));
  const get = (id: NodeId): Node => {
    const node = all.get(id);
    if (!node) throw new Error(`no node %${id}`);
    return node;
  };
  const levelOf = (id: NodeId): Level => {
    const level = levels.findLast(({ nodes }) => nodes.has(id));
    if (!level) throw new Error(`%${id} is of a loop that has ended`);
    return level;
  };
  const atLevels = <T>(chosen: readonly Level[], body: () => T): T => {
    const before = levels;
    levels = chosen;
    try {
      return body();
    } finally {
      levels = before;
    }
  };
  const scanOutput = (scan: NodeId, output: number, type: TensorType, meta: Meta): Value =>
    push({ op: 'scan_output', attrs: { output }, inputs: [scan], type, formula: null, leaf: null }, meta);

  return {
    leaf: (leaf, type, meta = {}) =>
      put(base, described({ op: 'leaf', attrs: {}, inputs: [], type, formula: null, leaf }, meta)),
    node: (op, attrs, inputs, type, formula, meta = {}) =>
      push({ op, attrs, inputs: inputs.map((x) => x.id), type, formula, leaf: null }, meta),
    grad: (y, x, meta = {}) =>
      push({ op: 'grad', attrs: {}, inputs: [y.id, x.id], type: x.type, formula: null, leaf: null }, meta),
    scan({ extent, reverse = false, initial: known, foreign }, body, meta = {}) {
      const turn = `turn${depth + levels.length - 1}`;
      const level = newLevel({ turn, extent }, foreign);
      const initial: Value[] = [];
      const carry = (first: Value): Value => {
        const leaf: Leaf = { kind: 'carry', name: String(initial.length) };
        initial.push(first);
        const { type } = first;
        return put(level, described({ op: 'leaf', attrs: {}, inputs: [], type, formula: null, leaf }, {}));
      };
      const carries = known.map(carry);
      const made = atLevels([...levels, level], () => {
        const { next, emits } = body(turn, carries, carry);
        return {
          next: next.map(({ id }) => resolve(id)),
          emits: emits.map((emit) => ({ ...emit, id: resolve(emit.value.id) })),
        };
      });
      const scan: Scan = {
        turn,
        extent,
        reverse,
        captures: level.captures.size,
        carries: initial.length,
        emits: made.emits.map(({ value, axis, stack }) => ({ type: stacked(value.type, axis, stack), axis })),
        body: {
          nodes: [...level.nodes.values()],
          outputs: [
            ...made.next.map((node, i): Output => ({ kind: 'carry', name: String(i), node })),
            ...made.emits.map(({ id }, i): Output => ({ kind: 'emit', name: String(i), node: id })),
          ],
        },
      };
      const inputs = [...level.captures.keys(), ...initial.map(({ id }) => id)];
      const node = push(
        { op: 'scan', attrs: {}, inputs, type: scalar, formula: null, leaf: null, scan },
        meta,
      );
      return {
        node,
        carries: initial.map(({ type }, i) => scanOutput(node.id, i, type, meta)),
        stacks: scan.emits.map(({ type }, i) => scanOutput(node.id, initial.length + i, type, meta)),
      };
    },
    emitAlso(id, of, { axis, stack }) {
      const level = levelOf(id);
      const node = get(id);
      const { body, emits, carries } = node.scan!;
      const until = levels.slice(0, levels.indexOf(level) + 1);
      const { span, scope } = node;
      const read = (emit: number, type: TensorType): Value =>
        atLevels(until, () => scanOutput(id, carries + emit, type, { span, scope }));
      const before = body.outputs.find(
        ({ kind, name, node: emitted }) =>
          kind === 'emit' && emitted === of && emits[Number(name)]!.axis === axis,
      );
      if (before) return read(Number(before.name), emits[Number(before.name)]!.type);
      const type = stacked(body.nodes.find((each) => each.id === of)!.type, axis, stack);
      const output: Output = { kind: 'emit', name: String(emits.length), node: of };
      put(level, {
        ...node,
        scan: { ...node.scan!, emits: [...emits, { type, axis }], body: { ...body, outputs: [...body.outputs, output] } },
      }); // prettier-ignore
      return read(emits.length, type);
    },
    copy: ({ span, origin, label, scope, ...node }, inputs) =>
      insert({ ...node, id: nextId++, inputs: inputs.map(({ id }) => id), label, scope: context.scope ?? scope, span: context.span ?? span, origin: context.origin ?? origin }), // prettier-ignore
    turns: () => levels.flatMap(({ turn }) => turn ?? []),
    beside: ({ id }, body) => atLevels(levels.slice(0, levels.indexOf(levelOf(id)) + 1), body),
    outermost: (body) => atLevels([base], body),
    here: ({ id, type }) => ({ id: resolve(id), type }),
    isKnown: ({ id }) => levels.some(({ nodes }) => nodes.has(id)),
    output(kind, name, value) {
      outputs.push({ kind, name, node: resolve(value.id) });
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
      if (node.label === null) put(levelOf(value.id), { ...node, label });
    },
    get,
    finish: () => ({ nodes: [...base.nodes.values()], outputs: [...outputs] }),
  };
}

function newLevel(turn: Level['turn'], foreign: Level['foreign']): Level {
  return { nodes: new Map(), captures: new Map(), made: new Map(), turn, foreign };
}

/** The type of values of this type stacked along a new axis. */
function stacked(type: TensorType, at: number, axis: Axis): TensorType {
  return { ...type, axes: type.axes.toSpliced(at, 0, axis) };
}
