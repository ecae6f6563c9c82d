import { type Affine, outVar, sameAffine, simplifyAffine, variable } from '../ir/affine.ts';
import { type DimSizes, sameDim } from '../ir/dim.ts';
import type { Formula } from '../ir/formula.ts';
import { isOwnPosition as isOwnAxis, isValueIndex, loadsOf } from '../ir/formula-walk.ts';
import type { Graph, Node, NodeId, Output } from '../ir/graph.ts';
import type { BufferId } from '../ir/kernel.ts';
import { scatterOf } from '../ir/scatter.ts';
import { elements, sameShape, type TensorType } from '../ir/tensor-type.ts';
import { axisVars, flatten, inLoops, rangesOf, spaceOf } from './space.ts';

/**
 * The graph as kernels see it: what must be computed, where values that outlive the entry go, and who must
 * come before whom.
 */
export interface Work {
  /** Leaves, views and computed nodes, copies included. */
  readonly nodes: ReadonlyMap<NodeId, Node>;
  /** Nodes that get a kernel, inputs before users. */
  readonly computed: readonly NodeId[];
  /** The node whose memory a value is in: itself, or what it is a view of. */
  readonly root: (id: NodeId) => NodeId;
  /** Buffers of leaves, and of nodes written straight to an output or over a leaf. */
  readonly fixed: ReadonlyMap<NodeId, BufferId>;
  /** Slices of stacked values that a node of a loop's body leaves at each turn. */
  readonly emits: ReadonlyMap<NodeId, readonly Slice[]>;
  /** Nodes that must be computed before: producers, and readers of what is overwritten. */
  readonly before: ReadonlyMap<NodeId, ReadonlySet<NodeId>>;
  /** True when `user` reads `input` only at its own position. */
  readonly readsHere: (user: NodeId, input: number) => boolean;
}

/** Where a turn's slice of a stacked value goes. */
export interface Slice {
  readonly buffer: BufferId;
  /** Of the stacked value, and which of its axes is the turn's. */
  readonly type: TensorType;
  readonly axis: number;
  readonly turn: string;
}
/** Where values come from and go to that outlive the graph. */
export interface Surroundings {
  readonly leaf: (node: Node) => BufferId;
  readonly output: (output: Output) => BufferId;
  /** Stacked values, in the body of a loop. */
  readonly slice: (output: Output) => Slice;
  /** What a scan gives: its carries, then its stacked values. */
  readonly scanned: (node: Node) => readonly BufferId[];
}

