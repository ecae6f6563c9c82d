import { coupledRows } from '../../dsl/messages/training.ts';
import { notYet } from '../../dsl/messages/types.ts';
import { diagnose, type Diagnostic } from '../../dsl/diagnostic.ts';
import { graphBuilder, type GraphBuilder } from '../ir/builder.ts';
import type { Dim } from '../ir/dim.ts';
import type { Graph, Node, NodeId, Output, Scan } from '../ir/graph.ts';
import { scalar, type TensorType } from '../ir/tensor-type.ts';
import { ancestorsOf } from '../ir/walk.ts';
import { calculus } from '../ops/calculus.ts';
import type { Value } from '../ops/op.ts';
import type { Sweep, SweepStage } from '../plan.ts';
import { couplesRows } from './rows.ts';

/** A batch dim: the data set it belongs to, and whether its batch is always the whole split (`batch B = all`). */
export interface BatchDim {
  readonly use: string;
  readonly whole: boolean;
}
type BatchDims = ReadonlyMap<string, BatchDim>;

/**
 * Cuts a graph at its folds over the batch, so that quantities are those of a whole split and not means
 * of batches: each fold is accumulated by the host over all batches, and what follows is evaluated once.
 * A fold that depends on an earlier fold (a variance on its mean) waits for the next stage, another pass.
 * What couples rows of a batch has a value on a split only where the split is one batch.
 */
export function sweepOf(
  graph: Graph,
  prefix: string,
  batchDims: BatchDims,
): { graphs: Record<string, Graph>; sweep: Sweep } | { diagnostics: Diagnostic[] } {
  const nodes = new Map(graph.nodes.map((n) => [n.id, n]));
  const dims = new Map<NodeId, ReadonlySet<string>>();
  const level = new Map<NodeId, number>();
  const cuts: Node[] = [];
  let whole = false as boolean;
  const diagnostics: Diagnostic[] = [];
  const typeOf = (id: NodeId) => nodes.get(id)!.type;

  for (const node of graph.nodes) {
    const own = openDims(node.type, batchDims);
    if (node.scan) {
      const mixed = mixesRows(node.scan, batchDims);
      const refused =
        mixed && refuseCoupled({ ...mixed, span: mixed.span ?? node.span }, [...batchDims.keys()]);
      if (refused) diagnostics.push(refused);
      dims.set(node.id, own);
      level.set(node.id, Math.max(0, ...node.inputs.map((i) => level.get(i)!)));
      continue;
    }
    const refused = refuseCoupled(node, couplingDims(node, typeOf, batchDims));
    if (refused) {
      diagnostics.push(refused);
      break; // what follows from it couples rows as well
    }
    const inherited = new Set(node.inputs.flatMap((i) => [...dims.get(i)!]));
    const depth = Math.max(0, ...node.inputs.map((i) => level.get(i)!));
    const lost = [...inherited].filter((d) => !own.has(d));
    dims.set(node.id, own);
    level.set(node.id, depth);
    if (lost.length === 0) continue;
    const f = node.formula;
    const partial = own.size > 0 || lost.length > 1;
    const folds = node.op === 'collect' || (f?.kind === 'fold' && ['sum', 'max', 'min'].includes(f.fn));
    if (partial || !folds) {
      diagnostics.push(
        diagnose(notYet, node.span, [`\`${node.op}\` over the batch in a quantity of a whole split`], {
          ...(node.op.startsWith('arg') && { help: `name the axis: \`${node.op}[K](…)\`` }),
        }),
      );
      continue;
    }
    cuts.push(node);
    level.set(node.id, depth + 1);
  }
  if (diagnostics.length > 0) return { diagnostics };

  const needed = ancestorsOf(
    graph,
    graph.outputs.map((o) => o.node),
  );
  const wanted = cuts.filter((f) => needed.has(f.id));
  const stageKey = (f: Node) => `${level.get(f.id)! - 1}/${batchDims.get(batchDimOf(f, dims))!.use}`;
  const keys = [...new Set(wanted.map(stageKey))].toSorted((a, b) => parseInt(a, 10) - parseInt(b, 10));
  const graphs: Record<string, Graph> = {};
  const stages: SweepStage[] = [];
  for (const [i, key] of keys.entries()) {
    const mine = wanted.filter((f) => stageKey(f) === key);
    const entry = `${prefix}_${i}`;
    const outputs = mine.map((f): Output => ({
      kind: 'value',
      name: totalName(prefix, f),
      node: f.op === 'collect' ? f.inputs[0]! : f.id,
    }));
    graphs[entry] = extract(
      outputs,
      nodes,
      new Set(wanted.filter((f) => !mine.includes(f)).map((f) => f.id)),
      prefix,
    );
    stages.push({
      entry,
      dataset: key.slice(key.indexOf('/') + 1),
      ...(whole && { whole }),
      totals: mine.map((f) => ({
        name: totalName(prefix, f),
        fn: f.op === 'collect' ? 'collect' : f.formula?.kind === 'fold' ? (f.formula.fn as 'sum') : 'sum',
      })),
    });
  }
  const finish = `${prefix}_finish`;
  graphs[finish] = extract(graph.outputs, nodes, new Set(wanted.map((f) => f.id)), prefix);
  return { graphs, sweep: { stages, finish } };

  /** Coupled rows have a value where each batch is a whole split. */
  function refuseCoupled({ span, label, op }: Node, by: readonly string[]): Diagnostic | null {
    if (by.length === 0) return null;
    whole = by.every((dim) => batchDims.get(dim)!.whole);
    if (whole) return null;
    return diagnose(coupledRows, span, [label ?? op], {
      help: 'in a `metric`, write `collect(x)` for an x of all rows of the split',
    });
  }
  function batchDimOf(fold: Node, known: ReadonlyMap<NodeId, ReadonlySet<string>>): string {
    return fold.inputs.flatMap((i) => [...known.get(i)!])[0]!;
  }
}

