import { type DimSizes, sizeOf } from '../ir/dim.ts';
import type { Graph, Node, NodeId } from '../ir/graph.ts';
import { prune } from '../ir/prune.ts';
import { elements } from '../ir/tensor-type.ts';
import { highestId, nodeTable } from '../ir/walk.ts';
import { factsOf } from './formula-facts.ts';
import { behindCut, type Pipe } from './min-cut.ts';

/**
 * What the backward pass may compute again: what follows element by element, random draws among it; or sums too, of
 * products those that are larger than what they are made of: scores of attention, wide layers.
 */
export type Again = 'elements' | 'sums';

/**
 * Of the forward pass the fewest numbers are kept from which the backward pass can compute what it reads: the cheapest
 * cut between the two (as in Min-Cut Rematerialization, Chen et al. 2022). What lies behind the cut is computed again, by
 * the same operations, when the first derivative that reads it is due.
 */
export function recompute(whole: Graph, again: Again, capacities: DimSizes): Graph {
  const graph = prune(whole);
  const table = nodeTable(graph);
  const room = (id: NodeId): number => sizeOf(elements(table.get(id)!.type), capacities);
  const backward = backwardNodes(graph);
  const isAgain = (node: Node): boolean => !backward.has(node.id) && mayRepeat(node, again, room);
  const repeated = behindCheapestCut(graph, backward, isAgain, room);
  if (repeated.size === 0) return graph;

  const users = new Map<NodeId, NodeId[]>(graph.nodes.map(({ id }) => [id, []]));
  for (const { id, inputs } of graph.nodes) for (const input of inputs) users.get(input)!.push(id);
  const position = new Map(graph.nodes.map(({ id }, i) => [id, i]));
  /** The node of the backward pass before which a value is computed again: the first that reads it, or what is made of it. */
  const due = new Map<NodeId, NodeId>();
  const dueFor = (user: NodeId): NodeId | undefined => (backward.has(user) ? user : due.get(user));
  for (const { id } of graph.nodes.toReversed()) {
    if (!repeated.has(id)) continue;
    const readers = users.get(id)!.flatMap((user) => dueFor(user) ?? []);
    const [first] = readers.toSorted((a, b) => position.get(a)! - position.get(b)!);
    if (first !== undefined) due.set(id, first);
  }
  const dueAt = new Map<NodeId, Node[]>([...due.values()].map((reader) => [reader, []]));
  for (const node of graph.nodes) if (due.has(node.id)) dueAt.get(due.get(node.id)!)!.push(node);
  /** With these the forward pass has ended. */
  const ends = graph.nodes.flatMap(({ id, leaf }) => {
    const inner = backward.has(id) || due.has(id) || leaf !== null;
    return inner || users.get(id)!.some((user) => !backward.has(user)) ? [] : [id];
  });

  let next = highestId(graph) + 1;
  const twins = new Map([...due.keys()].map((id) => [id, next++]));
  const of = (id: NodeId): NodeId => twins.get(id) ?? id;
  /** All of it comes first: some copies wait for its end. */
  const forward = graph.nodes.filter(({ id }) => !backward.has(id));
  const derivatives = graph.nodes.filter(({ id }) => backward.has(id));
  const withCopies = derivatives.flatMap((node): Node[] => {
    const waits = node.inputs.filter((id) => backward.has(id));
    const made = (dueAt.get(node.id) ?? []).map((original) => ({
      ...original,
      id: of(original.id),
      inputs: original.inputs.map(of),
      after: waits.length > 0 ? waits : ends,
      origin: { forward: original.id, rule: 'computed again' },
    }));
    return [...made, { ...node, inputs: node.inputs.map(of) }];
  });
  return prune({ ...graph, nodes: [...forward, ...withCopies] });
}

/** Derivatives and all that follows from them: what reads the forward pass after it has ended. */
function backwardNodes({ nodes }: Graph): ReadonlySet<NodeId> {
  const backward = new Set<NodeId>();
  for (const { id, origin, inputs } of nodes)
    if (origin !== null || inputs.some((input) => backward.has(input))) backward.add(id);
  return backward;
}

function mayRepeat({ formula, inputs, id }: Node, again: Again, room: (id: NodeId) => number): boolean {
  if (formula === null) return false;
  const { folds, scatter, contraction } = factsOf(formula);
  if (folds === 0) return !scatter;
  if (again === 'elements' || scatter) return false;
  return !contraction || room(id) > inputs.reduce((sum, input) => sum + room(input), 0);
}

/** Every value is a pipe as wide as the room it takes; leaves have their place anyway. */
function behindCheapestCut(
  { nodes }: Graph,
  backward: ReadonlySet<NodeId>,
  isAgain: (node: Node) => boolean,
  room: (id: NodeId) => number,
): ReadonlySet<NodeId> {
  const number = new Map(nodes.map(({ id }, i) => [id, i]));
  const into = (id: NodeId): number => 2 * number.get(id)!;
  const outOf = (id: NodeId): number => into(id) + 1;
  const source = 2 * nodes.length;
  const sink = source + 1;
  const pipes: Pipe[] = [];
  for (const node of nodes) {
    const { id, leaf, inputs } = node;
    if (backward.has(id)) {
      for (const input of inputs)
        if (!backward.has(input)) pipes.push({ from: outOf(input), to: sink, capacity: Infinity });
      continue;
    }
    pipes.push({ from: into(id), to: outOf(id), capacity: leaf === null ? room(id) : 0 });
    if (!isAgain(node)) pipes.push({ from: source, to: into(id), capacity: Infinity });
    else for (const input of inputs) pipes.push({ from: outOf(input), to: into(id), capacity: Infinity });
  }
  const behind = behindCut(source + 2, pipes, source, sink);
  return new Set(nodes.flatMap((node) => (isAgain(node) && behind.has(into(node.id)) ? [node.id] : [])));
}
