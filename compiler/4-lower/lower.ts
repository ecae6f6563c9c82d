import { type DimSizes, sizeOf } from '../ir/dim.ts';
import { drawsNumbers } from '../ir/formula-walk.ts';
import { scanTypes } from '../ir/scan.ts';
import type { Graph, Node, NodeId } from '../ir/graph.ts';
import { scatterOf } from '../ir/scatter.ts';
import type { BufferId, Kernel } from '../ir/kernel.ts';
import type { Buffer, Entry, Precision, Program, Step } from '../ir/program.ts';
import { axis, elements, tensor } from '../ir/tensor-type.ts';
import { alignment, type Arena, dimsOf, makeArena, placeLasting, slotBytes } from './arena.ts';
import { statementsOf, type Store } from './body.ts';
import { collapse, renumber } from './collapse.ts';
import { withContraction } from './contraction.ts';
import { type FormulaContext, valueOf } from './formula-values.ts';
import { type Group, groupNodes } from './group.ts';
import { kernelName } from './names.ts';
import { planBuffers } from './plan-buffers.ts';
import { type Surroundings, workOf, type Work } from './places.ts';
import { scatterKernels, scatterType } from './scatter.ts';
import { schedule } from './schedule.ts';
import { scratchLifetimes } from './memory-map.ts';
import { sliceAddress, spaceOf } from './space.ts';
import { splitLoops } from './split.ts';
import { straightened } from './straight.ts';
import { type Value, valueTable } from './values.ts';

export interface LowerOptions {
  readonly precision: Precision;
  /** Capacity of every open dim. */
  readonly capacities: DimSizes;
  /** Tiny updates in straight lines too, which take some memory more; default true. */
  readonly straight?: boolean;
}

/**
 * Graphs → kernels and one arena. Parameters, states, data and host scalars have one place for all entries;
 * scratch shares space by lifetime within an entry, and between entries.
 */
export function lower(graphs: Readonly<Record<string, Graph>>, options: LowerOptions): Program {
  const { precision, capacities, straight: lines = true } = options;
  const arena = makeArena(capacities);
  const count = { kernels: 0 };
  const lowered = Object.entries(graphs).map(([name, graph]) =>
    lowerEntry(name, graph, arena, capacities, count),
  );

  const { buffers } = arena;
  const scratchFrom = placeLasting(buffers, precision);
  let end = scratchFrom;
  const entries: Record<string, Entry> = {};
  for (const entry of lowered) {
    const peak = placeScratch(entry.steps, buffers, scratchFrom, alignment(precision));
    end = Math.max(end, scratchFrom + peak);
    entries[entry.name] = { ...entry, scratchBytes: peak * slotBytes(precision) };
  }
  for (const entry of lines ? Object.values(entries) : []) {
    const scratch = (numbers: number): BufferId => {
      const buffer = arena.scratch('straight', tensor([axis(numbers)]));
      buffers[buffer] = { ...buffers[buffer]!, offset: end };
      end += Math.ceil(numbers / alignment(precision)) * alignment(precision);
      return buffer;
    };
    const straight = straightened(entry, buffers, capacities, scratch);
    if (straight) entries[entry.name] = { ...entry, straight };
  }
  return { precision, capacities, buffers, entries, arenaBytes: end * slotBytes(precision) };
}

function placeScratch(steps: readonly Step[], buffers: Buffer[], from: number, align: number): number {
  const lifetimes = scratchLifetimes(steps, buffers);
  const { offsets, peak } = planBuffers(
    lifetimes.map((life) => ({ ...life, size: buffers[life.buffer]!.size })),
    align,
  );
  lifetimes.forEach(({ buffer }, i) => {
    buffers[buffer] = { ...buffers[buffer]!, offset: from + offsets[i]! };
  });
  return peak;
}

function lowerEntry(
  name: string,
  graph: Graph,
  arena: Arena,
  capacities: DimSizes,
  count: { kernels: number },
): Omit<Entry, 'scratchBytes'> {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const outputs: Record<string, BufferId> = {};
  const hosts: Entry['hosts'][number][] = [];
  const steps = stepsOf(
    graph,
    { arena, capacities, count },
    {
      leaf: (node) => {
        const buffer = arena.leaf(node);
        if (node.leaf?.kind === 'host' && !hosts.some((host) => host.buffer === buffer))
          hosts.push({ buffer, expr: node.leaf.expr });
        return buffer;
      },
      output: (output) => {
        const buffer = arena.output(name, output, byId.get(output.node)!.type);
        if (output.kind === 'value') outputs[output.name] = buffer;
        return buffer;
      },
      slice: () => {
        throw new Error('only a loop stacks');
      },
    },
  );
  return { name, steps, hosts, dims: dimsOf(graph), outputs };
}

interface Lowering {
  readonly arena: Arena;
  readonly capacities: DimSizes;
  readonly count: { kernels: number };
}

