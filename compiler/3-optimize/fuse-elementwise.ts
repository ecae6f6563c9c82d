import { variablesOf, affineText } from '../ir/affine.ts';
import { coefficient, type Dim, isOpen, timesDim } from '../ir/dim.ts';
import { isValueIndex } from '../ir/formula-walk.ts';
import type { Graph } from '../ir/graph.ts';
import { elements, type TensorType } from '../ir/tensor-type.ts';
import { type FormulaFacts, isPlainIndex, isView } from './formula-facts.ts';
import { inlineWhere, type Rule, type Site } from './inline.ts';
import { axisExtents, elementAt, takenNames } from './substitute.ts';

/**
 * Users compute elementwise producers themselves: always when nothing is computed twice by it, and when
 * computing twice costs no more than reading. Operands of a contraction stay plain loads, so only views go
 * there.
 */
export function fuseElementwise(graph: Graph): Graph {
  return inlineWhere(graph, isWorthwhile);
}

const isWorthwhile: Rule = (producer, user, sites, fusion) => {
  const formula = fusion.formula(producer);
  const facts = fusion.facts(producer);
  if (facts.folds > 0 || sites.some(({ load }) => load.guarded)) return false;
  if (sites.some(({ operand }) => operand)) {
    if (!isView(formula)) return false;
    const dtypeOf = (id: number) => fusion.node(id).type.dtype;
    const userType = fusion.node(user).type;
    const taken = takenNames(fusion.formula(user), userType.axes.length);
    return sites.every(({ load, folds }) => {
      const extents = new Map([...axisExtents(userType), ...folds]);
      const element = elementAt(fusion.node(producer), formula, load.index, extents, taken, dtypeOf);
      return isView(element) && element.index.every((i) => isValueIndex(i) || isPlainIndex(i));
    });
  }
  if (isCheap(facts)) return true;
  const once = fusion.readers(producer) === 1;
  return once && fitsIn(evaluations(sites, fusion.node(user).type), elements(fusion.node(producer).type));
};

/** Views, literals, positions and comparisons of them, and up to two light functions of one element: one-hot. */
function isCheap({ heavy, loads, calls }: FormulaFacts): boolean {
  if (heavy) return false;
  return loads === 0 ? calls <= 4 : loads === 1 && calls <= 2;
}

/** How often the producer is computed: at each distinct index, once per point the index depends on. */
function evaluations(sites: readonly Site[], type: TensorType): readonly Dim[] {
  const distinct = new Map<string, Dim>();
  for (const { load, folds } of sites) {
    const vars = new Set<string>();
    let gathered = false;
    for (const index of load.index) {
      if (isValueIndex(index)) gathered = true;
      else variablesOf(index, vars);
    }
    const used = gathered
      ? [...folds.values()]
      : [...folds].flatMap(([name, extent]) => (vars.has(name) ? [extent] : []));
    const key = load.index.map((i) => (isValueIndex(i) ? JSON.stringify(i) : affineText(i))).join();
    // Fold variables of one name in two folds are two loops.
    distinct.set(`${key} ${[...folds.keys()].join()}`, timesDim(elements(type), ...used));
  }
  return [...distinct.values()];
}

/** True when together they are at most `whole`, whatever the open dims are. */
function fitsIn(counts: readonly Dim[], whole: Dim): boolean {
  const open = isOpen(whole) ? [...whole.of] : [];
  let sum = 0;
  for (const count of counts) {
    const left = [...open];
    for (const name of isOpen(count) ? count.of : []) {
      const at = left.indexOf(name);
      if (at < 0) return false;
      left.splice(at, 1);
    }
    sum += coefficient(count);
  }
  return sum <= coefficient(whole);
}
