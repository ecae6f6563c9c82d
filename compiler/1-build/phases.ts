import type { Diagnostic } from '../../dsl/diagnostic.ts';
import { coupledRows } from '../../dsl/messages/training.ts';
import type { Graph, NodeId } from '../ir/graph.ts';
import { axis, type TensorType } from '../ir/tensor-type.ts';
import { prune } from '../ir/prune.ts';
import type { Value } from '../ops/op.ts';
import type { PredictPlan, RangePlan, Sweep } from '../plan.ts';
import { openData } from './data.ts';
import type { DataUse, FitRequest } from './data-raw.ts';
import { liveParams, type Build, type Frame, type Phase } from './frame.ts';
import { openDim } from '../ir/dim.ts';
import { sweepOf, type BatchDim } from './sweep.ts';
import type { Settings } from './train-settings.ts';
import type { TrainBody } from './train-body.ts';
import type { TensorVal, Val } from './value.ts';

/** A train block elaborated for one phase. */
export interface Elaborated {
  readonly build: Build;
  readonly file: Frame;
  readonly settings: Settings;
  readonly body: TrainBody;
}
type Open = (phase: Phase) => { build: Build; file: Frame };

/** Parameters drawn by their initializers, states of optimizers and layers at their constants. */
export function initGraph(step: Elaborated, open: Open): Graph {
  const { build } = open('step');
  for (const entry of liveParams(step.build)) {
    const value = entry.initial(build);
    if (value) build.builder.output('param', entry.name, value);
  }
  const { c } = build;
  for (const state of step.body.states.values()) {
    const one = c.number(state.initial);
    const value = c.fill(one, state.type.axes);
    build.builder.output('state', state.name, value);
  }
  for (const { name, type, initial } of step.build.running.values()) {
    build.builder.output('running', name, c.fill(initial, type.axes));
  }
  return build.builder.finish();
}

export function batchDims({ data }: Settings): Map<string, BatchDim> {
  return new Map(data.map(({ batchDim, use, batch }) => [batchDim, { use, whole: batch === 'all' }]));
}

/** The quantities of a whole split. */
export function evaluateGraphs(
  e: Elaborated,
  derive: (graph: Graph) => Graph,
  report: (d: Diagnostic) => void,
): { graphs: Record<string, Graph>; sweep: Sweep } | null {
  if (e.body.quantities.size === 0 || e.settings.data.length === 0) return null;
  const { builder } = e.build;
  for (const [name, value] of e.body.quantities) builder.output('value', name, value);
  const graph = derive(builder.finish());
  const cutTo = (names: ReadonlySet<string>) => {
    const outputs = graph.outputs.filter(({ name }) => names.has(name));
    return sweepOf(prune({ ...graph, outputs }), 'evaluate', batchDims(e.settings));
  };
  const names = new Set(e.body.quantities.keys());
  const all = cutTo(names);
  if ('sweep' in all) return all;
  // Each for itself: what has no value on a split is left out, unless a rule asks for it there.
  let unused: Diagnostic | null = null;
  for (const name of e.body.quantities.keys()) {
    const cut = cutTo(new Set([name]));
    if ('sweep' in cut) continue;
    names.delete(name);
    const [first] = cut.diagnostics;
    if (e.body.asked.has(name)) report(first!);
    else unused ??= first!;
  }
  // Who holds rows back is told why they go unused; a loss that couples rows has no use for those of the data block.
  const coupled = unused?.code === coupledRows.code;
  const heldOut = e.settings.data.some(
    ({ test, splits }) => splits.valid > 0 || splits.test > 0 || (!coupled && (test || splits.rows !== null)),
  );
  if (unused && heldOut && !(coupled && names.size > 0)) report({ ...unused, severity: 'warning' });
  const rest = names.size > 0 ? cutTo(names) : null;
  return rest && 'sweep' in rest ? rest : null;
}

/** What `standardize` and its kin learn from the training split, for all fields that some phase reads. */
export function fitGraphs(
  step: Elaborated,
  others: readonly Elaborated[],
  open: Open,
  report: (d: Diagnostic) => void,
): { graphs: Record<string, Graph>; sweep: Sweep } | null {
  const uses = [step, ...others].flatMap((e) => e.body.data);
  if (uses.every((d) => d.fits.length === 0)) return null;
  const { c, builder, data } = dataAgain(step, uses, open);
  for (const fit of data.flatMap((d) => d.fits)) {
    builder.output('fitted', fit.name, foldOf(fit.fold, fit.of, fit.axes));
  }
  const cut = sweepOf(builder.finish(), 'fit', batchDims(step.settings));
  if ('sweep' in cut) return cut;
  cut.diagnostics.forEach(report);
  return null;

  /** The deviation divides by n, as scikit-learn's StandardScaler. */
  function foldOf(fold: FitRequest['fold'], x: Value, lead: number): Value {
    const axes = Array.from({ length: lead }, (_, i) => i);
    if (fold === 'min' || fold === 'max') return c.apply(fold === 'min' ? 'amin' : 'amax', [x], { axes });
    const mu = c.mean(x, { axes });
    if (fold === 'mean') return mu;
    const spread = c.broadcast(mu, { axes: mu.type.axes.map((_, i) => i + lead), to: x.type.axes });
    const squares = c.powi(c.sub(x, spread), { exponent: 2 });
    return c.sqrt(c.mean(squares, { axes }));
  }
}

