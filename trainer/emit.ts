import { allKernels, type Program } from '../compiler/ir/program.ts';
import type { Plan } from '../compiler/plan.ts';
import { declarations } from './dts.ts';
import { minified, type Sizes, sizesOf } from './minify.ts';
import { moduleText, type PartSizes } from './module-text.ts';
import { sessionFacts } from './session-text.ts';
import { shapeOf, type TrainerShape, type TrainerTarget } from './shape.ts';

export interface TrainerInput {
  readonly program: Program;
  readonly plan: Plan;
  /** What checkpoints must agree on; default: as the runtime computes it. */
  readonly hash?: string;
  /** Path of the program, for the first line. */
  readonly source?: string;
}
export interface EmitOptions {
  readonly minify?: boolean;
  /** The forward part alone: predict and load. */
  readonly predictOnly?: boolean;
  /** The module also serves as a worker of its own: see parts/worker.ts. */
  readonly worker?: boolean;
  /** Instead of the train block's name. */
  readonly name?: string;
  /** What the kernels are printed as; default js. */
  readonly target?: TrainerTarget;
}
export interface EmittedTrainer {
  /** One ES module that imports nothing. */
  readonly js: string;
  readonly dts: string;
  readonly sizes: Sizes;
  /** Of the text as written, before it is minified. */
  readonly parts: PartSizes;
  /** Kernels in the order they run, by entry. */
  readonly kernels: Readonly<Record<string, readonly string[]>>;
}

/** Kernels, the plan as literals, and those parts of the runtime that this plan reaches, as one file. */
export async function emitTrainer(input: TrainerInput, options: EmitOptions = {}): Promise<EmittedTrainer> {
  const { predictOnly = false, worker = false, minify = false, target = 'js' } = options;
  const plan = options.name === undefined ? input.plan : { ...input.plan, name: options.name };
  if (predictOnly && !plan.predict) throw new Error('this program predicts nothing');
  const shape = shapeOf(plan, { predictOnly, worker, target, precision: input.program.precision });
  const program = trimmed(input.program, plan, shape);
  const facts = await sessionFacts(program, plan);
  const hash = input.hash ?? (await sessionFacts(input.program, input.plan)).session.info.hash;
  const { js, parts } = await moduleText({ program, plan, shape, facts, hash, source: input.source ?? null });
  const small = await minified(js);
  return {
    js: minify ? small : js,
    dts: declarations(plan, shape),
    sizes: sizesOf(js, small),
    parts,
    kernels: kernelNames(program),
  };
}

function kernelNames({ entries }: Program): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => [name, allKernels(entry).map((kernel) => kernel.name)]),
  );
}

/** Without the entries this trainer never calls. */
function trimmed(program: Program, plan: Plan, { predictOnly, evaluates }: TrainerShape): Program {
  const idle = new Set(evaluates ? [] : sweepEntries(plan.evaluate));
  const forward = new Set([plan.predict?.entry, plan.generate[0]?.entry]);
  const entries = Object.entries(program.entries).filter(([name]) =>
    predictOnly ? forward.has(name) : !idle.has(name),
  );
  return { ...program, entries: Object.fromEntries(entries) };
}
function sweepEntries(sweep: Plan['evaluate']): readonly string[] {
  return sweep ? [...sweep.stages.map(({ entry }) => entry), sweep.finish] : [];
}
