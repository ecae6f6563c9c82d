import type { Dim } from '../ir/dim.ts';
import type { Formula } from '../ir/formula.ts';
import { isValueIndex, type Load, mapParts } from '../ir/formula-walk.ts';
import type { Graph, Node, NodeId } from '../ir/graph.ts';
import type { DType } from '../ir/tensor-type.ts';
import { absolute, rewriteGraph, withFormula } from './absolute.ts';
import { factsOf, type FormulaFacts, isContractionFold } from './formula-facts.ts';
import { axisExtents, elementAt, type Extents, takenNames } from './substitute.ts';

/** A load and where it stands. */
export interface Site {
  readonly load: Load;
  /** Fold loops around it. */
  readonly folds: Extents;
  /** An operand of a contraction. */
  readonly operand: boolean;
}

/** What a fusion rule looks at: formulas as they are so far, over node ids. */
export interface Fusion {
  readonly node: (id: NodeId) => Node;
  readonly formula: (id: NodeId) => Formula;
  /** What the formula has in it; worked out once. */
  readonly facts: (id: NodeId) => FormulaFacts;
  /** How many nodes and outputs read it. */
  readonly readers: (id: NodeId) => number;
}

/** Decides whether `user` computes `producer` itself at these places instead of reading it. */
export type Rule = (producer: NodeId, user: NodeId, sites: readonly Site[], fusion: Fusion) => boolean;

/** A node's provenance, for `inspect`. */
export interface Part {
  readonly op: string;
  readonly id: NodeId;
  readonly span: Node['span'];
  readonly label: string | null;
}

/** Formulas grow by inlining; beyond this a kernel's function is larger than engines optimise. */
const maxParts = 300;

/** Puts producers' formulas into their users wherever `rule` allows, until nothing changes. */
export function inlineWhere(graph: Graph, rule: Rule): Graph {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const formulas = new Map<NodeId, Formula>();
  for (const node of graph.nodes) if (node.formula) formulas.set(node.id, absolute(node));
  const parts = new Map<NodeId, readonly Part[]>();
  const outputs = new Map<NodeId, number>();
  for (const { node } of graph.outputs) outputs.set(node, (outputs.get(node) ?? 0) + 1);
  const users = new Map<NodeId, Set<NodeId>>(graph.nodes.map((node) => [node.id, new Set()]));
  // Dead nodes, such as producers inlined before, are no readers.
  for (const node of graph.nodes.toReversed()) {
    if (users.get(node.id)!.size === 0 && !outputs.has(node.id)) continue;
    for (const input of node.inputs) users.get(input)!.add(node.id);
  }

  const factsBy = memo(factsOf);
  const sitesBy = memo(sitesOf);
  const fusion: Fusion = {
    node: (id) => nodes.get(id)!,
    formula: (id) => formulas.get(id)!,
    facts: (id) => factsBy(formulas.get(id)!),
    readers: (id) => users.get(id)!.size + (outputs.get(id) ?? 0),
  };
  /** Nodes that a rule may have something new to say of: what it looks at has changed since. */
  const stale = new Set<NodeId>(formulas.keys());
  const touch = (id: NodeId): void => {
    for (const user of users.get(id)!) if (formulas.has(user)) stale.add(user);
  };
  const partsOf = (id: NodeId): readonly Part[] => parts.get(id) ?? ownParts(nodes.get(id)!);

  /** Seen before it is built: every place takes the producer's parts instead of one. */
  const tooLarge = (user: NodeId, producer: NodeId, places: readonly Site[]): boolean =>
    fusion.facts(user).parts + places.length * (fusion.facts(producer).parts - 1) > maxParts &&
    places.every(({ load }) => !load.index.some(isValueIndex));

  const inlineInto = (user: NodeId): boolean => {
    const sites = sitesBy(formulas.get(user)!);
    for (const [producer, places] of sites) {
      if (!formulas.has(producer) || tooLarge(user, producer, places)) continue;
      if (!rule(producer, user, places, fusion)) continue;
      const inlined = inline(nodes.get(user)!, nodes.get(producer)!, fusion);
      if (!inlined || factsBy(inlined).parts > maxParts) continue;
      formulas.set(user, inlined);
      parts.set(user, joinParts(partsOf(producer), partsOf(user)));
      users.get(producer)!.delete(user);
      for (const input of sitesBy(inlined).keys()) {
        if (users.get(input)!.has(user)) continue;
        users.get(input)!.add(user);
        touch(input);
      }
      touch(user);
      touch(producer);
      if (fusion.readers(producer) === 0) forget(producer);
      return true;
    }
    return false;
  };
  /** Nobody reads it any more, so it does not read either. */
  const forget = (id: NodeId): void => {
    for (const input of sitesBy(formulas.get(id)!).keys()) {
      users.get(input)!.delete(id);
      touch(input);
      if (formulas.has(input) && fusion.readers(input) === 0) forget(input);
    }
  };

  for (let some = true; some;) {
    some = false;
    for (const { id } of graph.nodes) {
      if (!stale.has(id) || fusion.readers(id) === 0) continue;
      while (inlineInto(id)) some = true;
      stale.delete(id);
    }
  }

  const changed = new Map<NodeId, Node>();
  for (const [id, fused] of parts) {
    const node = nodes.get(id)!;
    const rebuilt = withFormula(node, formulas.get(id)!);
    changed.set(id, { ...rebuilt, op: 'fused', attrs: { parts: fused } });
  }
  return rewriteGraph(graph, changed);
}

