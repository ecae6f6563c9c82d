import { diagnose, type Diagnostic } from '../../../dsl/diagnostic.ts';
import { unguardedLog } from '../../../dsl/messages/lints.ts';
import type { Graph, Node, NodeId } from '../../ir/graph.ts';

/** Logarithms and quotients of what is known to reach 0. The library guards its own. */
export function unguardedLogs(step: Graph, nodes: ReadonlyMap<NodeId, Node>): Diagnostic[] {
  return step.nodes.flatMap((node) => {
    if (node.scope.length > 0) return [];
    const meets = node.op === 'log' ? node.inputs[0] : node.op === 'div' ? node.inputs[1] : undefined;
    if (meets === undefined || !reachesZero(nodes.get(meets)!)) return [];
    return [diagnose(unguardedLog, node.span, [node.op === 'log' ? 'log' : '/'])];
  });
}

/** Values that are 0 somewhere, or come out as 0 where they are small: probabilities, magnitudes, squares, relu. */
function reachesZero(node: Node): boolean {
  if (node.op === 'sigmoid' || node.op === 'abs') return true;
  if (node.op === 'powi')
    return Number(node.attrs['exponent']) > 0 && Number(node.attrs['exponent']) % 2 === 0;
  return ['softmax', 'relu'].includes(node.scope.at(-1) ?? '');
}
