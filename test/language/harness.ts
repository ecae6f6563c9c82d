import { reference } from '../../compiler/backends/reference/backend.ts';
import type { Graph } from '../../compiler/ir/graph.ts';
import { typeText } from '../../compiler/ir/tensor-type.ts';
import type { Diagnostic } from '../../dsl/diagnostic.ts';
import { renderDiagnostic } from '../../dsl/frame.ts';
import { compileSource, type SourceOptions, type SourceResult } from '../../runtime/compile-source.ts';
import type { TrainEvent } from '../../runtime/events.ts';
import { DataError } from '../../runtime/fail.ts';
import { libraryTexts } from '../../runtime/node/library.ts';
import { openSession } from '../../runtime/open.ts';
import { type Prediction, predictRows } from '../../runtime/predict.ts';
import { train, trainStep } from '../../runtime/train.ts';
import { readSlot, type Session } from '../../runtime/session.ts';
import { evaluateSplit } from '../../runtime/sweep.ts';
import { evaluateGraph } from '../evaluate.ts';

/** Files by the path a program writes. */
export type Files = Readonly<Record<string, string | Uint8Array>>;
export type Options = Partial<SourceOptions> & { readonly files?: Files };
type Good = Extract<SourceResult, { ok: true }>;

export function reader(files: Files): SourceOptions['read'] {
  return async (path) => {
    const found = files[path];
    if (found === undefined) {
      throw new DataError([
        { code: 'no-data-file', text: `The data file "${path}" does not exist.`, file: path },
      ]);
    }
    return typeof found === 'string' ? new TextEncoder().encode(found) : found;
  };
}

/** Compiles a program given without its first line; every graph is checked after every pass. */
export async function compileText(text: string, options: Options = {}): Promise<SourceResult> {
  const { files = {}, ...rest } = options;
  const source = text.startsWith('bpnet') ? text : `bpnet 1\n${text}`;
  return compileSource(source, 'model.bpnet', {
    read: reader(files),
    library: libraryTexts(),
    check: true,
    ...rest,
  });
}

/** Compiles a program that must be right. */
export async function compiled(text: string, options: Options = {}): Promise<Good> {
  const result = await compileText(text, options);
  if (!result.ok) throw new Error(rendered(result));
  return result;
}

export function rendered(result: SourceResult): string {
  const sources = (file: string) => result.sources[file];
  return result.diagnostics.map((d) => renderDiagnostic(d, sources, { color: false })).join('\n');
}

/** `code: message` of everything that is said, in order. */
export async function said(text: string, options: Options = {}): Promise<string[]> {
  return (await compileText(text, options)).diagnostics.map(lineOf);
}
/** What is said of a program. Programs made around one expression train nothing, on purpose: that goes without saying. */
export async function codes(text: string, options: Options = {}): Promise<string[]> {
  const said = (await compileText(text, options)).diagnostics.map((d) => d.code);
  return said.filter((code) => code !== 'no-update');
}
const lineOf = (d: Diagnostic) => `${d.code}: ${d.message}`;

export interface Running extends Good {
  readonly session: Session;
  readonly saved: Map<string, Uint8Array>;
}
/** Compiled and opened on the reference backend; f64 unless said otherwise. */
export async function opened(text: string, options: Options = {}): Promise<Running> {
  const files = options.files ?? {};
  const result = await compiled(text, { precision: 'f64', ...options });
  const saved = new Map<string, Uint8Array>();
  const session = await openSession({
    plan: result.plan,
    launched: reference.launch(result.program),
    target: 'reference',
    read: reader(files),
    write: async (path, bytes) => void saved.set(path, bytes),
  });
  return { ...result, session, saved };
}

/** Trains to the end; the events in order. */
export async function trained(
  text: string,
  options: Options = {},
): Promise<Running & { events: TrainEvent[]; end: Extract<TrainEvent, { kind: 'end' }> }> {
  const running = await opened(text, options);
  const events: TrainEvent[] = [];
  for await (const event of train(running.session, { stepEvents: 1 })) events.push(event);
  const end = events.at(-1);
  if (end?.kind !== 'end') throw new Error('no end');
  return { ...running, events, end };
}

/** The quantities of the first step, by name. */
export async function firstStep(text: string, options: Options = {}): Promise<Record<string, number>> {
  const { session } = await opened(text, options);
  session.steps = 1;
  await session.begin(session);
  trainStep(session);
  return Object.fromEntries(session.plan.quantities.map((name, i) => [name, session.last[i]!]));
}

/** Parameters as they stand. */
export function params(session: Session): Record<string, number[]> {
  return Object.fromEntries(
    session.plan.params.map(({ name }) => {
      const place = session.tensors[name]!;
      return [name, Array.from({ length: place.size }, (_, i) => readSlot(session, place, i))];
    }),
  );
}

/** After initialisation: the quantities of the training split, as evaluated over the whole of it. */
export async function onSplit(
  running: Running,
  split: 'train' | 'valid' | 'test',
): Promise<Record<string, number>> {
  await running.session.begin(running.session);
  return { ...(await evaluateSplit(running.session, split)) };
}

/** The model's output for the data set's training rows. */
export async function predicted(running: Running): Promise<Prediction> {
  const { session } = running;
  await session.begin(session);
  const d = session.datasets[0]!;
  return predictRows(session, d.arrays, d.counts.train);
}

/** Inputs of an expression: name → written type and elements in row-major order. */
export type Inputs = Readonly<Record<string, readonly [type: string, values: readonly number[]]>>;
export interface Surroundings {
  /** Declarations of the file. */
  readonly before?: string;
  /** Lines of the train block before the expression. */
  readonly body?: string;
  /** Values of open dims. */
  readonly sizes?: Readonly<Record<string, number>>;
}

/** A program in which `result` is the expression, its inputs parameters of the train block. */
export function around(
  expression: string,
  inputs: Inputs = {},
  { before = '', body = '' }: Surroundings = {},
): string {
  const given = Object.entries(inputs).map(([name, [type]]) => `param ${name}: ${type} = 0`);
  return `${before}
train t {
  steps 1
  ${given.join('\n  ')}
  ${body}
  result = ${expression}
}`;
}

/** An expression's elements and type in f64, straight from the formulas of its graph. */
export async function valueOf(
  expression: string,
  inputs: Inputs = {},
  surroundings: Surroundings = {},
): Promise<{ type: string; values: readonly number[] }> {
  let step: Graph | null = null;
  await compiled(around(expression, inputs, surroundings), {
    observe: (entry, stage, graph) => {
      if (entry === 'step' && stage === '2-derived') step = graph;
    },
  });
  const graph = step! as Graph;
  const node = graph.nodes.findLast((n) => n.label === 'result' || n.label === expression);
  if (!node) throw new Error('`result` is no node: it is known before the graph');
  const leaves = Object.fromEntries(Object.entries(inputs).map(([name, [, values]]) => [name, values]));
  const values = evaluateGraph(graph, leaves, surroundings.sizes).get(node.id)!;
  return { type: typeText(node.type), values };
}
