import { type Dim, type DimSizes, isOpen, sizeOf } from '../ir/dim.ts';
import { visit } from '../ir/formula-walk.ts';
import { hostText } from '../ir/graph-print.ts';
import type { Graph, Leaf, Node, Output } from '../ir/graph.ts';
import type { BufferId } from '../ir/kernel.ts';
import type { Buffer, BufferRole, Precision } from '../ir/program.ts';
import { elements, type TensorType } from '../ir/tensor-type.ts';
import { roundUp } from './plan-buffers.ts';

/** Slots per 16 bytes: every buffer starts on a multiple, for vector loads. */
export function alignment(precision: Precision): number {
  return precision === 'f32' ? 4 : 2;
}
export function slotBytes(precision: Precision): number {
  return precision === 'f32' ? 4 : 8;
}

/** Buffers as they are handed out; offsets come later. */
export interface Arena {
  readonly buffers: Buffer[];
  readonly leaf: (node: Node) => BufferId;
  readonly output: (entry: string, output: Output, type: TensorType) => BufferId;
  readonly scratch: (name: string, type: TensorType) => BufferId;
  readonly rng: () => BufferId;
}

export function makeArena(capacities: DimSizes): Arena {
  const buffers: Buffer[] = [];
  const byKey = new Map<string, BufferId>();
  const make = (name: string, role: BufferRole, type: TensorType): BufferId => {
    const id = buffers.length;
    buffers.push({ id, name, role, type, offset: 0, size: sizeOf(elements(type), capacities) });
    return id;
  };
  const shared = (key: string, name: string, role: BufferRole, type: TensorType): BufferId => {
    const known = byKey.get(key);
    if (known !== undefined) return known;
    const id = make(name, role, type);
    byKey.set(key, id);
    return id;
  };
  return {
    buffers,
    leaf: (node) => {
      const { role, name } = leafName(node.leaf!);
      return shared(`${role} ${name}`, name, role, node.type);
    },
    output: (entry, { kind, name }, type) => {
      if (kind === 'carry' || kind === 'emit') throw new Error('an output of a loop has no place of its own');
      return kind === 'value'
        ? shared(`output ${entry} ${name}`, `${entry}.${name}`, 'output', type)
        : shared(`${kind} ${name}`, name, kind, type);
    },
    scratch: (name, type) => make(name, 'scratch', type),
    rng: () => shared('rng', 'rng', 'rng', { dtype: 'int', axes: [{ name: null, size: 4 }] }),
  };
}

/** The same leaf in two entries has the same name, so the same place. */
export function leafName(leaf: Leaf): { readonly role: BufferRole; readonly name: string } {
  if (leaf.kind === 'capture' || leaf.kind === 'carry')
    throw new Error('a leaf of a loop has no place of its own');
  if (leaf.kind === 'host') return { role: 'host', name: hostText(leaf.expr) };
  return { role: leaf.kind, name: leaf.name };
}

/** Gives every lasting buffer its own place, one after the other; returns the first free slot. */
export function placeLasting(buffers: Buffer[], precision: Precision): number {
  let next = 0;
  for (const [i, buffer] of buffers.entries()) {
    if (buffer.role === 'scratch') continue;
    buffers[i] = { ...buffer, offset: next };
    next = roundUp(next + buffer.size, alignment(precision));
  }
  return next;
}

/** Open dims a graph speaks of, sorted: the arguments of its entry. */
export function dimsOf(graph: Graph): readonly string[] {
  const names = new Set<string>();
  const see = (dim: Dim): void => {
    if (isOpen(dim)) for (const name of dim.of) names.add(name);
  };
  for (const { type, formula, scan } of graph.nodes) {
    for (const { size } of type.axes) see(size);
    if (scan) {
      see(scan.extent);
      for (const name of dimsOf(scan.body)) names.add(name);
    }
    if (!formula) continue;
    visit(formula, (part) => {
      if (part.kind === 'size') see(part.dim); // a mean over rows that were seen earlier
      if (part.kind === 'fold') for (const { extent } of part.vars) see(extent);
    });
  }
  return [...names].toSorted();
}
