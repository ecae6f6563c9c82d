import type { Diagnostic, Extras, Span } from '../dsl/diagnostic.ts';
import { diagnose } from '../dsl/diagnostic.ts';
import { gradAcrossLoop } from '../dsl/messages/gradients.ts';
import { gradIndependent, unreachableParam } from '../dsl/messages/lints.ts';
import { build } from './1-build/build.ts';
import type { Files } from './1-build/world.ts';
import { derive, type Independent } from './2-derive/derive.ts';
import { optimize } from './3-optimize/optimize.ts';
import { lower } from './4-lower/lower.ts';
import { planWithin } from './memory-limit.ts';
import { assertGraph } from './ir/graph-check.ts';
import type { Graph } from './ir/graph.ts';
import type { Precision, Program } from './ir/program.ts';
import type { Facts, Plan } from './plan.ts';

export interface CompileOptions {
  /** `--set name=value`: consts, dims, and train fields (`seed`, `epochs`, `steps`, `batch`). */
  readonly set?: Readonly<Record<string, number | string | boolean>>;
  /** Overrides the program's own; default f32. */
  readonly precision?: Precision;
  /** Which train block, when a file has several; default the first. */
  readonly train?: string;
  /** Passes to leave out, by name: for tests and `inspect`. */
  readonly without?: readonly string[];
  /** Check the graph after every pass. */
  readonly check?: boolean;
  /** Adds the entry `gradients` (`gradients_critic` …): the loss and its gradient by every parameter, without an update. */
  readonly gradients?: boolean;
  /** Adds a last report: how often each class is taken for each other, where the program predicts classes. */
  readonly confusion?: boolean;
  /** Steps also give, for every layer, `grad_norm(Net.dense_1)`, and `mean(…)`, `deviation(…)` and `zeros(…)` of its output. */
  readonly stats?: boolean;
  /** Bytes the arena may take: what does not fit is computed again in the backward pass, or refused. */
  readonly maxMemory?: number;
  /** Sees every stage of every entry: `observe('step', '2-derived', graph)`. */
  readonly observe?: (entry: string, stage: string, graph: Graph) => void;
}

export interface Compiled {
  readonly program: Program;
  readonly plan: Plan;
  /** Optimised graphs by entry, for `inspect`. */
  readonly graphs: Readonly<Record<string, Graph>>;
  /** Warnings (lints). */
  readonly diagnostics: readonly Diagnostic[];
}
export type CompileResult =
  ({ readonly ok: true } & Compiled) | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Parameters the loss does not depend on are never changed: one message an update. Any other gradient that is always zero. */
function lintIndependent(graph: Graph, questions: readonly Independent[]): Diagnostic[] {
  const leaves = new Map(graph.nodes.map((node) => [node.id, node.leaf]));
  const params = new Map<Span | null, string[]>();
  const others: Diagnostic[] = [];
  for (const { x, span } of questions) {
    const leaf = leaves.get(x);
    if (leaf?.kind === 'param') params.set(span, [...(params.get(span) ?? []), leaf.name]);
    else others.push(diagnose(gradIndependent, span, []));
  }
  return [...others, ...[...params].map(([span, names]) => diagnose(unreachableParam, span, [names]))];
}

function helpAcross(through: string | null): Extras {
  const value = through ?? 'that value';
  return { help: `use \`detach(${value})\` to leave that path out, or take the gradient after the loop` };
}

/** Model → graph → derived → optimised → kernels. Pure: no file, clock or random source. */
export function compile(files: Files, facts: Facts, options: CompileOptions = {}): CompileResult {
  const {
    set = {},
    train = null,
    gradients = false,
    confusion = false,
    stats = false,
    without = [],
    check = false,
    observe,
  } = options;
  const { built, diagnostics } = build(files, facts, {
    set,
    train,
    gradients,
    confusion,
    stats,
    derive: (graph) => derive(graph).graph,
  });
  if (!built) return { ok: false, diagnostics };

  const lints: Diagnostic[] = [...diagnostics];
  const training = new Set(built.plan.blocks.map((block) => block.entry));
  /** By place: the same line stands in several entries. */
  const mistakes = new Map<string, Diagnostic>();
  const graphs: Record<string, Graph> = {};
  for (const [entry, graph] of Object.entries(built.graphs)) {
    const see = (stage: string, seen: Graph) => {
      if (check) assertGraph(seen, `${entry}, ${stage}`);
      observe?.(entry, stage, seen);
    };
    see('1-graph', graph);
    const derived = derive(graph);
    for (const { x, through, span } of derived.across)
      mistakes.set(
        `${span?.file} ${span?.start}`,
        diagnose(gradAcrossLoop, span, [x, through], helpAcross(through)),
      );
    see('2-derived', derived.graph);
    if (training.has(entry)) lints.push(...lintIndependent(graph, derived.independent));
    graphs[entry] = optimize(derived.graph, { without, check, observe: see });
    see('3-optimized', graphs[entry]);
  }
  if (mistakes.size > 0) return { ok: false, diagnostics: [...diagnostics, ...mistakes.values()] };
  const precision = options.precision ?? built.precision ?? 'f32';
  const { capacities, batches, plan } = built;
  const planned =
    options.maxMemory === undefined
      ? { graphs, program: lower(graphs, { precision, capacities }) }
      : planWithin(graphs, { precision, capacities }, options.maxMemory, batches);
  if ('refused' in planned) return { ok: false, diagnostics: [...lints, planned.refused] };
  return { ok: true, ...planned, plan, diagnostics: lints };
}
