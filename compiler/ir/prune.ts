import type { Graph, Node, NodeId, Output, Scan } from './graph.ts';
import { ancestorsOf } from './walk.ts';

/** Without what no output needs: nodes, and of scans the carries, stacks and captures. The same graph when all is needed. */
export function prune(graph: Graph): Graph {
  const live = new Set(graph.outputs.map(({ node }) => node));
  /** Outputs of scans that are read, by number. */
  const read = new Map<NodeId, Set<number>>();
  const scans = new Map<NodeId, Kept>();
  const kept: Node[] = [];
  let some = false;
  for (const node of graph.nodes.toReversed()) {
    if (!live.has(node.id)) {
      some = true;
      continue;
    }
    let own = node;
    if (node.op === 'scan_output') {
      const [scan] = node.inputs as [NodeId];
      read.set(scan, (read.get(scan) ?? new Set()).add(node.attrs['output'] as number));
    } else if (node.scan) {
      const used = pruneScan(node, node.scan, read.get(node.id) ?? new Set());
      scans.set(node.id, used);
      own = used.node;
      some ||= own !== node;
    }
    for (const id of own.inputs) live.add(id);
    kept.push(own);
  }
  if (!some) return graph;
  const nodes = kept.toReversed().map((node) => {
    const place = node.op === 'scan_output' ? scans.get(node.inputs[0]!)!.outputs : null;
    return place ? { ...node, attrs: { output: place.get(node.attrs['output'] as number)! } } : node;
  });
  return { ...graph, nodes };
}

interface Kept {
  readonly node: Node;
  /** New numbers of its outputs. */
  readonly outputs: ReadonlyMap<number, number>;
}

function pruneScan(node: Node, scan: Scan, read: ReadonlySet<number>): Kept {
  const { body, carries, captures } = scan;
  const next = body.outputs.filter(({ kind }) => kind === 'carry');
  const slices = body.outputs.filter(({ kind }) => kind === 'emit');
  const emits = slices.flatMap((_, e) => (read.has(carries + e) ? [e] : []));
  const wanted = new Set([...read].filter((output) => output < carries));
  const leaves = new Map(body.nodes.map(({ id, leaf }) => [id, leaf]));
  for (let some = true; some;) {
    some = false;
    const roots = [...[...wanted].map((i) => next[i]!.node), ...emits.map((e) => slices[e]!.node)];
    for (const id of ancestorsOf(body, roots)) {
      const leaf = leaves.get(id);
      if (leaf?.kind !== 'carry' || wanted.has(Number(leaf.name))) continue;
      wanted.add(Number(leaf.name));
      some = true;
    }
  }
  const carried = [...wanted].toSorted((a, b) => a - b);
  const outputs: Output[] = [
    ...carried.map((i, at) => ({ ...next[i]!, name: String(at) })),
    ...emits.map((e, at) => ({ ...slices[e]!, name: String(at) })),
  ];
  const inside = prune({ nodes: body.nodes, outputs });
  const captured = inside.nodes.flatMap(({ leaf }) => (leaf?.kind === 'capture' ? [Number(leaf.name)] : [])).toSorted((a, b) => a - b); // prettier-ignore
  const numbers = new Map([
    ...carried.map((i, at) => [i, at] as const),
    ...emits.map((e, at) => [carries + e, carried.length + at] as const),
  ]);
  const whole = carried.length === carries && emits.length === slices.length && captured.length === captures;
  if (whole && inside.nodes === body.nodes) return { node, outputs: numbers };
  const renumbered = inside.nodes.map((each) => {
    const { leaf } = each;
    if (leaf?.kind !== 'capture' && leaf?.kind !== 'carry') return each;
    const at = (leaf.kind === 'capture' ? captured : carried).indexOf(Number(leaf.name));
    return { ...each, leaf: { ...leaf, name: String(at) } };
  });
  const inputs = [...captured.map((k) => node.inputs[k]!), ...carried.map((i) => node.inputs[captures + i]!)];
  const smaller: Scan = {
    ...scan,
    captures: captured.length,
    carries: carried.length,
    emits: emits.map((e) => scan.emits[e]!),
    body: { nodes: renumbered, outputs },
  };
  return { node: { ...node, inputs, scan: smaller }, outputs: numbers };
}
