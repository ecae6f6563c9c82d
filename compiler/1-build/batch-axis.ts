import { type Affine, outVar } from '../ir/affine.ts';
import type { GraphBuilder, Scanned } from '../ir/builder.ts';
import { type Dim, timesDim } from '../ir/dim.ts';
import { drawsNumbers } from '../ir/formula-walk.ts';
import type { Formula, LoadIndex } from '../ir/formula.ts';
import type { Graph, Node, NodeId, Output, Scan } from '../ir/graph.ts';
import { elements, type Axis, type TensorType } from '../ir/tensor-type.ts';
import { calculus } from '../ops/calculus.ts';
import type { Turns } from '../ops/linear-index.ts';
import type { Value } from '../ops/op.ts';

/**
 * Carries a graph written for one sample over to a whole batch: every value that depends on the sample
 * gets the batch as its first axis. Formulas say what one element is, so this is a renaming of indices.
 * Attributes stay as they were for one sample, which rules of derivatives would misread: `perSample` says so,
 * and cuts gradients. What a field holds is data.
 */
export function overBatch(
  sample: Graph,
  into: GraphBuilder,
  batch: Axis,
  leafOf: (name: string, type: TensorType, kind: 'data' | 'fitted') => Value,
): Map<NodeId, Value> {
  const out = new Map<NodeId, Value>();
  const leaves = new Map<NodeId, Value>();
  const batched = new Set<NodeId>();
  for (const { id, leaf, type } of sample.nodes) {
    if (!leaf) continue;
    if (leaf.kind !== 'data' && leaf.kind !== 'fitted')
      throw new Error(`a data field cannot read a ${leaf.kind}`);
    if (leaf.kind === 'data') batched.add(id);
    const own = leaf.kind === 'data' ? widened(type, batch) : type;
    leaves.set(id, leafOf(leaf.name, own, leaf.kind));
  }
  lift(sample, { into, batch, batched: batchedIn(sample, batched), leaves, out });
  return out;
}

interface Lifting {
  readonly into: GraphBuilder;
  readonly batch: Axis;
  /** What depends on the sample. */
  readonly batched: ReadonlySet<NodeId>;
  readonly leaves: ReadonlyMap<NodeId, Value>;
  readonly out: Map<NodeId, Value>;
}

function lift(graph: Graph, lifting: Lifting): void {
  const { into, batch, batched, leaves, out } = lifting;
  const loops = new Map<NodeId, Scanned>();
  for (const node of graph.nodes) {
    const { id, op, attrs, inputs, scan, formula } = node;
    const meta = { span: node.span, label: node.label, scope: node.scope };
    if (node.leaf) out.set(id, leaves.get(id)!);
    else if (scan) loops.set(id, liftLoop(node, scan, lifting));
    else if (op === 'scan_output') {
      const { carries, stacks } = loops.get(inputs[0]!)!;
      out.set(id, [...carries, ...stacks][attrs['output'] as number]!);
    } else {
      const lifted = batched.has(id);
      out.set(
        id,
        into.node(
          op,
          lifted ? { ...attrs, perSample: true } : attrs,
          inputs.map((input) => out.get(input)!),
          lifted ? widened(node.type, batch) : node.type,
          lifted ? shift(formula!, { batched: inputs.map((input) => batched.has(input)), rank: node.type.axes.length, draws: drawsOf(node) }) : formula!,
          meta,
        ),
      ); // prettier-ignore
    }
  }
}

/** A loop whose carries and stacks have the batch where their turns depend on the sample. */
function liftLoop(node: Node, scan: Scan, lifting: Lifting): Scanned {
  const { into, batch, out } = lifting;
  const { body, captures, emits } = scan;
  const { inside, carries } = settled(scan, node.inputs.map((id) => lifting.batched.has(id))); // prettier-ignore
  const spread = (value: Value): Value =>
    calculus(into).broadcast(value, { axes: value.type.axes.map((_, i) => i + 1), to: [batch, ...value.type.axes] }); // prettier-ignore
  const first = node.inputs.slice(captures).map((id, i) => {
    const value = out.get(id)!;
    return carries[i] && !lifting.batched.has(id) ? spread(value) : value;
  });
  const { extent, reverse } = scan;
  return into.scan({ extent, reverse, initial: first }, (turn, values) => {
    if (turn !== scan.turn) throw new Error('a field is built at the outermost level');
    const leaves = new Map(
      body.nodes.flatMap(({ id, leaf }) => {
        if (!leaf || !('name' in leaf)) return [];
        const at = Number(leaf.name);
        return [[id, leaf.kind === 'carry' ? values[at]! : out.get(node.inputs[at]!)!] as const];
      }),
    );
    const made = new Map<NodeId, Value>();
    lift(body, { ...lifting, batched: inside, leaves, out: made });
    const given = (kind: Output['kind']) => body.outputs.filter((output) => output.kind === kind);
    return {
      next: given('carry').map(({ node: id }, i) => {
        const value = made.get(id)!;
        return carries[i] && !inside.has(id) ? spread(value) : value;
      }),
      emits: given('emit').map(({ node: id }, i) => {
        const { axis, type } = emits[i]!;
        return { value: made.get(id)!, axis: axis + Number(inside.has(id)), stack: type.axes[axis]! };
      }),
    };
  });
}

