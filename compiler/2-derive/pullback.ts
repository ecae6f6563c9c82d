import type { Value } from '../ir/builder.ts';
import type { Node, NodeId } from '../ir/graph.ts';
import { flows, inputGradient, leadingTo, type Pullback, ruleName } from './edges.ts';
import { scanGradients } from './reverse-scan.ts';

/**
 * Reverse accumulation: from `seeds`, cotangents by node, back to those of `xs` they reach. A cotangent is
 * complete when all users of its node have added their part.
 */
export const pullback: Pullback = (builder, c, forward, seeds, xs) => {
  const { order, typeOf, get, stops } = forward;
  const leading = leadingTo(order, xs, typeOf);
  const cotangents = new Map<NodeId, Value>();
  const found = new Map<NodeId, Value>();
  /** Cotangents of what a scan gives, by output. */
  const ofScans = new Map<NodeId, Map<number, Value>>();

  const add = (id: NodeId, part: Value): void => {
    const before = cotangents.get(id);
    const sum = (): Value => c.add(before!, part);
    cotangents.set(id, before ? builder.within(cameFrom(get(id), 'sum of paths'), sum) : part);
  };
  for (const [id, seed] of seeds) if (leading.has(id)) add(id, seed);
  for (const node of order.toReversed()) {
    if (node.scan) {
      const outputs = ofScans.get(node.id);
      if (!outputs) continue;
      const wanted = node.inputs.map((id, input) => leading.has(id) && flows(node, input, typeOf));
      const parts = builder.within(cameFrom(node, 'scan'), () =>
        scanGradients(builder, c, node, outputs, wanted, pullback),
      );
      node.inputs.forEach((id, input) => {
        const part = parts[input];
        if (part) add(id, part);
      });
      continue;
    }
    const g = cotangents.get(node.id);
    if (!g) continue;
    if (xs.has(node.id)) found.set(node.id, g);
    if (stops?.has(node.id)) continue;
    if (node.op === 'scan_output') {
      const [scan] = node.inputs as [NodeId];
      const outputs = ofScans.get(scan) ?? new Map<number, Value>();
      const output = node.attrs['output'] as number;
      const before = outputs.get(output);
      ofScans.set(scan, outputs.set(output, before ? c.add(before, g) : g));
      continue;
    }
    node.inputs.forEach((id, input) => {
      if (!leading.has(id) || !flows(node, input, typeOf)) return;
      add(
        id,
        builder.within(cameFrom(node, ruleName(node, input)), () => inputGradient(node, input, g, c, typeOf)),
      );
    });
  }
  return found;
};

function cameFrom({ id, span, scope }: Node, rule: string) {
  return { span, scope, origin: { forward: id, rule } };
}
