import type { Program } from '../compiler/ir/program.ts';
import type { DataPlan, Plan, RawArray } from '../compiler/plan.ts';
import { openSession } from '../runtime/open.ts';
import { batchesPerStep } from '../runtime/train.ts';
import type { Dataset, EntryPlace, Place, Session } from '../runtime/session.ts';
import { fieldName } from './enclose.ts';
import { ruleTexts } from './host-text.ts';
import { literal } from './literal.ts';
import type { TrainerShape } from './shape.ts';

export interface SessionFacts {
  readonly session: Session;
  /** Ints are read or written by the host: labels, token ids. */
  readonly hasInts: boolean;
}

/** Where everything is, as the runtime itself works it out; nothing is run or read. */
export async function sessionFacts(program: Program, plan: Plan): Promise<SessionFacts> {
  const launched = {
    program,
    float: program.precision === 'f32' ? new Float32Array() : new Float64Array(),
    int: new Int32Array(),
    intStride: program.precision === 'f32' ? (1 as const) : (2 as const),
    run: () => {},
  };
  const read = () => Promise.reject(new Error('nothing is read here'));
  const session = await openSession({ plan, launched, target: 'js', read, data: false });
  const places = [
    ...Object.values(session.data),
    ...Object.values(session.entries).flatMap(({ outputs }) => Object.values(outputs)),
    ...Object.values(session.totals),
  ];
  return { session, hasInts: places.some(({ int }) => int) };
}

/** The session of one trainer, its fields as variables, over `options`, `float`, `int` and `run`. */
export function sessionText(plan: Plan, shape: TrainerShape, facts: SessionFacts): string {
  const { session, hasInts } = facts;
  const { predictOnly, readsData, evaluates } = shape;
  const trains = !predictOnly;
  const place = (p: Place) => literal(hasInts ? p : { at: p.at, size: p.size, shape: p.shape });
  const places = (all: Readonly<Record<string, Place>>) => record(all, place);
  // Complete by its type: a new field of the session is met here first. null: not needed.
  const fields: Record<keyof Session, string | null> = {
    plan: planText(plan, shape),
    info: trains ? infoText(session.info, shape.target) : null,
    float: 'float',
    int: 'int',
    stride: literal(session.stride),
    run: 'run',
    remote: shape.remote ? 'remote' : null,
    looks: trains && shape.remote ? literal(session.looks) : null,
    entries: record(session.entries, (entry) => entryText(entry, place)),
    tensors: places(trains ? session.tensors : weights(session.tensors)),
    data: readsData ? places(session.data) : null,
    totals:
      plan.generate.length > 0 ||
      (trains && (plan.fit || plan.ranges || evaluates || plan.reports.length > 0))
        ? places(session.totals)
        : null,
    rng: literal(session.rng),
    capacities: literal(session.capacities),
    datasets: readsData || predictOnly ? '[]' : settledTexts(plan, session),
    rules: trains ? `[${ruleTexts(plan).join(', ')}]` : null,
    begin: trains ? beginText(plan) : null,
    learned: '{}',
    set: trains ? literal(session.set) : null,
    seed: predictOnly ? '0' : `+(options.seed ?? ${literal(plan.seed)})`,
    write: trains ? 'options.write' : null,
    read: trains && plan.save.length > 0 ? readText(shape) : null,
    sizes: '{}',
    steps: '0',
    ready: 'false',
    progress: `freshProgress(${plan.datasets.length || 1}, ${plan.quantities.length}, ${plan.plateaus.length})`,
    last: trains ? literal(plan.quantities.map(() => NaN)) : null,
    diverged: trains && shape.remote ? '0' : null,
    norms: trains ? '{}' : null,
    means: trains ? '{}' : null,
    splits: trains ? '{}' : null,
    best: trains ? 'null' : null,
    stopped: trains ? 'null' : null,
    pause: '0',
  };
  return Object.entries(fields)
    .filter(([, text]) => text !== null)
    .map(([key, text]) => `let ${fieldName(key)} = ${text};`)
    .join('\n');
}

/** What was written is read as data is, else as the caller says. */
function readText({ readsData }: TrainerShape): string {
  return readsData ? 'fileReader(options)' : 'options.read';
}

/** Without data an epoch is all steps. */
function settledTexts({ datasets, blocks }: Plan, session: Session): string {
  if (datasets.length === 0) return `[noDataset(${fieldName('plan')}.steps * ${batchesPerStep(blocks)})]`;
  return list(datasets, (data) => settledText(data, session));
}

