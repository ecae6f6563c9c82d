import type { Span } from '../../dsl/diagnostic.ts';
import type { Graph, Node, NodeId } from '../ir/graph.ts';
import { nodeTable } from '../ir/walk.ts';
import { flows } from './edges.ts';

/** A question in a turn of a loop whose answer would leave something out. */
export interface Across {
  /** What people call it, if it has a name. */
  readonly x: string | null;
  /** What comes into the turn, depends on x, and y depends on. */
  readonly through: string | null;
  readonly span: Span | null;
}

/** A graph, and which of its loops is gone into. */
interface Level {
  readonly graph: Graph;
  readonly nodes: ReadonlyMap<NodeId, Node>;
  readonly into: Node | null;
}

/**
 * `grad(y, x)` in a loop, where x is from outside of it, is answered in the turn: paths from x to y that come into
 * the turn by another value, captured or carried, are none of it. These are the questions for which there are such.
 */
export function questionsAcross(graph: Graph): readonly Across[] {
  const found: Across[] = [];
  const walk = (graph: Graph, around: readonly Level[]): void => {
    const nodes = nodeTable(graph);
    for (const node of graph.nodes) {
      if (node.scan) walk(node.scan.body, [...around, { graph, nodes, into: node }]);
      if (node.op !== 'grad') continue;
      const levels = [...around, { graph, nodes, into: null }];
      const through = missed(levels, node);
      if (through === null) continue;
      const x = nodes.get(node.inputs[1]!)!.label;
      if (!found.some(({ span }) => span === node.span))
        found.push({ x, through: through.label, span: node.span });
    }
  };
  walk(graph, []);
  return found;
}

/** A leaf of the innermost level by which more of x reaches y than by x itself. */
function missed(levels: readonly Level[], { inputs }: Node): Node | null {
  const [y, x] = inputs as [NodeId, NodeId];
  /** x as each level knows it, from the outermost that does. */
  let first = levels.length - 1;
  let source = x;
  for (let leaf = captured(levels[first]!, source); leaf !== null; leaf = captured(levels[first]!, source)) {
    first--;
    source = levels[first]!.into!.inputs[leaf]!;
  }
  if (first === levels.length - 1) return null;
  let reached = downstream(levels[first]!.graph, new Set([source]));
  let leaves: ReadonlySet<NodeId> = new Set();
  for (const { into } of levels.slice(first, -1)) {
    leaves = leavesReached(into!, reached);
    reached = downstream(into!.scan!.body, leaves);
  }
  const { graph, nodes } = levels.at(-1)!;
  const other = [...leaves].find((leaf) => leaf !== x && downstream(graph, new Set([leaf])).has(y));
  return other === undefined ? null : nodes.get(other)!;
}

/** Which input of the loop around a leaf reads; null for any other node. */
function captured({ nodes }: Level, id: NodeId): number | null {
  const { leaf } = nodes.get(id)!;
  return leaf?.kind === 'capture' ? Number(leaf.name) : null;
}

/** Nodes with a derivative by one of `from`, themselves included. */
function downstream(graph: Graph, from: ReadonlySet<NodeId>): ReadonlySet<NodeId> {
  const nodes = nodeTable(graph);
  const typeOf = (id: NodeId) => nodes.get(id)!.type;
  const reached = new Set(from);
  const given = new Map<NodeId, ReadonlySet<number>>();
  for (const node of graph.nodes) {
    const by = (id: NodeId, input: number): boolean => {
      if (!reached.has(id)) return false;
      if (node.op === 'grad') return typeOf(id).dtype === 'float';
      if (node.op === 'scan_output') return given.get(id)!.has(node.attrs['output'] as number);
      return flows(node, input, typeOf);
    };
    if (!node.inputs.some(by)) continue;
    reached.add(node.id);
    if (node.scan) given.set(node.id, gives(node, reached));
  }
  return reached;
}

/** Which outputs of a loop have a derivative by what is reached outside of it. */
function gives(node: Node, outside: ReadonlySet<NodeId>): ReadonlySet<number> {
  const { body, carries } = node.scan!;
  const inside = downstream(body, leavesReached(node, outside));
  return new Set(
    body.outputs.flatMap(({ kind, name, node: id }) =>
      inside.has(id) ? [Number(name) + (kind === 'emit' ? carries : 0)] : [],
    ),
  );
}

/** Leaves of a loop's body that are reached from outside, in the first turn or a later one. */
function leavesReached(node: Node, outside: ReadonlySet<NodeId>): ReadonlySet<NodeId> {
  const { body, captures } = node.scan!;
  const reached = new Set<NodeId>();
  const add = (kind: 'capture' | 'carry', name: string): boolean => {
    const leaf = body.nodes.find((n) => n.leaf?.kind === kind && n.leaf.name === name);
    if (!leaf || leaf.type.dtype !== 'float' || reached.has(leaf.id)) return false;
    reached.add(leaf.id);
    return true;
  };
  node.inputs.forEach((id, i) => {
    if (!outside.has(id)) return;
    if (i < captures) add('capture', String(i));
    else add('carry', String(i - captures));
  });
  for (let more = true; more;) {
    const inside = downstream(body, reached);
    more = body.outputs.some(
      ({ kind, name, node: id }) => kind === 'carry' && inside.has(id) && add('carry', name),
    );
  }
  return reached;
}