/** Which nodes depend on the sample, from the leaves that do. */
function batchedIn({ nodes }: Graph, leaves: ReadonlySet<NodeId>): ReadonlySet<NodeId> {
  const batched = new Set(leaves);
  const loops = new Map<NodeId, readonly boolean[]>();
  for (const { id, op, attrs, inputs, formula, scan } of nodes) {
    const given = inputs.map((input) => batched.has(input));
    if (scan) loops.set(id, settled(scan, given).outputs);
    else if (op === 'scan_output') {
      if (loops.get(inputs[0]!)![attrs['output'] as number]) batched.add(id);
    } else if (given.includes(true) || (formula !== null && drawsNumbers(formula))) batched.add(id);
  }
  return batched;
}

/** A carry depends on the sample from the first turn in which it does: then all turns are lifted. */
function settled(scan: Scan, given: readonly boolean[]) {
  const { body, captures } = scan;
  const outputs = ['carry', 'emit'].flatMap((kind) => body.outputs.filter((output) => output.kind === kind));
  let carries = given.slice(captures);
  for (;;) {
    const leaves = body.nodes.filter(({ leaf }) =>
      leaf?.kind === 'carry'
        ? carries[Number(leaf.name)]
        : leaf?.kind === 'capture' && given[Number(leaf.name)],
    );
    const inside = batchedIn(body, new Set(leaves.map(({ id }) => id)));
    const next = carries.map((is, i) => is || inside.has(outputs[i]!.node));
    if (next.every((is, i) => is === carries[i]))
      return { inside, carries, outputs: outputs.map(({ node }, i) => carries[i] ?? inside.has(node)) };
    carries = next;
  }
}

function widened(type: TensorType, batch: Axis): TensorType {
  return { ...type, axes: [batch, ...type.axes] };
}

/** How many random numbers a node draws for a sample, in all turns of the loops around it. */
function drawsOf({ type, attrs }: Node): Dim {
  const turns = (attrs['turns'] ?? []) as Turns;
  return timesDim(elements(type), ...turns.map(({ extent }) => extent));
}

interface Shift {
  /** Which inputs have the batch. */
  readonly batched: readonly boolean[];
  readonly rank: number;
  readonly draws: Dim;
}
function shift(f: Formula, how: Shift): Formula {
  const { batched, rank, draws } = how;
  switch (f.kind) {
    case 'number':
    case 'size':
      return f;
    case 'coordinate':
      return { ...f, index: shiftAffine(f.index, rank) };
    case 'random': {
      const index = shiftAffine(f.index, rank);
      const batchTerm = { coef: draws, atom: { kind: 'var' as const, name: outVar(0) } };
      return { ...f, index: { ...index, terms: [batchTerm, ...index.terms] } };
    }
    case 'call':
      return { ...f, args: f.args.map((arg) => shift(arg, how)) };
    case 'fold':
      return { ...f, body: shift(f.body, how) };
    case 'load': {
      const index = f.index.map((i): LoadIndex =>
        'kind' in i ? { kind: 'value', value: shift(i.value, how) } : shiftAffine(i, rank),
      );
      const lead: Affine = { offset: 0, terms: [{ coef: 1, atom: { kind: 'var', name: outVar(0) } }] };
      return { ...f, index: batched[f.input] ? [lead, ...index] : index };
    }
  }
}

/** `i0 → i1`, `i1 → i2` …: makes room for the batch. */
function shiftAffine(a: Affine, rank: number): Affine {
  const names = new Map(Array.from({ length: rank }, (_, i) => [outVar(i), outVar(i + 1)]));
  return {
    offset: a.offset,
    terms: a.terms.map(({ coef, atom }) => {
      if (atom.kind === 'var') return { coef, atom: { ...atom, name: names.get(atom.name) ?? atom.name } };
      if (atom.kind === 'one') return { coef, atom };
      return { coef, atom: { ...atom, of: shiftAffine(atom.of, rank) } };
    }),
  };
}