/** What the program loads before it trains comes from files. */
function beginText({ load }: Plan): string {
  if (load.length === 0) return 'initialise';
  const loads = load.map((each) => `await loadParameters(s, ${literal(each)}, fileReader(options));`);
  return `async (s) => {\n  await initialise(s);\n  ${loads.join('\n  ')}\n}`;
}
function list<T>(all: readonly T[], text: (each: T) => string): string {
  return `[${all.map(text).join(', ')}]`;
}

function infoText({ params, peakBytes }: Session['info'], target: string): string {
  return `{ name: meta.name, hash: meta.hash, target: '${target}', params: ${params}, peakBytes: ${peakBytes} }`;
}
function weights(tensors: Session['tensors']): Session['tensors'] {
  return Object.fromEntries(Object.entries(tensors).filter(([name]) => !name.startsWith('state/')));
}
function record<T>(all: Readonly<Record<string, T>>, text: (each: T) => string): string {
  const members = Object.entries(all).map(([key, each]) => `${JSON.stringify(key)}: ${text(each)}`);
  return members.length > 0 ? `{ ${members.join(', ')} }` : '{}';
}
function entryText({ dims, sizes, outputs }: EntryPlace, place: (p: Place) => string): string {
  return `{ dims: ${literal(dims)}, sizes: ${literal(sizes)}, outputs: ${record(outputs, place)} }`;
}

/** No more of the plan than the training loop reads. */
function planText(plan: Plan, { predictOnly, evaluates }: TrainerShape): string {
  const { predict } = plan;
  const members = {
    ...(!predictOnly && {
      epochs: `options.epochs ?? ${literal(plan.epochs)}`,
      steps: `options.steps ?? ${literal(plan.steps)}`,
      blocks: literal(plan.blocks),
      quantities: literal(plan.quantities),
      ...(plan.fit && { fit: literal(plan.fit) }),
      ...(plan.ranges && { ranges: literal(withoutSpans(plan.ranges)) }),
      ...(evaluates && plan.evaluate && { evaluate: literal(plan.evaluate) }),
      ...(plan.watch.length > 0 && { watch: literal(plan.watch) }),
      ...(plan.save.length > 0 && { save: literal(plan.save) }),
      ...(plan.reports.length > 0 && { reports: literal(plan.reports) }),
    }),
    ...(plan.generate.length > 0 && {
      generate: literal(plan.generate.slice(0, predictOnly ? 1 : undefined)),
    }),
    ...(predict && {
      predict: literal({
        entry: predict.entry,
        output: predict.output,
        ...(predict.classes && { classes: predict.classes }),
        ...(plan.datasets.length > 0 && { arrays: predict.arrays }),
      }),
    }),
  };
  return `{ ${Object.entries(members)
    .map(([key, text]) => `${key}: ${text}`)
    .join(', ')} }`;
}

/** Data that is in the program: one dataset literal, with nothing left to work out. */
function settledText(plan: DataPlan, session: Session): string {
  const [first] = plan.arrays;
  const rows = inlineValues(first!).length / width(first!);
  const fields: Record<keyof Dataset, string | null> = {
    use: JSON.stringify(plan.use),
    dim: JSON.stringify(plan.batchDim),
    batch: literal(rows),
    arrays: list(plan.arrays, (array) => {
      const place = placeText(session.data[array.name]!);
      return `{ values: ${literal(inlineValues(array))}, width: ${width(array)}, place: ${place} }`;
    }),
    splits: null, // whole splits are not asked for
    counts: literal({ train: rows, valid: 0, test: 0 }),
    order: `rowRange(0, ${rows})`,
    deal: null,
    dealt: null,
    filled: 'null',
  };
  const members = Object.entries(fields).filter(([, text]) => text !== null);
  return `{ ${members.map(([key, text]) => `${key}: ${text}`).join(', ')} }`;
}
/** Where a batch goes: its shape is not asked for. */
export function placeText({ at, size, int }: Place): string {
  return literal({ at, size, ...(int && { int }) });
}
export function inlineValues({ from }: RawArray): readonly number[] {
  if (from.kind !== 'inline') throw new Error('settled data is inline');
  return from.values;
}
function width({ type }: RawArray): number {
  return type.axes.slice(1).reduce((product, { size }) => product * (size as number), 1);
}

/** How data is read and cut, without what only messages about the source text need. */
export function dataPlansText(plans: readonly DataPlan[]): string {
  return literal(withoutSpans(plans));
}
function withoutSpans(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, part) => (key === 'span' ? undefined : part)));
}

export function metaText(plan: Plan, hash: string): string {
  return literal({ name: plan.name, hash });
}