export function workOf(graph: Graph, around: Surroundings, capacities: DimSizes): Work {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const roots = new Map<NodeId, NodeId>();
  for (const node of graph.nodes) {
    const viewed = isView(node, nodes, capacities) ? roots.get(node.inputs[0]!) : undefined;
    roots.set(node.id, viewed ?? node.id);
  }
  const root = (id: NodeId): NodeId => roots.get(id)!;
  const isLeaf = (id: NodeId): boolean => nodes.get(id)!.leaf !== null;
  /** Its buffer is larger than it (see scatter.ts), so it is no output's. */
  const isTable = (id: NodeId): boolean => scatterOf(nodes.get(id)!.formula) !== null;
  /** In memory without a kernel of its own. */
  const isGiven = (id: NodeId): boolean => isLeaf(id) || nodes.get(id)!.op === 'scan_output';
  /** The node whose kernel, or loop, computes a value; null for leaves. */
  const producer = (id: NodeId): NodeId | null => {
    const at = root(id);
    if (isLeaf(at)) return null;
    return isGiven(at) ? nodes.get(at)!.inputs[0]! : at;
  };

  const fixed = new Map<NodeId, BufferId>();
  for (const node of graph.nodes) {
    if (node.leaf) fixed.set(node.id, around.leaf(node));
    if (node.op !== 'scan_output') continue;
    const scan = nodes.get(node.inputs[0]!)!;
    fixed.set(node.id, around.scanned(scan)[node.attrs['output'] as number]!);
  }

  let nextId = Math.max(-1, ...graph.nodes.map((node) => node.id)) + 1;
  const copies: NodeId[] = [];
  const addCopy = (of: NodeId, to: BufferId | null, label: string): NodeId => {
    const copy = copyOf(nodes.get(of)!, nextId++, label);
    nodes.set(copy.id, copy);
    roots.set(copy.id, copy.id);
    if (to !== null) fixed.set(copy.id, to);
    copies.push(copy.id);
    return copy.id;
  };

  const inPlace: { readonly node: NodeId; readonly buffer: BufferId; readonly name: string }[] = [];
  const claimed = new Set<NodeId>();
  const emits = new Map<NodeId, Slice[]>();
  for (const output of graph.outputs) {
    const at = root(output.node);
    if (output.kind === 'emit') {
      const plain = at === output.node && !isGiven(at) && !isTable(at);
      const from = plain ? at : addCopy(output.node, null, nodes.get(output.node)!.label ?? 'slice');
      emits.set(from, [...(emits.get(from) ?? []), around.slice(output)]);
      continue;
    }
    const buffer = around.output(output);
    if (isGiven(at) || isTable(at)) {
      if (fixed.get(at) !== buffer) addCopy(output.node, buffer, output.name);
      continue;
    }
    if (claimed.has(at)) {
      addCopy(output.node, buffer, output.name);
      continue;
    }
    claimed.add(at);
    if (output.kind === 'value') fixed.set(at, buffer);
    else inPlace.push({ node: at, buffer, name: output.name });
  }

  const readsHere = memoizeReads(nodes, capacities);
  const reached = liveNodes(nodes, [...graph.outputs.map((output) => output.node), ...copies], root);
  for (const node of graph.nodes) {
    if (!node.scan || !reached.has(node.id)) continue;
    const first = node.inputs.slice(node.scan.captures);
    const started = first.map((id, i) => addCopy(id, around.scanned(node)[i]!, 'start'));
    nodes.set(node.id, { ...node, inputs: [...node.inputs.slice(0, node.scan.captures), ...started] });
  }
  const live = new Set([...reached, ...copies]);
  const computed = [...graph.nodes.map((node) => node.id), ...copies].filter(
    (id) => live.has(id) && root(id) === id && !isGiven(id),
  );
  const before = new Map<NodeId, Set<NodeId>>(
    computed.map((id) => {
      const { inputs, after = [] } = nodes.get(id)!;
      return [id, new Set([...inputs, ...after].flatMap((other) => producer(other) ?? []))];
    }),
  );

  /** Readers of the leaf kept in a buffer. */
  const readersOf = new Map<BufferId, Set<NodeId>>();
  /** Nodes that must be computed after: `before`, seen from the other end. */
  const after = new Map<NodeId, Set<NodeId>>();
  for (const id of computed) {
    for (const input of nodes.get(id)!.inputs) {
      const at = root(input);
      if (isLeaf(at)) addTo(readersOf, fixed.get(at)!, id);
    }
    for (const other of before.get(id)!) addTo(after, other, id);
  }
  // Overwriting comes after every reader of the old value. Where that is impossible, because a reader
  // needs the new one too or the writer reads other elements, the new value is copied at the end.
  const overwrites = [
    ...inPlace,
    ...copies.flatMap((id) => {
      const buffer = fixed.get(id);
      return buffer === undefined ? [] : [{ node: id, buffer, name: nodes.get(id)!.label ?? '' }];
    }),
  ];
  for (const { node, buffer, name } of overwrites) {
    const readers = [...(readersOf.get(buffer) ?? [])].filter((reader) => reader !== node);
    const ownReads = nodes
      .get(node)!
      .inputs.every(
        (input, i) => fixed.get(root(input)) !== buffer || !isLeaf(root(input)) || readsHere(node, i),
      );
    const cyclic = leadsTo(node, new Set(readers), after);
    if (ownReads && !cyclic) {
      fixed.set(node, buffer);
      for (const reader of readers) {
        before.get(node)!.add(reader);
        addTo(after, reader, node);
      }
      continue;
    }
    fixed.delete(node);
    addCopy(node, buffer, name);
    const copy = copies.at(-1)!;
    computed.push(copy);
    before.set(copy, new Set([node, ...readers]));
    for (const other of before.get(copy)!) addTo(after, other, copy);
  }
  return { nodes, computed, root, fixed, emits, before, readsHere };
}