/** A graph of data alone: all fields that some phase reads. */
function dataAgain(
  step: Elaborated,
  uses: readonly DataUse[],
  open: Open,
): { readonly c: Build['c']; readonly builder: Build['builder']; readonly data: readonly DataUse[] } {
  const { build, file } = open('predict');
  const data = step.body.data.map((used) => {
    const setting = step.settings.data.find((s) => s.use === used.use)!;
    const batch = axis(openDim(setting.batchDim), setting.batchDim);
    const again = openData(build, file, setting.decl, used.use, batch, setting.train);
    const names = uses.flatMap((d) => (d.use === used.use ? [...d.fields.keys()] : []));
    for (const name of new Set(names))
      if (again.value.kind === 'record') again.value.field(name, setting.decl.span);
    return again;
  });
  return { c: build.c, builder: build.builder, data };
}

/** Least and most of labels that are worked out: of any split, before training. */
export function rangeGraphs(
  step: Elaborated,
  others: readonly Elaborated[],
  open: Open,
): { graphs: Record<string, Graph>; plan: RangePlan } | null {
  const uses = [step, ...others].flatMap((e) => e.body.data);
  if (uses.every((d) => d.labels.length === 0)) return null;
  const { c, builder, data } = dataAgain(step, uses, open);
  const labels = data.flatMap(({ use, labels }) =>
    labels.map(({ field, below, of }) => {
      const name = `${use}.${field.name.name}`;
      const axes = of.type.axes.map((_, i) => i);
      const x = of.type.dtype === 'float' ? of : c.toFloat(of);
      builder.output('value', `${name}/least`, c.amin(x, { axes }));
      builder.output('value', `${name}/most`, c.amax(x, { axes }));
      builder.output('value', `${name}/broken`, c.amax(c.abs(c.sub(x, c.floor(x))), { axes }));
      return { name, field: field.name.name, below, span: field.span };
    }),
  );
  const cut = sweepOf(builder.finish(), 'ranges', batchDims(step.settings));
  return 'sweep' in cut ? { graphs: cut.graphs, plan: { sweep: cut.sweep, labels } } : null;
}

export interface Prediction {
  readonly graphs: Record<string, Graph>;
  readonly plan: PredictPlan;
  readonly output: Value;
  readonly labels: Labels | null;
}
/** What the output is to be held against, where it scores classes. */
export interface Labels extends NonNullable<PredictPlan['classes']> {
  readonly field: TensorVal;
}

/** What the first model fed by data gives; where another model takes its output further, what that gives. */
export function predictGraph(e: Elaborated): Prediction | null {
  const { build } = e;
  const apps = build.applications.flatMap((a) => {
    const output = firstTensor(a.output);
    const ended = output && !build.builder.isKnown(output); // applied in a loop
    return output && !ended && dataLeaves(build, output).length > 0 ? [{ ...a, output }] : [];
  });
  let [chosen] = apps;
  if (!chosen) return null;
  for (const next of apps) {
    const feeds = next.inputs.some(
      (v) => v.kind === 'tensor' && reaches(build, v.value.id, chosen!.output.id),
    );
    if (next.instance !== chosen.instance && feeds) chosen = next;
  }
  const { output } = chosen;
  const leaves = dataLeaves(build, output);
  const data = e.body.data.find((d) => leaves[0]!.startsWith(`${d.use}.`))!;
  build.builder.output('value', 'prediction', output);
  const labels = labelsOf(e, output.type);
  return {
    output,
    labels,
    graphs: { predict: prune(build.builder.finish()) },
    plan: {
      entry: 'predict',
      output: 'prediction',
      type: output.type,
      dataset: data.use,
      arrays: leaves,
      classes: labels && { array: labels.array, count: labels.count },
    },
  };
}
function firstTensor(val: Val): Value | null {
  if (val.kind === 'tensor') return val.value;
  return val.kind === 'tuple' && val.items[0] ? firstTensor(val.items[0]) : null;
}
function walk(build: Build, from: NodeId, visit: (id: NodeId) => void): void {
  const seen = new Set<NodeId>();
  const stack = [from];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    visit(id);
    stack.push(...build.builder.get(id).inputs);
  }
}
function dataLeaves(build: Build, value: Value): string[] {
  const names: string[] = [];
  walk(build, value.id, (id) => {
    const { leaf } = build.builder.get(id);
    if (leaf?.kind === 'data') names.push(leaf.name);
  });
  return names.toSorted();
}
function reaches(build: Build, from: NodeId, target: NodeId): boolean {
  let found = false;
  walk(build, from, (id) => {
    found ||= id === target;
  });
  return found;
}
/** The label field whose classes the last axis scores: it has the label's name, or else its size. */
function labelsOf(e: Elaborated, { axes }: TensorType): Labels | null {
  const last = axes.at(-1);
  if (!last || typeof last.size !== 'number' || last.size < 2) return null;
  for (const data of e.body.data) {
    for (const field of data.fields.values()) {
      const classes = field.kind === 'tensor' ? field.value.type.classes : undefined;
      if (field.kind !== 'tensor' || !classes || classes.size !== last.size) continue;
      if (classes.name !== null && last.name !== null && classes.name !== last.name) continue;
      const { leaf } = e.build.builder.get(field.value.id);
      const array = leaf?.kind === 'data' ? data.arrays.get(leaf.name) : undefined;
      const named = array?.from.kind === 'category' || array?.from.kind === 'tokens';
      return { field, array: named ? array.name : null, count: last.size };
    }
  }
  return null;
}
