import { type Affine, outVar, sameAffine, simplifyAffine, variable } from '../ir/affine.ts';
import { type DimSizes, sameDim } from '../ir/dim.ts';
import type { Formula } from '../ir/formula.ts';
import { isValueIndex, loadsOf } from '../ir/formula-walk.ts';
import type { Graph, Node, NodeId, Output } from '../ir/graph.ts';
import type { BufferId } from '../ir/kernel.ts';
import { elements } from '../ir/tensor-type.ts';
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
  /** Nodes that must be computed before: producers, and readers of what is overwritten. */
  readonly before: ReadonlyMap<NodeId, ReadonlySet<NodeId>>;
  /** True when `user` reads `input` only at its own position. */
  readonly readsHere: (user: NodeId, input: number) => boolean;
}

export function workOf(
  graph: Graph,
  leafBuffer: (node: Node) => BufferId,
  outputBuffer: (output: Output) => BufferId,
  capacities: DimSizes,
): Work {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const roots = new Map<NodeId, NodeId>();
  for (const node of graph.nodes) {
    const viewed = isView(node, nodes, capacities) ? roots.get(node.inputs[0]!) : undefined;
    roots.set(node.id, viewed ?? node.id);
  }
  const root = (id: NodeId): NodeId => roots.get(id)!;
  const isLeaf = (id: NodeId): boolean => nodes.get(id)!.leaf !== null;

  const fixed = new Map<NodeId, BufferId>();
  for (const node of graph.nodes) if (node.leaf) fixed.set(node.id, leafBuffer(node));

  let nextId = Math.max(-1, ...graph.nodes.map((node) => node.id)) + 1;
  const copies: NodeId[] = [];
  const addCopy = (of: NodeId, to: BufferId, label: string): void => {
    const copy = copyOf(nodes.get(of)!, nextId++, label);
    nodes.set(copy.id, copy);
    roots.set(copy.id, copy.id);
    fixed.set(copy.id, to);
    copies.push(copy.id);
  };

  const inPlace: { readonly node: NodeId; readonly buffer: BufferId; readonly name: string }[] = [];
  const claimed = new Set<NodeId>();
  for (const output of graph.outputs) {
    const buffer = outputBuffer(output);
    const at = root(output.node);
    if (isLeaf(at)) {
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
  const live = liveNodes(nodes, [...graph.outputs.map((output) => output.node), ...copies], root);
  const computed = [...graph.nodes.map((node) => node.id), ...copies].filter(
    (id) => live.has(id) && root(id) === id && !isLeaf(id),
  );
  const before = new Map<NodeId, Set<NodeId>>(
    computed.map((id) => {
      const inputs = nodes.get(id)!.inputs.map(root);
      return [id, new Set(inputs.filter((input) => !isLeaf(input)))];
    }),
  );

  /** Readers of the leaf kept in this buffer. */
  const readersOf = (buffer: BufferId): readonly NodeId[] =>
    computed.filter((id) =>
      nodes.get(id)!.inputs.some((input) => isLeaf(root(input)) && fixed.get(root(input)) === buffer),
    );
  // Overwriting comes after every reader of the old value. Where that is impossible, because a reader
  // needs the new one too or the writer reads other elements, the new value is copied at the end.
  const overwrites = [
    ...inPlace,
    ...copies.map((id) => ({ node: id, buffer: fixed.get(id)!, name: nodes.get(id)!.label ?? '' })),
  ];
  for (const { node, buffer, name } of overwrites) {
    const readers = readersOf(buffer).filter((reader) => reader !== node);
    const ownReads = nodes
      .get(node)!
      .inputs.every(
        (input, i) => fixed.get(root(input)) !== buffer || !isLeaf(root(input)) || readsHere(node, i),
      );
    const cyclic = readers.some((reader) => dependsOn(reader, node, before));
    if (ownReads && !cyclic) {
      fixed.set(node, buffer);
      for (const reader of readers) before.get(node)!.add(reader);
      continue;
    }
    fixed.delete(node);
    addCopy(node, buffer, name);
    const copy = copies.at(-1)!;
    computed.push(copy);
    before.set(copy, new Set([node, ...readers]));
  }
  return { nodes, computed, root, fixed, before, readsHere };
}

/** `from` needs `on`, directly or through others. */
function dependsOn(from: NodeId, on: NodeId, before: ReadonlyMap<NodeId, ReadonlySet<NodeId>>): boolean {
  const seen = new Set<NodeId>([from]);
  const queue = [from];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (id === on) return true;
    for (const next of before.get(id) ?? []) {
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
      const loads = loadsOf(node.formula!).filter((load) => load.input === input);
      here =
        sameDim(elements(of.type), elements(node.type)) &&
        loads.every((load) => isOwnPosition(node, load, of, capacities));
      known.set(key, here);
    }
    return here;
  };
}
