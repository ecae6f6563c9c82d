import { diagnose, type Diagnostic } from '../../../dsl/diagnostic.ts';
import { dropoutBeforeOutput } from '../../../dsl/messages/lints.ts';
import type { Node, NodeId } from '../../ir/graph.ts';
import type { Build } from '../frame.ts';
import type { Val } from '../value.ts';

/** A model whose answer itself has been through dropout, unless another model takes that answer further. */
export function dropoutBeforeOutputs(build: Build, nodes: ReadonlyMap<NodeId, Node>): Diagnostic[] {
  const idOf = (val: Val) => (val.kind === 'tensor' ? val.value.id : null);
  const passedOn = new Set(build.applications.flatMap((a) => a.inputs.map(idOf)));
  const found = new Map<NodeId, Diagnostic>();
  for (const { output } of build.applications) {
    const id = idOf(output);
    const node = id === null ? undefined : nodes.get(id);
    if (node?.scope.at(-1) !== 'dropout' || passedOn.has(id)) continue;
    found.set(node.id, diagnose(dropoutBeforeOutput, node.span, []));
  }
  return [...found.values()];
}
