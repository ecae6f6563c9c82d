import type { Diagnostic } from '../../dsl/diagnostic.ts';
import type { DataDeclaration, TrainDeclaration } from '../../dsl/model.ts';
import { noUpdate } from '../../dsl/messages/lints.ts';
import { unknownName } from '../../dsl/messages/names.ts';
import { unboundDim } from '../../dsl/messages/types.ts';
import { badOverride, noTrainBlock } from '../../dsl/messages/training.ts';
import { diagnose } from '../../dsl/diagnostic.ts';
import { isOpen, type DimSizes } from '../ir/dim.ts';
import type { Graph } from '../ir/graph.ts';
import type { Precision } from '../ir/program.ts';
import type { Facts, Plan } from '../plan.ts';
import { liveParams, type Build, type Frame, type Phase } from './frame.ts';
import { didYouMean } from '../../dsl/suggest.ts';
import { capacityOf, lintBatches, planOf, splitCapacity } from './plan-of.ts';
import { collects, rowsDim } from './sweep.ts';
import {
  evaluateGraphs,
  fitGraphs,
  initGraph,
  predictGraph,
  rangeGraphs,
  type Elaborated,
} from './phases.ts';
import { generatorGraphs } from './generators.ts';
import { reportGraphs } from './reports.ts';
import { gradientGraphs, stepGraphs } from './step-graphs.ts';
import { trainBody } from './train-body.ts';
import { type DataSetting, settingsOf } from './train-settings.ts';
import { lintStep } from './lints/lints.ts';
import { openWorld, type Files } from './world.ts';

export interface BuildOptions {
  readonly set: Readonly<Record<string, number | string | boolean>>;
  readonly train: string | null;
  /** Adds the entry `gradients` (one a `step` block): the loss and its gradient by every parameter. */
  readonly gradients: boolean;
  /** Adds a report: the confusion table of what is predicted. */
  readonly confusion: boolean;
  /** Steps also give norms of gradients and what layers give. */
  readonly stats: boolean;
  /** Answers the `grad` questions of a graph: what is folded over a split is folded after differentiation. */
  readonly derive: (graph: Graph) => Graph;
}
export interface Built {
  readonly graphs: Readonly<Record<string, Graph>>;
  readonly plan: Plan;
  readonly capacities: DimSizes;
  /** Of the data sets: where their batches are written, and how large they are. */
  readonly batches: readonly Pick<DataSetting, 'batchDim' | 'batch' | 'batchSpan'>[];
  readonly precision: Precision | null;
}

