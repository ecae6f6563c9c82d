import type { Graph } from '../ir/graph.ts';
import { assertGraph } from '../ir/graph-check.ts';
import { withBodies } from './bodies.ts';
import { passes } from './passes.ts';

export interface OptimizeOptions {
  /** Passes to leave out, by name. */
  readonly without?: readonly string[];
  /** Check the graph after every pass; throws on a malformed one. */
  readonly check?: boolean;
  /** Sees the graph after every pass: `observe('shareCommon', graph)`. */
  readonly observe?: (stage: string, graph: Graph) => void;
}

/** Runs the passes in order. */
export function optimize(graph: Graph, options: OptimizeOptions = {}): Graph {
  let result = graph;
  for (const { name, run } of passes) {
    if (options.without?.includes(name)) continue;
    result = withBodies(run)(result);
    if (options.check) assertGraph(result, `after ${name}`);
    options.observe?.(name, result);
  }
  return result;
}
