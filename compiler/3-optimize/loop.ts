import { variable } from '../ir/affine.ts';
import { load, outVars } from '../ir/formula-build.ts';
import type { Formula } from '../ir/formula.ts';
import { loadsOf, mapLoads, variablesIn } from '../ir/formula-walk.ts';
import type { Graph, Node, NodeId, Output, Scan } from '../ir/graph.ts';
import { type Axis, axis, type TensorType } from '../ir/tensor-type.ts';
import { highestId } from '../ir/walk.ts';
import { instantiate } from './substitute.ts';

/** A scan that a pass moves work out of. What is built around it stands before and after the loop. */
export interface Loop {
  readonly node: Node;
  readonly scan: Scan;
  /** A node of the body. */
  readonly get: (id: NodeId) => Node;
  /** Computed without what turns leave each other, so that all turns can be computed at once. */
  readonly isFree: (id: NodeId) => boolean;
  /** All turns of a node that is free, stacked in front, before the loop; a capture or a constant stands for itself. */
  readonly before: (id: NodeId) => Lifted;
  /** All turns of any node, after the loop: of a free one computed there, of another emitted. */
  readonly after: (id: NodeId) => Lifted;
  /** A node itself for all turns after the loop, from what `after` gives of its inputs. */
  readonly afterwards: (id: NodeId) => Lifted;
  /** A node over all turns, after the loop: its formula reads what `after` gives. */
  readonly place: (node: Omit<Node, 'id' | 'inputs'>, formula: Formula, inputs: readonly NodeId[]) => NodeId;
  /** From now on the body reads a stacked value, made before the loop, where it computed a node. */
  readonly readInstead: (id: NodeId, stack: Lifted) => void;
  /** Readers of what the loop gave read this instead. */
  readonly replace: (output: number, by: NodeId) => void;
}
export interface Lifted {
  readonly id: NodeId;
  /** Has the turn as its first axis. */
  readonly stacked: boolean;
}

