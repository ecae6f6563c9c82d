import { outVar, sameAffine, variable, variablesOf, type Affine } from '../ir/affine.ts';
import { graphBuilder, type Value } from '../ir/builder.ts';
import { isValueIndex, visit } from '../ir/formula-walk.ts';
import type { Formula } from '../ir/formula.ts';
import type { Graph, Node, NodeId, Scan } from '../ir/graph.ts';
import { prune } from '../ir/prune.ts';
import { scalar, type TensorType } from '../ir/tensor-type.ts';
import { calculus } from '../ops/calculus.ts';

export interface Streamed {
  readonly graph: Graph;
  /** Outputs that are to be the totals of the same name at the next token. */
  readonly carries: readonly string[];
}

/** What is known of a node's value: which axis is time, and along which axes as long as it nothing changes. */
interface Known {
  /** null: none; `last`: it depends on all positions, as what a loop leaves does. */
  readonly time: number | 'last' | null;
  readonly constant: ReadonlySet<number>;
}
type Table = ReadonlyMap<NodeId, Known>;
const timeless: Known = { time: null, constant: new Set() };

/**
 * The graph of a window of a text as that of one token, its time axis of size 1. That holds the same numbers where
 * every value is computed position by position, and what comes before is known through loops over the positions
 * alone: each of their carries begins with what the call before left (a total), or, while the total `…/first` is 1,
 * as written. null: the model looks at other positions in another way, or counts them.
 */
export function streamed(graph: Graph, window: string, entry: string): Streamed | null {
  const ids = graph.nodes.find(({ leaf }) => leaf?.kind === 'data' && leaf.name === window);
  const length = ids?.type.axes[1]?.size;
  if (!ids || typeof length !== 'number') return null;
  const known = new Map<NodeId, Known>();
  const loops = new Map<NodeId, Scan>();
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const found =
      node === ids ? { time: 1, constant: new Set<number>() } : knownOf(node, known, loops, length);
    if (!found) return null;
    known.set(node.id, found);
    const short = shortened(node, found, known);
    if (!short) return null;
    if (short.scan && short.scan !== node.scan) loops.set(node.id, short.scan);
    nodes.push(short);
  }
  if (graph.outputs.some(({ node }) => known.get(node)!.time !== 1)) return null;
  return withCarries({ nodes, outputs: graph.outputs }, loops, entry);
}

function knownOf(node: Node, known: Table, loops: ReadonlyMap<NodeId, Scan>, length: number): Known | null {
  const inputs = node.inputs.map((id) => known.get(id)!);
  if (node.op === 'grad' || inputs.some(({ time }) => time === 'last')) return null;
  if (node.op === 'scan_output') return ofLoop(node, loops);
  if (!node.formula) return timeless; // leaves, loops
  const axes = node.type.axes.flatMap(({ size }, axis) => (size === length ? [axis] : []));
  const constant = new Set(axes.filter((axis) => isConstant(node.formula!, outVar(axis), inputs)));
  if (inputs.every(({ time }) => time === null)) return { time: null, constant };
  const time = axes.find((axis) => followsTime(node.formula!, outVar(axis), inputs));
  return time === undefined ? null : { time, constant };
}

function ofLoop(node: Node, loops: ReadonlyMap<NodeId, Scan>): Known {
  const loop = loops.get(node.inputs[0]!);
  if (!loop) return timeless;
  const output = node.attrs['output'] as number;
  return { ...timeless, time: output < loop.carries ? 'last' : loop.emits[output - loop.carries]!.axis };
}

/** The variable is nowhere but along axes where nothing changes. */
function isConstant(formula: Formula, name: string, inputs: readonly Known[]): boolean {
  return uses(formula, name).every((use) => use.kind === 'load' && inputs[use.input]!.constant.has(use.axis));
}

/** Every input that has time is read at this variable; nothing else depends on it. */
function followsTime(formula: Formula, name: string, inputs: readonly Known[]): boolean {
  const found = uses(formula, name);
  const isFine = (use: Use) =>
    use.kind === 'load' &&
    (inputs[use.input]!.time === use.axis ? use.plain : inputs[use.input]!.constant.has(use.axis));
  return found.every(isFine) && readsTimeAt(formula, inputs, (index) => sameAffine(index, variable(name)));
}

function readsTimeAt(
  formula: Formula,
  inputs: readonly Pick<Known, 'time'>[],
  isRight: (index: Affine) => boolean,
): boolean {
  let right = true;
  visit(formula, (part) => {
    if (part.kind !== 'load') return;
    const { time } = inputs[part.input]!;
    if (time === null) return;
    const index = part.index[time as number];
    right &&= index !== undefined && !isValueIndex(index) && isRight(index);
  });
  return right;
}

type Use =
  | { readonly kind: 'load'; readonly input: number; readonly axis: number; readonly plain: boolean }
  | { readonly kind: 'number' };
/** Where a variable stands in a formula: as a position in an input, or as a number. */
function uses(formula: Formula, name: string): readonly Use[] {
  const found: Use[] = [];
  visit(formula, (part) => {
    if (part.kind === 'load') {
      part.index.forEach((index, axis) => {
        if (isValueIndex(index) || !variablesOf(index).has(name)) return;
        found.push({ kind: 'load', input: part.input, axis, plain: sameAffine(index, variable(name)) });
      });
    } else if ((part.kind === 'coordinate' || part.kind === 'random') && variablesOf(part.index).has(name)) {
      found.push({ kind: 'number' });
    }
  });
  return found;
}

