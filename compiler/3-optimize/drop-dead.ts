import type { Graph } from '../ir/graph.ts';
import { prune } from '../ir/prune.ts';

/** Removes what no output depends on, in loops too. */
export function dropDead(graph: Graph): Graph {
  return prune(graph);
}