/** Runs `change` over every scan of a graph and puts together what it leaves. */
export function changeLoops(
  graph: Graph,
  change: (loop: Loop, outside: (id: NodeId) => Node) => void,
): Graph {
  if (graph.nodes.every(({ scan }) => scan === undefined)) return graph;
  let next = highestId(graph) + 1;
  const fresh = (): NodeId => next++;
  const known = new Map<NodeId, Node>();
  const replaced = new Map<NodeId, NodeId>();
  const nodes: Node[] = [];
  const add = (node: Node): void => {
    const inputs = node.inputs.map((id) => replaced.get(id) ?? id);
    const own = { ...node, inputs };
    known.set(node.id, own);
    nodes.push(own);
  };
  for (const node of graph.nodes) {
    if (!node.scan) {
      if (!replaced.has(node.id)) add(node);
      continue;
    }
    const readers = graph.nodes.filter(({ op, inputs }) => op === 'scan_output' && inputs[0] === node.id);
    const inputs = node.inputs.map((id) => replaced.get(id) ?? id);
    const { before, loop, after, stands } = changed(
      { ...node, inputs },
      fresh,
      (id) => known.get(id)!,
      change,
    );
    for (const each of [...before, loop, ...after]) add(each);
    for (const reader of readers) {
      const by = stands.get(reader.attrs['output'] as number);
      if (by !== undefined) replaced.set(reader.id, by);
    }
  }
  const outputs = graph.outputs.map((output) => ({
    ...output,
    node: replaced.get(output.node) ?? output.node,
  }));
  return { nodes, outputs };
}
function changed(
  node: Node,
  fresh: () => NodeId,
  outside: (id: NodeId) => Node,
  change: (loop: Loop, outside: (id: NodeId) => Node) => void,
) {
  const scan = node.scan!;
  const { turn, extent } = scan;
  const stackAxis: Axis = axis(extent);
  const body = new Map(scan.body.nodes.map((each) => [each.id, each]));
  const captures = node.inputs.slice(0, scan.captures);
  const emits = [...scan.emits];
  const outputs: Output[] = [...scan.body.outputs];
  const before: Node[] = [];
  const after: Node[] = [];
  const stands = new Map<number, NodeId>();
  const made = new Map<NodeId, Node>();

  const free = new Map<NodeId, boolean>();
  for (const { id, leaf, formula, inputs } of scan.body.nodes)
    free.set(
      id,
      leaf ? leaf.kind === 'capture' : formula !== null && inputs.every((input) => free.get(input)!),
    );

  const capture = (id: NodeId): NodeId => {
    const at = captures.indexOf(id);
    const known = [...body.values()].find(({ leaf }) => leaf?.kind === 'capture' && Number(leaf.name) === at);
    if (known) return known.id;
    captures.push(id);
    const { type, span, label, scope } = made.get(id) ?? outside(id);
    const leaf = { kind: 'capture' as const, name: String(captures.length - 1) };
    const own = fresh();
    const made_ = { id: own, op: 'leaf', attrs: {}, inputs: [], type, formula: null, leaf, span, origin: null, label, scope }; // prettier-ignore
    body.set(own, made_);
    return own;
  };
  const emit = (id: NodeId): NodeId => {
    const { type, span, origin, scope, label } = body.get(id)!;
    const stacked: TensorType = { ...type, axes: [stackAxis, ...type.axes] };
    const same = outputs.find(
      ({ kind, name, node: of }) => kind === 'emit' && of === id && emits[Number(name)]!.axis === 0,
    );
    const e = same ? Number(same.name) : emits.length;
    if (!same) {
      emits.push({ type: stacked, axis: 0 });
      outputs.push({ kind: 'emit', name: String(e), node: id });
    }
    const read: Node = {
      id: fresh(), op: 'scan_output', attrs: { output: scan.carries + e }, inputs: [node.id], type: stacked, formula: null, leaf: null, span, origin, label, scope,
    }; // prettier-ignore
    made.set(read.id, read);
    after.push(read);
    return read.id;
  };

  /** A body formula over all turns: `turn` becomes the first axis. */
  const lift = (of: Node, inputs: readonly Lifted[]): { formula: Formula; type: TensorType } => {
    const vars = new Map(outVars(of.type.axes.length).map((name, i) => [name, variable(`i${i + 1}`)]));
    vars.set(turn, variable('i0'));
    const type: TensorType = { ...of.type, axes: [stackAxis, ...of.type.axes] };
    const extents = new Map(type.axes.map((a, i) => [`i${i}`, a.size]));
    const moved = instantiate(of.formula!, vars, extents, new Set(extents.keys()));
    return { formula: atStacks(moved, inputs, 'i0'), type };
  };
  const liftInto = (into: Node[], of: Node, inputs: readonly Lifted[]): Lifted => {
    const stacked = inputs.some((input) => input.stacked) || variablesIn(of.formula!).has(turn);
    const { formula, type } = stacked ? lift(of, inputs) : { formula: of.formula!, type: of.type };
    const own: Node = { ...of, id: fresh(), inputs: inputs.map((input) => input.id), formula, type };
    made.set(own.id, own);
    into.push(own);
    return { id: own.id, stacked };
  };
  const lifted = (into: Node[], memo: Map<NodeId, Lifted>, other: (id: NodeId) => NodeId) => {
    const at = (id: NodeId): Lifted => {
      const known = memo.get(id);
      if (known) return known;
      const of = body.get(id)!;
      const result = liftOf(id, of);
      memo.set(id, result);
      return result;
    };
    const liftOf = (id: NodeId, of: Node): Lifted => {
      if (of.leaf?.kind === 'capture') return { id: captures[Number(of.leaf.name)]!, stacked: false };
      return free.get(id) ? liftInto(into, of, of.inputs.map(at)) : { id: other(id), stacked: true };
    };
    return at;
  };
  const liftedBefore = lifted(before, new Map(), () => {
    throw new Error('only what is free of carries is computed before a loop');
  });

  const liftedAfter = lifted(after, new Map(), emit);

  const loop: Loop = {
    node,
    scan,
    get: (id) => body.get(id)!,
    isFree: (id) => free.get(id)!,
    before: liftedBefore,
    after: liftedAfter,
    afterwards: (id) => liftInto(after, body.get(id)!, body.get(id)!.inputs.map(liftedAfter)),
    place: (given, formula, inputs) => {
      const own: Node = { ...given, id: fresh(), formula, inputs };
      made.set(own.id, own);
      after.push(own);
      return own.id;
    },
    readInstead: (id, stack) => {
      const of = body.get(id)!;
      const inputs = [capture(stack.id)];
      const here = outVars(of.type.axes.length);
      const read = stack.stacked
        ? { op: 'at_turn', attrs: { axis: 0, turn }, formula: load(0, [variable(turn), ...here]) }
        : { op: 'copy', attrs: {}, formula: load(0, here) };
      body.set(id, { ...of, ...read, inputs });
    },
    replace: (output, by) => void stands.set(output, by),
  };
  change(loop, outside);

  // New captures stand after those there were, before all that reads them.
  const nodes = [...body.values()].toSorted((x, y) => Number(y.leaf !== null) - Number(x.leaf !== null));
  const inputs = [...captures, ...node.inputs.slice(scan.captures)];
  const whole: Scan = { ...scan, captures: captures.length, emits, body: { nodes, outputs } };
  return { before, loop: { ...node, inputs, scan: whole }, after, stands };
}

/** Loads of stacked inputs also say which turn they mean. */
export function atStacks(formula: Formula, inputs: readonly Lifted[], turn: string): Formula {
  return mapLoads(formula, (part) =>
    inputs[part.input]!.stacked ? { ...part, index: [variable(turn), ...part.index] } : part,
  );
}

/** How often each node of a body is read, by nodes and outputs. */
export function readersOf({ nodes, outputs }: Graph): ReadonlyMap<NodeId, number> {
  const counts = new Map<NodeId, number>();
  const count = (id: NodeId): void => void counts.set(id, (counts.get(id) ?? 0) + 1);
  for (const node of nodes) {
    const read = node.formula
      ? new Set(loadsOf(node.formula).map(({ input }) => node.inputs[input]!))
      : node.inputs;
    for (const id of read) count(id);
  }
  for (const { node } of outputs) count(node);
  return counts;
}