/** The node for one position. */
function shortened(node: Node, { time }: Known, known: Table): Node | null {
  if (typeof time === 'number') return { ...node, type: short(node.type, time) };
  const times = node.inputs.map((id) => known.get(id)!);
  return node.scan && times.some((each) => each.time !== null) ? oneTurn(node, node.scan, times) : node;
}
function short(type: TensorType, axis: number): TensorType {
  return { ...type, axes: type.axes.map((a, i) => (i === axis ? { ...a, size: 1 } : a)) };
}

/** A loop over the positions, in order, that reads at each turn that position alone. */
function oneTurn(node: Node, scan: Scan, inputs: readonly Known[]): Node | null {
  const captured = inputs.slice(0, scan.captures);
  if (scan.reverse || inputs.slice(scan.captures).some(({ time }) => time !== null)) return null;
  const body = atTurn(scan.body, captured, scan.turn);
  const isWhole = captured.every(
    ({ time }, i) => time === null || lengthOf(scan.body, i, time as number) === scan.extent,
  );
  if (!body || !isWhole) return null;
  const emits = scan.emits.map((emit) => ({ ...emit, type: short(emit.type, emit.axis) }));
  return { ...node, scan: { ...scan, extent: 1, body, emits } };
}
function lengthOf(body: Graph, capture: number, axis: number) {
  const leaf = body.nodes.find((node) => node.leaf?.kind === 'capture' && Number(node.leaf.name) === capture);
  return leaf?.type.axes[axis]?.size;
}

/** The body of a loop over positions, or of a loop inside it, with what is captured of one position. */
function atTurn(body: Graph, captured: readonly Known[], turn: string): Graph | null {
  const times = new Map<NodeId, Known>();
  const nodes: Node[] = [];
  for (const node of body.nodes) {
    const inputs = node.inputs.map((id) => times.get(id)!);
    const own = node.leaf?.kind === 'capture' ? captured[Number(node.leaf.name)]! : timeless;
    times.set(node.id, own);
    if (typeof own.time === 'number') nodes.push({ ...node, type: short(node.type, own.time) });
    else if (node.scan) {
      const { captures, body: inner } = node.scan;
      const nested = atTurn(inner, inputs.slice(0, captures), turn);
      if (!nested || inputs.slice(captures).some(({ time }) => time !== null)) return null;
      nodes.push({ ...node, scan: { ...node.scan, body: nested } });
    } else {
      const formula = node.formula;
      const isFine = (use: Use) => use.kind === 'load' && inputs[use.input]!.time === use.axis;
      const atIt = (index: Affine) => sameAffine(index, variable(turn));
      if (formula && !(uses(formula, turn).every(isFine) && readsTimeAt(formula, inputs, atIt))) return null;
      nodes.push(node);
    }
  }
  return body.outputs.some(({ node }) => times.get(node)!.time !== null) ? null : { ...body, nodes };
}

/** Lets every carry of these loops begin where the call before left it. */
function withCarries(graph: Graph, loops: ReadonlyMap<NodeId, Scan>, entry: string): Streamed | null {
  const count = [...loops.values()].reduce((sum, loop) => sum + loop.carries, 0);
  const free = largestId(graph) + 1;
  const builder = graphBuilder(free + count);
  const c = calculus(builder);
  const first = count > 0 ? builder.leaf({ kind: 'total', name: `${entry}/first` }, scalar) : null;
  const carries: { readonly name: string; readonly left: Value }[] = [];
  for (const node of graph.nodes) {
    const loop = loops.get(node.id);
    if (!loop) {
      builder.adopt(node);
      continue;
    }
    const initial = node.inputs.slice(loop.captures).map((id) => ({ id, type: builder.get(id).type }));
    if (initial.some(({ type }) => type.dtype !== 'float')) return null;
    const names = initial.map((_, i) => `${entry}/carry_${carries.length + i}`);
    const begun = initial.map((value, i) => {
      const before = builder.leaf({ kind: 'total', name: names[i]! }, value.type);
      return c.where(c.notEqual(first!, c.number(0)), value, before).id;
    });
    builder.adopt({ ...node, inputs: [...node.inputs.slice(0, loop.captures), ...begun] });
    initial.forEach(({ type }, i) => {
      const read = { op: 'scan_output', attrs: { output: i }, inputs: [node.id], formula: null, leaf: null };
      const { span, scope } = node;
      const id = free + carries.length;
      const left = builder.adopt({ id, ...read, type, span, scope, origin: null, label: null });
      carries.push({ name: names[i]!, left });
    });
  }
  for (const { kind, name, node } of graph.outputs)
    builder.output(kind, name, { id: node, type: builder.get(node).type });
  for (const { name, left } of carries) builder.output('value', name, left);
  return { graph: prune(builder.finish()), carries: carries.map(({ name }) => name) };
}

function largestId({ nodes }: Graph): NodeId {
  return nodes.reduce((most, { id, scan }) => Math.max(most, id, scan ? largestId(scan.body) : 0), 0);
}
