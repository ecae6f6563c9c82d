import { type Affine, outVar } from '../ir/affine.ts';
import { timesDim } from '../ir/dim.ts';
import type { Formula, LoadIndex } from '../ir/formula.ts';
import { drawsNumbers } from '../ir/formula-walk.ts';
import type { Graph, NodeId } from '../ir/graph.ts';
import { elements, type Axis, type TensorType } from '../ir/tensor-type.ts';
import type { GraphBuilder } from '../ir/builder.ts';
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
  const batched = new Set<NodeId>();
  for (const node of sample.nodes) {
    if (node.leaf) {
      if (node.leaf.kind !== 'data' && node.leaf.kind !== 'fitted') {
        throw new Error(`a data field cannot read a ${node.leaf.kind}`);
      }
      const perSample = node.leaf.kind === 'data';
      const type = perSample ? { ...node.type, axes: [batch, ...node.type.axes] } : node.type;
      out.set(node.id, leafOf(node.leaf.name, type, node.leaf.kind));
      if (perSample) batched.add(node.id);
      continue;
    }
    const random = node.formula !== null && drawsNumbers(node.formula);
    const lifted = random || node.inputs.some((i) => batched.has(i));
    const inputs = node.inputs.map((i) => out.get(i)!);
    const type = lifted ? { ...node.type, axes: [batch, ...node.type.axes] } : node.type;
    const formula = lifted
      ? shift(
          node.formula!,
          node.inputs.map((i) => batched.has(i)),
          node.type,
        )
      : node.formula!;
    const meta = { span: node.span, label: node.label, scope: node.scope };
    const attrs = lifted ? { ...node.attrs, perSample: true } : node.attrs;
    out.set(node.id, into.node(node.op, attrs, inputs, type, formula, meta));
    if (lifted) batched.add(node.id);
  }
  return out;
}

function shift(f: Formula, batchedInput: readonly boolean[], type: TensorType): Formula {
  const rank = type.axes.length;
  const recur = (g: Formula): Formula => shift(g, batchedInput, type);
  switch (f.kind) {
    case 'number':
    case 'size':
      return f;
    case 'coordinate':
      return { ...f, index: shiftAffine(f.index, rank) };
    case 'random': {
      const perSample = elements(type);
      const index = shiftAffine(f.index, rank);
      const batchTerm = { coef: timesDim(perSample), atom: { kind: 'var' as const, name: outVar(0) } };
      return { ...f, index: { ...index, terms: [batchTerm, ...index.terms] } };
    }
    case 'call':
      return { ...f, args: f.args.map(recur) };
    case 'fold':
      return { ...f, body: recur(f.body) };
    case 'load': {
      const index = f.index.map((i): LoadIndex =>
        'kind' in i ? { kind: 'value', value: recur(i.value) } : shiftAffine(i, rank),
      );
      const lead: Affine = { offset: 0, terms: [{ coef: 1, atom: { kind: 'var', name: outVar(0) } }] };
      return { ...f, index: batchedInput[f.input] ? [lead, ...index] : index };
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
