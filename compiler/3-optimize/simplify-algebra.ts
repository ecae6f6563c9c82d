import { add, neg, sub } from '../ir/formula-build.ts';
import type { Formula } from '../ir/formula.ts';
import { mapParts } from '../ir/formula-walk.ts';
import type { Graph, Node, NodeId } from '../ir/graph.ts';
import { sameShape } from '../ir/tensor-type.ts';
import { absolute, overIds, rewriteGraph, withFormula, withInputs } from './absolute.ts';
import { isLoadHere, isView } from './formula-facts.ts';
import { axisExtents, elementAt, takenNames } from './substitute.ts';

/**
 * Leaves out what changes no bit, in any precision: `x·1`, `x/1`, `x − 0`, `x + 0` where x is never −0,
 * `−(−x)`, a sum over nothing; `x·(−1)` is `−x`. Views of views become one view, and one
 * that ends where it began is the value itself.
 */
export function simplifyAlgebra(graph: Graph): Graph {
  const changed = new Map<NodeId, Node>();
  const replaced = new Map<NodeId, NodeId>();
  const current = new Map<NodeId, Node>();
  const positive = new Set<NodeId>();
  const get = (id: NodeId): Node => current.get(id)!;

  for (const original of graph.nodes) {
    const node = withInputs(original, (id) => replaced.get(id) ?? id);
    current.set(node.id, node);
    if (!node.formula) continue;
    const { inputs } = node;
    const simpler = simplify(node.formula, (part) =>
      isNeverNegativeZero(part, (input) => positive.has(inputs[input]!)),
    );
    const view = viewOfView(node, simpler, get);
    if (view === null && simpler === node.formula) {
      if (isNeverNegativeZero(simpler, (input) => positive.has(inputs[input]!))) positive.add(node.id);
      const same = viewedHere(simpler, (input) => get(inputs[input]!), node);
      if (same) replaced.set(node.id, same.id);
      continue;
    }
    const after = view ?? overIds(simpler, inputs);
    if (isNeverNegativeZero(after, (id) => positive.has(id))) positive.add(node.id);
    const same = viewedHere(after, get, node);
    if (same) {
      replaced.set(node.id, same.id);
      continue;
    }
    const simplified = withFormula(node, after);
    current.set(node.id, simplified);
    changed.set(node.id, simplified);
  }
  return rewriteGraph(graph, changed, replaced);
}

/** The node that a formula gives element for element. */
function viewedHere(formula: Formula, source: (input: number) => Node, { type }: Node): Node | null {
  if (formula.kind !== 'load' || !isLoadHere(formula)) return null;
  const of = source(formula.input);
  return sameShape(of.type, type) && of.type.dtype === type.dtype ? of : null;
}

/** A view that reads a view reads what that one reads; over node ids. */
function viewOfView(node: Node, formula: Formula, get: (id: NodeId) => Node): Formula | null {
  if (!isView(formula) || formula.guarded) return null;
  const of = get(node.inputs[formula.input]!);
  if (!isView(of.formula)) return null;
  const taken = takenNames(formula, node.type.axes.length);
  const dtypeOf = (id: NodeId) => get(id).type.dtype;
  return elementAt(of, absolute(of), formula.index, axisExtents(node.type), taken, dtypeOf);
}

type Test = (formula: Formula) => boolean;

/** The same object when there is nothing to do. */
function simplify(formula: Formula, neverNegativeZero: Test): Formula {
  let some = false;
  const parts = mapParts(formula, (part) => {
    const simpler = simplify(part, neverNegativeZero);
    some ||= simpler !== part;
    return simpler;
  });
  const kept = some ? parts : formula;
  return rule(kept, neverNegativeZero) ?? kept;
}

function rule(formula: Formula, neverNegativeZero: Test): Formula | null {
  if (formula.kind === 'fold') {
    if (formula.vars.length > 0) return null;
    if (formula.fn === 'max' || formula.fn === 'min') return formula.body;
    return formula.fn === 'sum' && neverNegativeZero(formula.body) ? formula.body : null;
  }
  if (formula.kind !== 'call') return null;
  const [a, b, c] = formula.args as readonly [Formula, Formula, Formula];
  switch (formula.fn) {
    case 'add':
      if (isNumber(b, 0) && neverNegativeZero(a)) return a;
      if (isNumber(a, 0) && neverNegativeZero(b)) return b;
      if (isNumber(b, -0)) return a;
      if (isNumber(a, -0)) return b;
      return isNeg(b) ? sub(a, b.args[0]!) : null;
    case 'sub':
      if (isNumber(b, 0)) return a;
      return isNeg(b) ? add(a, b.args[0]!) : null;
    case 'mul':
      if (isNumber(b, 1)) return a;
      if (isNumber(a, 1)) return b;
      if (isNumber(b, -1)) return neg(a);
      return isNumber(a, -1) ? neg(b) : null;
    case 'div':
      if (isNumber(b, 1)) return a;
      return null;
    case 'neg':
      return isNeg(a) ? a.args[0]! : null;
    case 'not':
      return a.kind === 'call' && a.fn === 'not' ? a.args[0]! : null;
    case 'select':
      return a.kind === 'number' ? (a.value !== 0 ? b : c) : null;
    default:
      return null;
  }
}

function isNumber(formula: Formula, value: number): boolean {
  return formula.kind === 'number' && Object.is(formula.value, value);
}
function isNeg(formula: Formula): formula is Extract<Formula, { kind: 'call' }> {
  return formula.kind === 'call' && formula.fn === 'neg';
}

/** True when the value cannot be −0. */
function isNeverNegativeZero(formula: Formula, node: (id: NodeId) => boolean): boolean {
  const test = (part: Formula): boolean => isNeverNegativeZero(part, node);
  switch (formula.kind) {
    case 'number':
      return !Object.is(formula.value, -0);
    case 'load': // out of bounds it reads 0
      return node(formula.input);
    case 'coordinate':
    case 'size':
      return true;
    case 'random':
      return false;
    case 'fold':
      // A sum starts at 0, and 0 + −0 is 0.
      return formula.fn === 'sum' || formula.fn.startsWith('arg') || test(formula.body);
    case 'call': {
      const { fn, args } = formula;
      if (fn === 'exp' || fn === 'abs' || fn === 'sigmoid' || fn === 'softplus') return true;
      if (fn === 'add') return args.some(test); // −0 only from −0 + −0
      if (fn === 'sub') return test(args[0]!); // −0 only from −0 − 0
      if (fn === 'select') return args.slice(1).every(test);
      return false;
    }
  }
}
