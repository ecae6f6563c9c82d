import { timesDim } from '../ir/dim.ts';
import { number } from '../ir/formula-build.ts';
import type { Fold, Formula } from '../ir/formula.ts';
import { argumentDType, formulaDType } from '../ir/formula-dtype.ts';
import { mapParts, visit } from '../ir/formula-walk.ts';
import type { Graph, Node, NodeId } from '../ir/graph.ts';
import { evaluateCall } from '../ir/scalar-call.ts';
import type { DType } from '../ir/tensor-type.ts';
import { absolute, rewriteGraph, withFormula } from './absolute.ts';

/**
 * Computes what is known. The precision is chosen later, so a call is folded only where folding keeps the
 * bits in both: computed in f64 and rounded, and computed in f32 from rounded arguments, it is the same
 * number. `0.1 - 0.7` is left to the program; `3 - 1` and `1 / 4` are folded.
 */
export function foldConstants(graph: Graph): Graph {
  const changed = new Map<NodeId, Node>();
  const current = new Map<NodeId, Node>();
  const dtypes = new Map(graph.nodes.map((node) => [node.id, node.type.dtype]));
  for (const node of graph.nodes) {
    const folded =
      node.formula && mayFold(node.formula, node, current) ? foldNode(node, current, dtypes) : node;
    current.set(node.id, folded);
    if (folded !== node) changed.set(node.id, folded);
  }
  return rewriteGraph(graph, changed);
}

/** Whether there is anything in a formula that folding could begin with. */
function mayFold(formula: Formula, node: Node, current: ReadonlyMap<NodeId, Node>): boolean {
  let may = false;
  visit(formula, (part) => {
    if (may) return;
    if (part.kind === 'load') may = current.get(node.inputs[part.input]!)!.formula?.kind === 'number';
    else if (part.kind === 'coordinate') may = part.index.terms.length === 0;
    else if (part.kind === 'size') may = typeof part.dim === 'number';
    else if (part.kind === 'fold') may = part.body.kind === 'number';
    else if (part.kind === 'call') may = part.args.every((arg) => arg.kind === 'number');
  });
  return may;
}

function foldNode(node: Node, current: ReadonlyMap<NodeId, Node>, dtypes: ReadonlyMap<NodeId, DType>): Node {
  let some = false;
  const dtypeOf = (id: NodeId): DType => dtypes.get(id)!;
  const known = (value: number): Formula => {
    some = true;
    return number(value);
  };

  const fold = (formula: Formula, wanted: DType): Formula => {
    if (formula.kind === 'load') {
      const of = current.get(formula.input)!.formula;
      // A guarded load may give 0 instead.
      if (of?.kind === 'number' && (!formula.guarded || Object.is(of.value, 0))) {
        // An int literal on its own would take the type of its new surroundings.
        if (dtypeOf(formula.input) !== 'int' || formula === absoluteRoot) return known(of.value);
      }
    }
    if (formula.kind === 'coordinate' && formula.index.terms.length === 0) return known(formula.index.offset);
    if (formula.kind === 'size' && typeof formula.dim === 'number') return known(formula.dim);
    const parts = foldParts(formula, wanted);
    if (parts.kind === 'call') {
      const value = callValue(parts, formulaDType(formula, dtypeOf) ?? wanted);
      if (value !== null) return known(value);
    }
    if (parts.kind === 'fold') {
      const value = foldValue(parts);
      if (value?.kind === 'number') return known(value.value);
      if (value) some = true;
      return value ?? parts;
    }
    return parts;
  };

  /** Each part in the type in which a literal there is meant, as lowering reads it. */
  const foldParts = (formula: Formula, wanted: DType): Formula => {
    switch (formula.kind) {
      case 'call': {
        const { fn, args } = formula;
        const met = args.map((arg) => formulaDType(arg, dtypeOf)).find((dtype) => dtype !== null) ?? null;
        const result = formulaDType(formula, dtypeOf) ?? wanted;
        return { ...formula, args: args.map((arg, i) => fold(arg, argumentDType(fn, i, met, result))) };
      }
      case 'fold':
        // A position is an int, whatever it is a position among.
        return mapParts(formula, (body) => fold(body, formula.fn.startsWith('arg') ? 'float' : wanted));
      default:
        return mapParts(formula, (index) => fold(index, 'int'));
    }
  };

  const absoluteRoot = absolute(node);
  const folded = fold(absoluteRoot, node.type.dtype);
  return some ? withFormula(node, folded) : node;
}

function callValue(call: Extract<Formula, { kind: 'call' }>, dtype: DType): number | null {
  const args: number[] = [];
  for (const arg of call.args) {
    if (arg.kind !== 'number') return null;
    args.push(arg.value);
  }
  if (call.fn === 'toInt') return null; // says of which type the literal is
  const value = evaluateCall(call.fn, args, dtype, 'f64');
  const single = evaluateCall(call.fn, args.map(Math.fround), dtype, 'f32');
  const same = Object.is(dtype === 'float' ? Math.fround(value) : value, single);
  return same && Number.isFinite(value) ? value : null;
}

/** Integers this large and their sums are exact in f32. */
const exact = 2 ** 24;

/** A fold of one number over every point. */
function foldValue(fold: Fold): Formula | null {
  if (fold.body.kind !== 'number') return null;
  const { value } = fold.body;
  const count = timesDim(...fold.vars.map((v) => v.extent));
  if (fold.fn === 'max' || fold.fn === 'min') return count === 0 ? null : number(value);
  if (fold.fn !== 'sum') return number(0);
  if (value === 0) return number(0);
  if (typeof count === 'number' && Number.isInteger(value) && Math.abs(value) * count <= exact)
    return number(value * count);
  return value === 1 && typeof count !== 'number' && count.coef <= 1024 ? { kind: 'size', dim: count } : null;
}
