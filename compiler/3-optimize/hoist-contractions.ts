import { load, outVars } from '../ir/formula-build.ts';
import type { Graph, Node, NodeId, Scan } from '../ir/graph.ts';
import { isContractionFold } from './formula-facts.ts';
import { changeLoops, type Loop, readersOf } from './loop.ts';

/**
 * Contractions leave loops. One that no turn's result enters, `x[:, t] @ W`, is computed for all turns at once
 * before; one that no turn waits for, only stacked, after: one large product instead of a small one per turn.
 * Every element is the same sum in the same order.
 */
export function hoistContractions(graph: Graph): Graph {
  return changeLoops(graph, (loop) => {
    const { body, carries, emits } = loop.scan;
    const readers = readersOf(body);
    for (const { id, formula } of body.nodes) {
      if (formula && isContractionFold(formula) && loop.isFree(id)) loop.readInstead(id, loop.before(id));
    }
    for (const { kind, name, node } of body.outputs) {
      if (kind !== 'emit') continue;
      const { axis } = emits[Number(name)]!;
      const { formula } = loop.get(node);
      const output = carries + Number(name);
      if (loop.isFree(node) && axis === 0) {
        const stack = loop.before(node);
        if (stack.stacked) loop.replace(output, stack.id);
      } else if (formula && isContractionFold(formula) && readers.get(node) === 1) {
        loop.replace(output, turnsAt(loop, loop.get(node), emits[Number(name)]!, loop.afterwards(node).id));
      }
    }
  });
}

/** A stack whose turns are in front, seen as the loop would leave it. */
function turnsAt(loop: Loop, node: Node, { type, axis }: Scan['emits'][number], stack: NodeId): NodeId {
  if (axis === 0) return stack;
  const vars = outVars(type.axes.length);
  const index = [vars[axis]!, ...vars.toSpliced(axis, 1)];
  return loop.place({ ...node, op: 'transpose', attrs: {}, type }, load(0, index), [stack]);
}