/** The number of rows of a split, as an open dim: that of what `collect` gives. */
export function rowsDim(batchDim: string): string {
  return batchDim + rowsMark;
}
const rowsMark = '$rows';
/** `[B, 4]` of a batch is `[B$rows, 4]` of the split. */
export function collectedSize(size: Dim, isBatch: (dim: string) => boolean): Dim {
  if (typeof size === 'number') return size;
  return { ...size, of: size.of.map((dim) => (isBatch(dim) ? rowsDim(dim) : dim)) };
}
/** Whether some quantity needs the values of all rows of a data set. */
export function collects(graphs: Readonly<Record<string, Graph>>, batchDim: string): boolean {
  const dim = rowsDim(batchDim);
  const has = (size: Dim) => typeof size !== 'number' && size.of.includes(dim);
  return Object.values(graphs).some(({ nodes }) =>
    nodes.some(({ type }) => type.axes.some((a) => has(a.size))),
  );
}

function couplingDims(node: Node, typeOf: (id: NodeId) => TensorType, batchDims: BatchDims): string[] {
  return [...batchDims.keys()].filter((dim) => couplesRows(node, typeOf, dim));
}

/** A node of a loop's body that depends on how many rows there are; null when rows are computed each by itself. */
function mixesRows({ body }: Scan, batchDims: BatchDims): Node | null {
  const dims = new Map(body.nodes.map((node) => [node.id, openDims(node.type, batchDims)]));
  const types = new Map(body.nodes.map(({ id, type }) => [id, type]));
  for (const node of body.nodes) {
    const inner = node.scan && mixesRows(node.scan, batchDims);
    if (inner) return inner;
    const own = dims.get(node.id)!;
    const lost = node.inputs.some((input) => [...dims.get(input)!].some((dim) => !own.has(dim)));
    const counts = node.formula?.kind === 'size' && typeof node.formula.dim !== 'number';
    if (counts || (lost && !node.scan) || couplingDims(node, (id) => types.get(id)!, batchDims).length > 0)
      return node;
  }
  return null;
}

function totalName(prefix: string, fold: Node): string {
  return `${prefix}/${fold.id}`;
}
function openDims(type: TensorType, batchDims: BatchDims): Set<string> {
  const of = (d: Dim) => (typeof d === 'number' ? [] : d.of);
  return new Set(type.axes.flatMap((a) => of(a.size)).filter((d) => batchDims.has(d)));
}
/** The part of a graph that gives `outputs`, with `totals` read from outside. */
function extract(
  outputs: readonly Output[],
  nodes: ReadonlyMap<NodeId, Node>,
  totals: ReadonlySet<NodeId>,
  prefix: string,
): Graph {
  const builder = graphBuilder();
  const made = new Map<NodeId, Value>();
  const rows = new Map<string, Value>();
  /** Inputs first. By a list of our own: a chain of nodes may be longer than the stack is deep. */
  const visit = (root: NodeId): Value => {
    const open = made.has(root) ? [] : [root];
    while (open.length > 0) {
      const node = nodes.get(open.at(-1)!)!;
      const missing = isCut(node) ? undefined : node.inputs.find((input) => !made.has(input));
      if (missing !== undefined) open.push(missing);
      else made.set(open.pop()!, copy(node));
    }
    return made.get(root)!;
  };
  const isCut = (node: Node) => totals.has(node.id) || node.formula?.kind === 'size';
  const copy = (node: Node): Value => {
    const meta = { span: node.span, label: node.label, scope: node.scope, origin: node.origin };
    if (totals.has(node.id))
      return builder.leaf({ kind: 'total', name: totalName(prefix, node) }, node.type, meta);
    if (node.leaf) return builder.leaf(node.leaf, node.type, meta);
    if (node.formula?.kind === 'size' && typeof node.formula.dim !== 'number') {
      return splitSize(builder, node.formula.dim, rows);
    }
    return builder.copy(
      node,
      node.inputs.map((input) => made.get(input)!),
    );
  };
  for (const o of outputs) builder.output(o.kind, o.name, visit(o.node));
  return builder.finish();
}

/** The batch of a whole split is the split: `size(B)` is its number of rows, which the host sets. */
function splitSize(builder: GraphBuilder, dim: Exclude<Dim, number>, rows: Map<string, Value>): Value {
  const c = calculus(builder);
  let product: Value | null = dim.coef === 1 ? null : c.number(dim.coef);
  for (const of of dim.of) {
    const name = of.replace(rowsMark, ''); // collected or not, they are the split's
    const leaf = rows.get(name) ?? builder.leaf({ kind: 'total', name: `rows:${name}` }, scalar);
    rows.set(name, leaf);
    product = product ? c.mul(product, leaf) : leaf;
  }
  return product!;
}
