import { computedAgain, kept } from '../../compiler/2-derive/residuals.ts';
import { dimText } from '../../compiler/ir/dim.ts';
import type { Graph, Node, NodeId, Scan } from '../../compiler/ir/graph.ts';
import { typeText } from '../../compiler/ir/tensor-type.ts';
import { fit, table } from '../table.ts';
import { type Notation, notationOf } from './notation.ts';

/** Longest expression shown. */
const expressionColumns = 80;

const rule =
  '  kept: what a turn carries on, its sums, products and draws, and what takes less room than what it follows from;\n' +
  '  computed again: what follows from these element by element, and loops within\n';

/** Of every loop that is derived: what its turns leave for the way back, and what is computed again there. */
export function loopsText(graph: Graph, around: Notation, where: (node: Node) => string): string {
  const texts = loopsIn(graph, graph, around, where);
  return texts.length === 0 ? '' : `${texts.join('')}${rule}`;
}

/** Loops of a graph; their derivatives are in it too, or in the body of the derivative of the loop around. */
function loopsIn(
  { nodes }: Graph,
  derived: Graph,
  around: Notation,
  where: (node: Node) => string,
): readonly string[] {
  return nodes.flatMap((node) => {
    const back = derived.nodes.find(({ scan, origin }) => scan && origin?.forward === node.id && origin.rule === 'scan');
    if (!node.scan || !back?.scan) return [];
    const { body, extent } = node.scan;
    const notation = notationOf(body, leafNames(node, node.scan, around));
    const read = fates(back.scan);
    const rows = body.nodes.flatMap((each) => {
      const fate = read.get(each.id);
      const isRead = each.leaf === null ? !notation.isInline(each) : each.leaf.kind === 'carry';
      if (!isRead) return [];
      const text = each.leaf ? `${notation.name(each.id)}, as the turn begins` : `${notation.name(each.id)} = ${notation.expression(each)}`;
      return [[fit(`  ${text}`, expressionColumns), typeText(each.type), fate ?? '–', where(each)]];
    });
    const title = `loop ${around.name(node.id)}, each of ${dimText(extent)} turns`;
    return [`${table([[title, 'shape', 'for the way back', 'from'], ...rows], [])}`, ...loopsIn(body, back.scan.body, notation, where)];
  }); // prettier-ignore
}

/** What the derivative does about values of the forward turn that it needs. */
function fates({ body }: Scan): ReadonlyMap<NodeId, string> {
  const found = new Map<NodeId, string>();
  for (const { op, origin } of body.nodes) {
    const isRead = origin?.rule === computedAgain || (origin?.rule === kept && op === 'at_turn');
    if (isRead) found.set(origin.forward, origin.rule);
  }
  return found;
}

function leafNames(node: Node, { body, captures }: Scan, around: Notation): ReadonlyMap<NodeId, string> {
  return new Map(
    body.nodes.flatMap(({ id, leaf, label }) => {
      if (leaf?.kind === 'capture') return [[id, around.name(node.inputs[Number(leaf.name)]!)] as const];
      if (leaf?.kind !== 'carry') return [];
      return [[id, label ?? around.name(node.inputs[captures + Number(leaf.name)]!)] as const];
    }),
  );
}