function inline(user: Node, producer: Node, fusion: Fusion): Formula | null {
  const formula = fusion.formula(user.id);
  const taken = takenNames(formula, user.type.axes.length);
  const dtypeOf = (id: NodeId): DType => fusion.node(id).type.dtype;
  let possible = true;
  const walk = (part: Formula, extents: Extents): Formula => {
    const inner = part.kind === 'fold' ? withFolds(extents, part.vars) : extents;
    const mapped = mapParts(part, (child) => walk(child, inner));
    if (mapped.kind !== 'load' || mapped.input !== producer.id) return mapped;
    const element = elementAt(producer, fusion.formula(producer.id), mapped.index, extents, taken, dtypeOf);
    possible &&= element !== null;
    return element ?? mapped;
  };
  const inlined = walk(formula, axisExtents(user.type));
  return possible ? inlined : null;
}

function withFolds(
  extents: Extents,
  vars: readonly { readonly name: string; readonly extent: Dim }[],
): Extents {
  return new Map([...extents, ...vars.map(({ name, extent }) => [name, extent] as const)]);
}

/** Loads by what they read, in order of appearance. */
function sitesOf(formula: Formula): ReadonlyMap<NodeId, readonly Site[]> {
  const sites = new Map<NodeId, Site[]>();
  const walk = (part: Formula, folds: Extents, operand: boolean): void => {
    switch (part.kind) {
      case 'load': {
        const known = sites.get(part.input) ?? [];
        sites.set(part.input, known);
        known.push({ load: part, folds, operand });
        for (const index of part.index) if (isValueIndex(index)) walk(index.value, folds, false);
        return;
      }
      case 'call':
        return part.args.forEach((arg) => walk(arg, folds, false));
      case 'fold': {
        const inner = withFolds(folds, part.vars);
        if (isContractionFold(part) && part.body.kind === 'call')
          return part.body.args.forEach((arg) => walk(arg, inner, true));
        return walk(part.body, inner, false);
      }
      default:
    }
  };
  walk(formula, new Map(), false);
  return sites;
}

/** Formulas are immutable: what is known of one stays true. */
function memo<T>(of: (formula: Formula) => T): (formula: Formula) => T {
  const known = new Map<Formula, T>();
  return (formula) => {
    const before = known.get(formula);
    if (before !== undefined) return before;
    const value = of(formula);
    known.set(formula, value);
    return value;
  };
}

function ownParts(node: Node): readonly Part[] {
  const { parts } = node.attrs;
  if (Array.isArray(parts)) return parts as readonly Part[];
  return [{ op: node.op, id: node.id, span: node.span, label: node.label }];
}
function joinParts(first: readonly Part[], then: readonly Part[]): readonly Part[] {
  const known = new Set(first.map((part) => part.id));
  return [...first, ...then.filter((part) => !known.has(part.id))];
}
