import type { Graph } from '../ir/graph.ts';
import { sameShape } from '../ir/tensor-type.ts';
import { isLoadHere } from './formula-facts.ts';
import { inlineWhere, type Rule } from './inline.ts';

/**
 * A fold with one elementwise user becomes one node with it: bias, activation or update are computed where
 * the sum is. A contraction stays the only fold of its node, since backends give it a loop nest of its own; a scatter
 * becomes a loop over its elements, and nothing else fits there.
 */
export function fuseEpilogues(graph: Graph): Graph {
  return inlineWhere(graph, isEpilogue);
}

/** Folds one node may hold: each is a loop of its own within the kernel. */
const maxFolds = 4;

const isEpilogue: Rule = (producer, user, sites, fusion) => {
  const own = fusion.facts(producer);
  const others = fusion.facts(user);
  if (own.folds === 0 || own.scatter || fusion.readers(producer) !== 1) return false;
  if (!sameShape(fusion.node(producer).type, fusion.node(user).type)) return false;
  if (!sites.every(({ load, folds }) => folds.size === 0 && isLoadHere(load))) return false;
  const folds = own.folds + others.folds;
  return own.contraction || others.contraction ? folds === 1 : folds <= maxFolds;
};
