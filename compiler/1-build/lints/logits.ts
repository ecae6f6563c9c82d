import { diagnose, type Diagnostic } from '../../../dsl/diagnostic.ts';
import { doubleSoftmax, sigmoidBceLogits } from '../../../dsl/messages/lints.ts';
import type { Graph, Node, NodeId } from '../../ir/graph.ts';

/** Losses that take logits, given what has been through softmax or sigmoid already. */
export function logitsTwice(step: Graph, nodes: ReadonlyMap<NodeId, Node>): Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const node of step.nodes) {
    for (const { losses, message, isProbability } of rules) {
      const inside = (n: Node) => n.scope.some((name) => losses.includes(name));
      if (!inside(node)) continue;
      const given = node.inputs.map((id) => nodes.get(id)!).filter((n) => !inside(n));
      if (given.some(isProbability))
        found.set(`${message.code} ${node.span?.start}`, diagnose(message, node.span, []));
    }
  }
  return [...found.values()];
}

interface Rule {
  /** Functions of the library that take logits. */
  readonly losses: readonly string[];
  readonly message: typeof doubleSoftmax;
  readonly isProbability: (node: Node) => boolean;
}
const rules: readonly Rule[] = [
  {
    losses: ['cross_entropy', 'soft_cross_entropy'],
    message: doubleSoftmax,
    isProbability: (node) => node.op === 'div' && node.scope.at(-1) === 'softmax',
  },
  {
    losses: ['bce_logits', 'focal'],
    message: sigmoidBceLogits,
    isProbability: (node) => node.op === 'sigmoid',
  },
];