/** Names, dims and types resolved, layers applied: one graph for each entry of the program, and the plan. */
export function build(
  files: Files,
  facts: Facts,
  options: BuildOptions,
): { built: Built | null; diagnostics: readonly Diagnostic[] } {
  const diagnostics = new Map<string, Diagnostic>();
  // The block is elaborated once per phase: one mistake is one message.
  const report = (d: Diagnostic) =>
    diagnostics.set(`${d.code} ${d.span?.file} ${d.span?.start} ${d.message}`, d);
  const failed = () => [...diagnostics.values()].some((d) => d.severity === 'error');
  const overrides = { values: options.set, used: new Set<string>() };
  const open = (phase: Phase) => openWorld(files, facts, phase, overrides, report);
  const done = (built: Built | null) => ({ built, diagnostics: [...diagnostics.values()] });

  const { main } = files;
  const trains = main.declarations.filter((d): d is TrainDeclaration => d.kind === 'train');
  const blocks = [main, ...files.used].flatMap((m) =>
    m.declarations.filter((d): d is DataDeclaration => d.kind === 'data'),
  );
  const train = options.train === null ? trains[0] : trains.find((t) => t.name.name === options.train);
  if (!train) {
    const names = trains.map((t) => t.name.name);
    report(
      options.train === null
        ? diagnose(noTrainBlock, null, [main.file.split(/[\\/]/).at(-1)!])
        : diagnose(unknownName, null, [options.train], didYouMean(options.train, names)),
    );
    return done(null);
  }

  const elaborate = (phase: Phase): Elaborated => {
    const world: { build: Build; file: Frame } = open(phase);
    touchAll(files, world.file);
    const settings = settingsOf(train, blocks, world.file, overrides);
    return { ...world, settings, body: trainBody(train, settings, world.build, world.file) };
  };
  const step = elaborate('step');
  for (const name of Object.keys(options.set)) {
    if (overrides.used.has(name)) continue;
    const known = [
      ...main.declarations.flatMap((d) =>
        d.kind === 'dim' || d.kind === 'const' ? d.binds.map((b) => b.name.name) : [],
      ),
      'seed',
      'epochs',
      'steps',
      'batch',
      'accumulate',
    ];
    report(
      diagnose(
        badOverride,
        null,
        [`--set ${name}`, 'there is no const, dim or train field of that name'],
        didYouMean(name, known),
      ),
    );
  }
  if (failed()) return done(null);

  const steps = stepGraphs(step, options.stats);
  const graphs: Record<string, Graph> = { init: initGraph(step, open), ...steps.graphs };
  if (failed()) return done(null);
  const evaluated = elaborate('evaluate');
  const evaluation = evaluateGraphs(evaluated, options.derive, report);
  const predicted = elaborate('predict');
  const prediction = predictGraph(predicted);
  const trained = new Set(liveParams(step.build).map(({ name }) => name));
  const { graphs: generating, generators } = generatorGraphs(predicted);
  const reports = reportGraphs(
    predicted,
    { trained, generators, table: options.confusion ? prediction : null },
    options.derive,
  );
  const fits = fitGraphs(step, [evaluated, predicted], open, report);
  const ranges = rangeGraphs(step, [evaluated, predicted], open);
  Object.assign(graphs, ranges?.graphs);
  Object.assign(graphs, evaluation?.graphs, fits?.graphs, prediction?.graphs, generating, reports.graphs);
  if (options.gradients) Object.assign(graphs, gradientGraphs(elaborate('gradients')));

  const inOne = evaluation?.sweep.stages.some(({ whole }) => whole);
  const capacities = Object.fromEntries(
    step.settings.data.flatMap((d) => [
      [d.batchDim, inOne && d.batch === 'all' ? splitCapacity(d, facts) : capacityOf(d, facts)],
      ...(collects(graphs, d.batchDim) ? [[rowsDim(d.batchDim), splitCapacity(d, facts)]] : []),
    ]),
  );
  reportUnbound(graphs, capacities, report);
  lintStep(step.build, step.build.builder.finish()).forEach(report);
  if (step.body.blocks.every(({ params }) => params.length === 0) && step.build.params.size > 0) {
    report(
      diagnose(noUpdate, train.name.span, [], { help: 'write `update net with adam(1e-3)` after the loss' }),
    );
  }
  lintBatches(step.settings, facts, report);
  if (failed()) return done(null);
  const plan = planOf(train, step, [evaluated, predicted], {
    blocks: steps.plan,
    evaluation: evaluation?.sweep ?? null,
    fit: fits?.sweep ?? null,
    ranges: ranges?.plan ?? null,
    prediction: prediction?.plan ?? null,
    reports: reports.plans,
    generate: generators.map(({ plan }) => plan),
  });
  const { data: batches, precision } = step.settings;
  return done({ graphs, plan, capacities, batches, precision });
}

/** Resolves every constant and dim, used or not, so that a mistake in any of them is told. */
function touchAll(files: Files, file: Frame): void {
  for (const decl of files.main.declarations) {
    if (decl.kind !== 'dim' && decl.kind !== 'const') continue;
    for (const bind of decl.binds) file.scope.declared?.(bind.name.name);
  }
}

/** An open dim that no batch binds has no size to run with. */
function reportUnbound(
  graphs: Readonly<Record<string, Graph>>,
  capacities: DimSizes,
  report: (d: Diagnostic) => void,
): void {
  const seen = new Set<string>();
  for (const graph of Object.values(graphs)) {
    for (const node of graph.nodes) {
      for (const a of node.type.axes) {
        if (!isOpen(a.size)) continue;
        const free = a.size.of.find((d) => capacities[d] === undefined);
        if (free === undefined || seen.has(free)) continue;
        seen.add(free);
        report(
          diagnose(unboundDim, node.span, [free], {
            help: `write \`batch ${free} = 64\` in the train block, or give the dim a size: \`dim ${free} = 64\``,
          }),
        );
      }
    }
  }
}
