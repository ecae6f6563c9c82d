import type { Graph } from '../ir/graph.ts';
import { prune } from '../ir/prune.ts';
import type { BlockPlan } from '../plan.ts';
import { gradient } from './builtins/gradient.ts';
import { quantitiesOf, type BodyBlock } from './body-block.ts';
import { liveParams } from './frame.ts';
import { layerNorms, normOutputs } from './norms.ts';
import { activationOutputs } from './activations.ts';
import type { Elaborated } from './phases.ts';
import type { Written } from './updates.ts';

export interface StepGraphs {
  readonly graphs: Readonly<Record<string, Graph>>;
  readonly plan: readonly BlockPlan[];
}

/** One entry a block: `step`, or `step_critic`; where gradients are accumulated a second one for the update. */
export function stepGraphs(e: Elaborated, stats: boolean): StepGraphs {
  if (stats) e.body.blocks.forEach(layerNorms);
  const measured = e.body.blocks.map((block) => {
    return {
      block,
      quantities: quantitiesOf(block),
      norms: normOutputs(block),
      seen: stats ? activationOutputs(block) : [],
    };
  });
  const { nodes } = e.build.builder.finish();
  const graphOf = (written: readonly Written[]): Graph => ({
    nodes,
    outputs: written.map(({ kind, name, value }) => ({ kind, name, node: value.id })),
  });
  const graphs: Record<string, Graph> = {};
  const plan: BlockPlan[] = [];
  // Without data a stand-in is taken, which counts the steps.
  const wholeTakes = e.settings.data.length > 0 ? e.settings.data.map((_, i) => i) : [0];
  const isWhole = e.body.blocks.length === 1 && e.body.blocks[0]!.block === null;
  for (const { block, quantities, norms, seen } of measured) {
    const entry = entryOf('step', block);
    const { accumulation } = block;
    const values = [...quantities].map(([name, value]): Written => ({ kind: 'value', name, value }));
    const update = accumulation && block.written.length > 0 ? entryOf('update', block) : null;
    const changes = update ? accumulation!.sums : [...block.written, ...norms];
    const graph = graphOf([...changes, ...values, ...seen, ...block.running]);
    // What belongs to another block, or to the update, would be differentiated here only to be dropped.
    graphs[entry] = isWhole && !update ? graph : prune(graph);
    if (update) graphs[update] = prune(graphOf([...block.written, ...norms, ...accumulation!.cleared]));
    plan.push({
      entry,
      update,
      times: block.times,
      accumulate: update ? e.settings.accumulate : 1,
      takes: isWhole ? wholeTakes : readBy(graphs[entry], e),
      quantities: [...quantities.keys()],
      norms: norms.map(({ name }) => ({ name, layer: block.norms.get(name)!.layer })),
    });
  }
  return { graphs, plan: isWhole ? plan : shared(plan) };
}

/** The loss of one batch and its gradient by every parameter, without an update: for gradient checks. */
export function gradientGraphs(e: Elaborated): Readonly<Record<string, Graph>> {
  const { builder } = e.build;
  const asked = e.body.blocks.flatMap((block) => {
    const loss = quantitiesOf(block).get(block.block === null ? 'loss' : `${block.block}.loss`);
    if (!loss) return [];
    const params = liveParams(e.build).filter((p) => block.block === null || block.params.includes(p.name));
    const outputs: Written[] = [{ kind: 'value', name: 'loss', value: loss }];
    for (const p of params) {
      const value = gradient(e.file, loss, { ...p.leaf, type: p.type });
      outputs.push({ kind: 'value', name: `grad:${p.name}`, value });
    }
    return [{ block, outputs }];
  });
  const { nodes } = builder.finish();
  const found = asked.length > 0 ? asked.map(({ block, outputs }) => ({ entry: entryOf('gradients', block), outputs })) : askedFor(nodes); // prettier-ignore
  return Object.fromEntries(
    found.map(({ entry, outputs }) => [
      entry,
      prune({ nodes, outputs: outputs.map(({ kind, name, value }) => ({ kind, name, node: value.id })) }),
    ]),
  );
}

/** In a program without a loss: every number whose gradient by parameters it asks for by itself, `grad(E, params(net))`. */
function askedFor(nodes: Graph['nodes']): { readonly entry: string; readonly outputs: readonly Written[] }[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const losses = new Map<number, Written[]>();
  for (const { id, op, inputs, type } of nodes) {
    const [y, x] = inputs.map((input) => byId.get(input)!);
    if (op !== 'grad' || x!.leaf?.kind !== 'param') continue;
    const outputs = losses.get(y!.id) ?? [{ kind: 'value', name: 'loss', value: y! }];
    losses.set(y!.id, [...outputs, { kind: 'value', name: `grad:${x!.leaf.name}`, value: { id, type } }]);
  }
  return [...losses].map(([y, outputs], i) => {
    const name = byId.get(y)!.label ?? String(i + 1);
    return { entry: entryOf('gradients', { block: name }), outputs };
  });
}

function entryOf(what: string, { block }: Pick<BodyBlock, 'block'>): string {
  return block === null ? what : `${what}_${block}`;
}

/** Positions of the data sets that a graph reads. */
function readBy(graph: Graph, { settings }: Elaborated): number[] {
  const names = graph.nodes.flatMap(({ leaf }) => (leaf?.kind === 'data' ? [leaf.name] : []));
  return settings.data.flatMap(({ use }, i) => (names.some((name) => name.startsWith(`${use}.`)) ? [i] : []));
}

/**
 * Who takes the next batch: each block of what it reads, while what stands outside of the blocks looks at the
 * batches that are there already. The first data set counts the epochs, so that somebody must take it.
 */
function shared(blocks: readonly BlockPlan[]): BlockPlan[] {
  const isRest = ({ entry }: BlockPlan) => entry === 'step';
  const taken = new Set(blocks.filter((b) => !isRest(b)).flatMap(({ takes }) => takes));
  const own = blocks.map((b) => (isRest(b) ? { ...b, takes: b.takes.filter((i) => !taken.has(i)) } : b));
  if (own.some(({ takes }) => takes.includes(0))) return own;
  return own.map((b, i) => (i === 0 ? { ...b, takes: [0, ...b.takes] } : b));
}
