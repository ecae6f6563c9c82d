import { derive } from '../compiler/2-derive/derive.ts';
import { optimize } from '../compiler/3-optimize/optimize.ts';
import { lower } from '../compiler/4-lower/lower.ts';
import { graphBuilder, type Value } from '../compiler/ir/builder.ts';
import type { Graph } from '../compiler/ir/graph.ts';
import { prune } from '../compiler/ir/prune.ts';
import type { Program } from '../compiler/ir/program.ts';
import { calculus } from '../compiler/ops/calculus.ts';
import { frozen } from './detached.ts';

const prefix = 'grad:';

/** Entry that computes what is detached for an entry of gradients; run once, before the differences. */
export function detachedEntry(entry: string): string {
  return `detached for ${entry}`;
}

/** Entry that computes the loss alone, for the differences. */
export function lossEntry(entry: string): string {
  return `loss of ${entry}`;
}

/**
 * The program a gradient check runs; what is detached is put in by an entry of its own. `asked` are the graphs of the entries
 * `gradients` (one a `step` block) before derivation; `graphs` are the optimised ones of all entries.
 */
export function gradientProgram(
  asked: ReadonlyMap<string, Graph>,
  graphs: Readonly<Record<string, Graph>>,
  like: Program,
  order: number,
): Program {
  const answered = (graph: Graph) => optimize(derive(graph).graph, {});
  const checked = [...asked].flatMap(([entry, graph]): [string, Graph][] => {
    const { graph: constant, constants } = frozen(graph);
    let highest = constant;
    for (let i = 1; i < order; i++) highest = oneOrderHigher(highest);
    const loss = { ...highest, outputs: highest.outputs.filter(({ name }) => name === 'loss') };
    return [
      [entry, answered(highest)],
      [lossEntry(entry), answered(prune(loss))],
      [detachedEntry(entry), answered(constants)],
    ];
  });
  const { precision, capacities } = like;
  return lower({ ...graphs, ...Object.fromEntries(checked) }, { precision, capacities });
}

/**
 * The loss becomes ½ Σ ‖∂loss/∂p‖², so its gradients are Hessian · gradient, and every rule of the first
 * backward pass is itself derived.
 */
function oneOrderHigher(graph: Graph): Graph {
  const builder = graphBuilder(Math.max(...graph.nodes.map(({ id }) => id)) + 1);
  const c = calculus(builder);
  for (const node of graph.nodes) builder.adopt(node);
  const value = (id: number): Value => ({ id, type: builder.get(id).type });
  const asked = graph.outputs.filter(({ name }) => name.startsWith(prefix));
  const squares = asked.map(({ node }) => {
    const square = c.mul(value(node), value(node));
    const axes = square.type.axes.map((_, i) => i);
    return axes.length === 0 ? square : c.sum(square, { axes });
  });
  const half = c.mul(
    c.number(0.5),
    squares.reduce((a, b) => c.add(a, b)),
  );
  builder.output('value', 'loss', half);
  for (const { name } of asked) {
    const param = graph.nodes.find(({ leaf }) => leaf?.kind === 'param' && prefix + leaf.name === name)!;
    builder.output('value', name, builder.grad(half, value(param.id)));
  }
  return builder.finish();
}