function addTo<K, V>(sets: Map<K, Set<V>>, key: K, value: V): void {
  const known = sets.get(key);
  if (known) known.add(value);
  else sets.set(key, new Set([value]));
}

/** Whether one of `to` needs `from`, directly or through others. What overwrites has few that need it. */
function leadsTo(
  from: NodeId,
  to: ReadonlySet<NodeId>,
  after: ReadonlyMap<NodeId, ReadonlySet<NodeId>>,
): boolean {
  const seen = new Set<NodeId>([from]);
  const queue = to.size === 0 ? [] : [from];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (to.has(id)) return true;
    for (const next of after.get(id) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push(next);
    }
  }
  return false;
}

function liveNodes(
  nodes: ReadonlyMap<NodeId, Node>,
  from: readonly NodeId[],
  root: (id: NodeId) => NodeId,
): ReadonlySet<NodeId> {
  const live = new Set<NodeId>();
  const queue = from.map(root);
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (live.has(id)) continue;
    live.add(id);
    queue.push(...nodes.get(id)!.inputs.map(root));
  }
  return live;
}

function copyOf(node: Node, id: NodeId, label: string): Node {
  const formula: Formula = {
    kind: 'load',
    input: 0,
    index: node.type.axes.map((_, i) => variable(outVar(i))),
    guarded: false,
  };
  return { ...node, id, op: 'copy', attrs: {}, inputs: [node.id], formula, leaf: null, label };
}

/** A reshape of contiguous memory: element for element the same, in the same order. */
function isView(node: Node, nodes: ReadonlyMap<NodeId, Node>, capacities: DimSizes): boolean {
  const { formula } = node;
  if (formula?.kind !== 'load' || formula.guarded) return false;
  const of = nodes.get(node.inputs[formula.input]!)!;
  if (node.inputs.length !== 1 || of.type.dtype !== node.type.dtype) return false;
  if (!sameDim(elements(of.type), elements(node.type))) return false;
  return isOwnPosition(node, formula, of, capacities);
}

function isOwnPosition(
  node: Node,
  load: Extract<Formula, { kind: 'load' }>,
  of: Node,
  capacities: DimSizes,
): boolean {
  if (load.guarded || load.index.some(isValueIndex)) return false;
  if (sameShape(of.type, node.type) && load.index.every(isOwnAxis)) return true;
  const space = spaceOf(node.type);
  const ranges = rangesOf(new Map(space.loops.map(({ name, extent }) => [name, extent])), capacities);
  const vars = axisVars(node.type);
  const index = (load.index as readonly Affine[]).map((part) => inLoops(part, vars, ranges));
  return sameAffine(canonical(simplifyAffine(flatten(of.type, index), ranges)), canonical(space.linear));
}

/** Terms sorted, so that equal sums compare equal. */
function canonical(a: Affine): Affine {
  const key = (term: Affine['terms'][number]): string => JSON.stringify(term.atom);
  return { offset: a.offset, terms: a.terms.toSorted((x, y) => (key(x) < key(y) ? -1 : 1)) };
}

function memoizeReads(nodes: ReadonlyMap<NodeId, Node>, capacities: DimSizes) {
  const known = new Map<string, boolean>();
  return (user: NodeId, input: number): boolean => {
    const key = `${user} ${input}`;
    let here = known.get(key);
    if (here === undefined) {
      const node = nodes.get(user)!;
      const of = nodes.get(node.inputs[input]!)!;
      const loads = node.formula === null ? [] : loadsOf(node.formula).filter((load) => load.input === input);
      here =
        node.formula !== null &&
        sameDim(elements(of.type), elements(node.type)) &&
        loads.every((load) => isOwnPosition(node, load, of, capacities));
      known.set(key, here);
    }
    return here;
  };
}
