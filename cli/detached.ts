import { load, outVars } from '../compiler/ir/formula-build.ts';
import type { Graph, Leaf, Node, NodeId, Output, Scan } from '../compiler/ir/graph.ts';
import { axis, type TensorType } from '../compiler/ir/tensor-type.ts';

/** A graph in which what is detached counts as constant, and one that computes these constants. */
export interface Frozen {
  /** Detached values are leaves `fitted`. */
  readonly graph: Graph;
  /** Gives these leaves their values. */
  readonly constants: Graph;
}

/**
 * `detach` means: this counts as constant. Differences would see through it, so detached values are computed once and
 * put in as leaves; those of a loop as stacks, of which each turn reads its own slice.
 */
export function frozen(graph: Graph): Frozen {
  const { parts, exposing, values } = split(graph, { id: largestId(graph) + 1 });
  const nodes = parts.map((part) =>
    'hole' in part ? bare(part.id, part.type, { leaf: { kind: 'fitted', name: part.hole } }) : part,
  );
  const outputs = values.map(({ hole, id }): Output => ({ kind: 'fitted', name: hole, node: id }));
  return { graph: { ...graph, nodes }, constants: { nodes: exposing, outputs } };
}

/** A value that comes from outside, under this name. */
interface Hole {
  readonly hole: string;
  readonly id: NodeId;
  readonly type: TensorType;
}
interface Split {
  /** The graph, with holes for what is detached. */
  readonly parts: readonly (Node | Hole)[];
  /** The graph as it was, its loops giving stacks of what they detach. */
  readonly exposing: readonly Node[];
  /** What fills the holes, as nodes of `exposing`. */
  readonly values: readonly Hole[];
}
interface Counter {
  id: NodeId;
}

function split({ nodes }: Graph, fresh: Counter): Split {
  const parts: (Node | Hole)[] = [];
  const exposing: Node[] = [];
  const values: Hole[] = [];
  for (const node of nodes) {
    const inner = node.scan && split(node.scan.body, fresh);
    if (node.op === 'detach') {
      const hole = { hole: `detached ${node.id}`, id: node.id, type: node.type };
      parts.push(hole);
      exposing.push(node);
      values.push(hole);
    } else if (node.scan && inner && inner.values.length > 0) {
      const stacks = inner.values.map((value) => ({
        ...value,
        id: fresh.id++,
        type: stackOf(value.type, node.scan!),
      }));
      parts.push(...stacks, reading(node, node.scan, inner, stacks, fresh));
      exposing.push(giving(node, node.scan, inner));
      const before = node.scan.carries + node.scan.emits.length;
      stacks.forEach(({ hole, type }, i) => {
        const id = fresh.id++;
        exposing.push(
          bare(id, type, { op: 'scan_output', attrs: { output: before + i }, inputs: [node.id] }),
        );
        values.push({ hole, id, type });
      });
    } else {
      parts.push(node);
      exposing.push(node);
    }
  }
  return { parts, exposing, values };
}

/** The loop, each hole of its body read from a stack that is captured. */
function reading(node: Node, scan: Scan, { parts }: Split, stacks: readonly Hole[], fresh: Counter): Node {
  const { captures, turn, body } = scan;
  const nodes = parts.flatMap((part): Node[] => {
    if (!('hole' in part)) return [part];
    const at = stacks.findIndex(({ hole }) => hole === part.hole);
    const id = fresh.id++;
    const capture: Leaf = { kind: 'capture', name: String(captures + at) };
    const slice = load(0, [turn, ...outVars(part.type.axes.length)]);
    return [
      bare(id, stacks[at]!.type, { leaf: capture }),
      bare(part.id, part.type, { op: 'at_turn', attrs: { axis: 0, turn }, inputs: [id], formula: slice }),
    ];
  });
  return {
    ...node,
    inputs: node.inputs.toSpliced(captures, 0, ...stacks.map(({ id }) => id)),
    scan: { ...scan, captures: captures + stacks.length, body: { ...body, nodes } },
  };
}

/** The loop, giving stacks of what its body detaches. */
function giving(node: Node, scan: Scan, { exposing, values }: Split): Node {
  const { emits, body } = scan;
  const own = values.map(({ id }, i): Output => ({ kind: 'emit', name: String(emits.length + i), node: id }));
  const stacked = values.map(({ type }) => ({ type: stackOf(type, scan), axis: 0 }));
  return {
    ...node,
    scan: {
      ...scan,
      emits: [...emits, ...stacked],
      body: { nodes: exposing, outputs: [...body.outputs, ...own] },
    },
  };
}

function stackOf(type: TensorType, { extent }: Scan): TensorType {
  return { ...type, axes: [axis(extent), ...type.axes] };
}

function bare(id: NodeId, type: TensorType, what: Partial<Node>): Node {
  const nothing = { op: 'leaf', attrs: {}, inputs: [], formula: null, leaf: null };
  return { ...nothing, id, type, span: null, origin: null, label: null, scope: [], ...what };
}

function largestId({ nodes }: Graph): NodeId {
  return nodes.reduce((most, { id, scan }) => Math.max(most, id, scan ? largestId(scan.body) : 0), 0);
}
