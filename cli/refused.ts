import type { Graph, Node, NodeId } from '../compiler/ir/graph.ts';
import { diagnose, type Diagnostic, type Span } from '../dsl/diagnostic.ts';
import { parse } from '../dsl/parse.ts';
import { targetUnsupported } from '../dsl/messages/targets.ts';
import type { CompiledProgram } from './program.ts';
import { backendOf, type Target } from './targets.ts';

/** What the target cannot do of the program, with the lines that ask for it. */
export async function refusedBy(target: Target, compiled: CompiledProgram): Promise<readonly Diagnostic[]> {
  const backend = await backendOf(target);
  if (!('refuse' in backend)) return [];
  const found = new Map<string, Diagnostic>();
  for (const { entry, nodes, text } of backend.refuse?.(compiled.program) ?? []) {
    const span = entry === '' ? precisionSpan(compiled) : spanOf(compiled.graphs[entry], new Set(nodes));
    found.set(`${span?.start} ${text}`, diagnose(targetUnsupported, span, [target, text]));
  }
  return [...found.values()];
}

/** Where the program asks for a precision; null where a flag does. */
function precisionSpan({ path, sources }: CompiledProgram): Span | null {
  const train = parse(sources(path) ?? '', path).model.declarations.find(({ kind }) => kind === 'train');
  if (train?.kind !== 'train') return null;
  return train.body.statements.find(({ kind }) => kind === 'precision')?.span ?? null;
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
