import { type Dim, isOpen } from '../ir/dim.ts';
import { visit } from '../ir/formula-walk.ts';
import type { Formula } from '../ir/formula.ts';
import type { Graph, Node, NodeId } from '../ir/graph.ts';
import { elements } from '../ir/tensor-type.ts';

/** Rules of the nodes that bring a value of a turn into its derivative. */
export const kept = 'kept';
export const computedAgain = 'computed again';

/**
 * Which values of a scan's turns its derivative reads from stacks, if it needs them; all others it computes
 * again. A sum or a random draw is kept. What follows from kept values element by element is computed again,
 * unless it takes less room itself than what it follows from. Scans within are run again.
 */
export function savedNodes({ nodes }: Graph): ReadonlySet<NodeId> {
  const saved = new Set<NodeId>();
  /** What must be kept to compute a value again. */
  const needs = new Map<NodeId, ReadonlySet<NodeId>>();
  const sizes = new Map(nodes.map((node) => [node.id, roomOf(node)]));
  for (const node of nodes) {
    const from = new Set(node.inputs.flatMap((id) => [...needs.get(id)!]));
    const room = [...from].reduce((sum, id) => sum + sizes.get(id)!, 0);
    const keep =
      node.leaf?.kind === 'carry' ||
      (node.formula !== null && isKept(node.formula, room > sizes.get(node.id)!));
    if (keep) saved.add(node.id);
    needs.set(node.id, keep ? new Set([node.id]) : from);
  }
  return saved;
}

/** A view is read through what it is a view of. */
function isKept(formula: Formula, isSmaller: boolean): boolean {
  return formula.kind !== 'load' && (isSmaller || isHeavy(formula));
}

function isHeavy(formula: Formula): boolean {
  let heavy = false;
  visit(formula, ({ kind }) => {
    heavy ||= kind === 'fold' || kind === 'random';
  });
  return heavy;
}

/** Open dims are taken for large: only which of two values is larger matters. */
function roomOf({ type }: Node): number {
  const dim: Dim = elements(type);
  return isOpen(dim) ? dim.coef * 64 ** dim.of.length : dim;
}