/** Kernels of a graph, and loops where it has scans. */
function stepsOf(graph: Graph, lowering: Lowering, around: Omit<Surroundings, 'scanned'>): readonly Step[] {
  const { arena, capacities } = lowering;
  const results = new Map<NodeId, readonly BufferId[]>();
  const scanned = ({ id, scan }: Node): readonly BufferId[] => {
    const known = results.get(id);
    if (known) return known;
    const made = scanTypes(scan!).map((type, i) =>
      arena.scratch(i < scan!.carries ? `%${id}.carry${i}` : `%${id}.stack${i - scan!.carries}`, type),
    );
    results.set(id, made);
    return made;
  };
  const work = workOf(graph, { ...around, scanned }, capacities);
  const groups = orderGroups(groupNodes(work), work, capacities);
  const storage = allocate(groups, work, arena);
  if (graph.nodes.some(({ formula }) => formula && drawsNumbers(formula))) arena.rng();
  return groups.flatMap((group): readonly Step[] => {
    const node = work.nodes.get(group[0]!)!;
    if (!node.scan)
      return kernelsOf(group, work, storage, lowering).map((kernel) => ({ kind: 'kernel', kernel }));
    const { turn, extent, reverse, body, carries, emits } = node.scan;
    const buffers = scanned(node);
    const steps = stepsOf(body, lowering, {
      leaf: ({ leaf }) => {
        if (leaf?.kind === 'carry') return buffers[Number(leaf.name)]!;
        if (leaf?.kind !== 'capture') throw new Error('a loop reads captures and carries');
        return storage.get(work.root(node.inputs[Number(leaf.name)]!))!;
      },
      output: ({ name }) => buffers[Number(name)]!,
      slice: ({ name }) => ({ ...emits[Number(name)]!, turn, buffer: buffers[carries + Number(name)]! }),
    });
    return [{ kind: 'loop', turn, extent, reverse, steps }];
  });
}

function orderGroups(groups: readonly Group[], work: Work, capacities: DimSizes): readonly Group[] {
  const isScratch = (id: NodeId): boolean => !work.fixed.has(id);
  const reads = (group: Group): ReadonlySet<NodeId> =>
    new Set(
      group
        .flatMap((id) => work.nodes.get(id)!.inputs.map(work.root))
        .filter((id) => isScratch(id) && !group.includes(id)),
    );
  const readOutside = new Set(groups.flatMap((group) => [...reads(group)]));
  const slots = (id: NodeId): number =>
    readOutside.has(id) ? sizeOf(elements(work.nodes.get(id)!.type), capacities) : 0;
  return schedule(groups, work.before, slots, reads);
}

/** A buffer for every value that is read by another kernel; outputs and leaves have theirs. */
function allocate(groups: readonly Group[], work: Work, arena: Arena): ReadonlyMap<NodeId, BufferId> {
  const storage = new Map(work.fixed);
  const groupOf = new Map(groups.flatMap((group) => group.map((id) => [id, group] as const)));
  for (const group of groups) {
    for (const id of group) {
      for (const input of work.nodes.get(id)!.inputs) {
        const root = work.root(input);
        if (storage.has(root) || groupOf.get(root) === group) continue;
        const node = work.nodes.get(root)!;
        const type = scatterOf(node.formula) ? scatterType(node.type) : node.type;
        storage.set(root, arena.scratch(node.label ?? `%${root}`, type));
      }
    }
  }
  return storage;
}

/** The kernel of a group; a scatter takes two. */
function kernelsOf(
  group: Group,
  work: Work,
  storage: ReadonlyMap<NodeId, BufferId>,
  lowering: Lowering,
): readonly Kernel[] {
  const node = work.nodes.get(group[0]!)!;
  if (!scatterOf(node.formula)) return [kernelOf(group, work, storage, lowering)];
  const { capacities, count } = lowering;
  const context: FormulaContext = {
    table: valueTable(),
    capacities,
    source: (user, input) => {
      const of = user.inputs[input]!;
      return { type: work.nodes.get(of)!.type, here: null, buffer: storage.get(work.root(of))! };
    },
  };
  return scatterKernels(node, storage.get(node.id)!, context).map(({ loops, body }) =>
    withContraction({ name: kernelName(count.kernels++, [node]), nodes: group, loops, body }),
  );
}

function kernelOf(
  group: Group,
  work: Work,
  storage: ReadonlyMap<NodeId, BufferId>,
  { capacities, count }: Lowering,
): Kernel {
  const nodes = group.map((id) => work.nodes.get(id)!);
  const space = spaceOf(nodes[0]!.type);
  const table = valueTable();
  const here = new Map<NodeId, Value>();
  const stores: Store[] = [];
  for (const node of nodes) {
    const value = valueOf(node, {
      table,
      capacities,
      source: (user, input) => {
        const of = user.inputs[input]!;
        const root = work.root(of);
        return {
          type: work.nodes.get(of)!.type,
          here: here.get(root) ?? null,
          buffer: storage.get(root) ?? -1,
        };
      },
    });
    here.set(node.id, value);
    const buffer = storage.get(node.id);
    if (buffer !== undefined) stores.push({ buffer, address: space.linear, value });
    for (const slice of work.emits.get(node.id) ?? [])
      stores.push({ buffer: slice.buffer, address: sliceAddress(node.type, slice), value });
  }
  const nest = splitLoops({ loops: space.loops, body: statementsOf(stores) }, capacities);
  const collapsed = collapse(nest.loops, nest.body);
  const { loops, body } = renumber(collapsed.loops, collapsed.body);
  return withContraction({ name: kernelName(count.kernels++, nodes), nodes: group, loops, body });
}
