import type { Graph, Node, NodeId } from '../compiler/ir/graph.ts';
import { diagnose, type Diagnostic } from '../dsl/diagnostic.ts';
import { targetUnsupported } from '../dsl/messages/targets.ts';
import type { CompiledProgram } from './program.ts';
import { backendOf, type Target } from './targets.ts';

/** What the target cannot do of the program, with the lines that ask for it. */
export async function refusedBy(target: Target, compiled: CompiledProgram): Promise<readonly Diagnostic[]> {
  const backend = await backendOf(target);
  if (!('refuse' in backend)) return [];
  const found = new Map<string, Diagnostic>();
  for (const { entry, nodes, text } of backend.refuse?.(compiled.program) ?? []) {
    const span = spanOf(compiled.graphs[entry], new Set(nodes));
    found.set(`${span?.start} ${text}`, diagnose(targetUnsupported, span, [target, text]));
  }
  return [...found.values()];
}

/** Where the first of the nodes stands that stands anywhere. */
function spanOf(graph: Graph | undefined, ids: ReadonlySet<NodeId>): Node['span'] {
  for (const { id, span, scan } of graph?.nodes ?? []) {
    if (ids.has(id) && span) return span;
    const inside = scan && spanOf(scan.body, ids);
    if (inside) return inside;
  }
  return null;
}
