import { diagnose, type Diagnostic, type Extras, type Message, type Span } from '../../dsl/diagnostic.ts';
import type { Block, EmitStatement, Expression } from '../../dsl/model.ts';
import type { GraphBuilder } from '../ir/builder.ts';
import type { TensorType } from '../ir/tensor-type.ts';
import type { Calculus } from '../ops/calculus.ts';
import type { Value } from '../ops/op.ts';
import type { Facts, PlateauPlan } from '../plan.ts';
import type { LayerOutput } from './activations.ts';
import { poison, type AxisSelector, type NamedVal, type Val } from './value.ts';

/** Names in force. Library files have scopes of their own and never see the user's names. */
export interface Scope {
  readonly parent: Scope | null;
  readonly names: Map<string, Val>;
  /** File-level names are resolved on first use; `undefined`: not declared here. */
  readonly declared?: (name: string) => Val | undefined;
  readonly known?: () => readonly string[];
  /** The names of the library. */
  readonly library?: boolean;
  /** Names that a `step` block binds for itself, and which. */
  inBlocks?: Map<string, string>;
  /** Those of `names` that a `state` line declared. */
  states?: Map<string, RunningEntry>;
  /** In the body of a loop: what a turn emits. */
  readonly emits?: Emitted[];
}

/** A slice of a stack; null after a report. */
export interface Emitted {
  readonly name: string;
  readonly value: Value | null;
  readonly statement: EmitStatement;
}

/** `gradients` is a step without its updates. */
export type Phase = 'step' | 'gradients' | 'evaluate' | 'predict';

/** A parameter as first met: enough to initialise it. */
export interface ParamEntry {
  readonly name: string;
  readonly type: TensorType;
  readonly leaf: Value;
  /** Builds the initial value in the `init` graph. */
  readonly initial: (build: Build) => Value | null;
  readonly span: Span;
  /** Declared in the library: where its layer leaves it aside (`dense(bias = false)`) it does not exist. */
  readonly library: boolean;
  /** Some expression reads it. */
  used: boolean;
}

/** A running statistic: `state mean: [C] = 0` of a layer, or of the train block. */
export interface RunningEntry {
  readonly name: string;
  readonly type: TensorType;
  readonly leaf: Value;
  readonly initial: number;
  /** What a read gives: the stored value, or while training what was last assigned. */
  current: Value;
}

/** A loop of the graph while its body is elaborated. */
export interface Loop {
  readonly around: Loop | null;
  /** Carries another value from turn to turn: what it is in this one. */
  readonly carry: (initial: Value) => Value;
  /** States that its turns have met, carried in this order: what each was before the loop, and as a turn begins. */
  readonly states: Map<RunningEntry, { readonly before: Value; readonly start: Value }>;
}

/** A schedule `plateau(1e-3, on = valid.loss)` as written; its quantity is looked up when all names are bound. */
export interface PlateauCall {
  readonly on: Expression | null;
  readonly mode: PlateauPlan['mode'] | null;
  readonly span: Span;
  readonly settings: Omit<PlateauPlan, 'quantity' | 'mode'>;
}

/** One elaboration of the train block: a graph under construction and what was met on the way. */
export interface Build {
  readonly builder: GraphBuilder;
  readonly c: Calculus;
  readonly phase: Phase;
  readonly facts: Facts;
  readonly params: Map<string, ParamEntry>;
  readonly running: Map<string, RunningEntry>;
  /** Random streams are numbered by order of appearance, which is the same in every elaboration. */
  readonly streams: { next: number };
  readonly report: (diagnostic: Diagnostic) => void;
  /** Model applications, in order: the first fed by data alone is what `predict` computes. */
  readonly applications: {
    readonly instance: string;
    readonly output: Val;
    readonly inputs: readonly Val[];
  }[];
  /** All applications of layers, in order. */
  readonly layers: LayerOutput[];
  // The parts of the elaborator that call one another, wired in build.ts.
  readonly evaluate: (expression: Expression, frame: Frame) => Val;
  readonly apply: (
    callee: Val,
    args: readonly NamedVal[],
    frame: Frame,
    span: Span,
    axes?: readonly AxisSelector[],
  ) => Val;
  /** Runs statements; gives the returned value, or null. */
  readonly run: (block: Block, frame: Frame) => Val | null;
}

/** Where evaluation stands: names, the instance path, and whom to blame. */
export interface Frame {
  readonly build: Build;
  readonly scope: Scope;
  /** `Cnn.dense_1`; '' at the top. */
  readonly path: string;
  /** Numbers inline layers: `dense_1`, `dense_2`. */
  readonly counters: Map<string, number>;
  /** The user's call, while library code runs: spans and messages point there. */
  readonly callSite: Span | null;
  /** Library calls on the way here: `cross_entropy`. */
  readonly composites: readonly string[];
  /** The innermost loop around, of the graph: what is written here happens many times a step. */
  readonly loop?: Loop;
  /** Where `plateau(…)` notes itself; only the optimizer of an `update` may. */
  readonly plateaus?: PlateauCall[];
  /** Functions and layers entered on the way here, the user's own too. */
  readonly calls: readonly string[];
}

/** Whether `if training` holds. */
export function isTraining({ phase }: Build): boolean {
  return phase === 'step' || phase === 'gradients';
}

/** The parameters of the program. */
export function liveParams(build: Build): ParamEntry[] {
  return [...build.params.values()].filter((p) => p.used || !p.library);
}

export function lookup(name: string, scope: Scope): Val | undefined {
  for (let s: Scope | null = scope; s; s = s.parent) {
    const found = s.names.get(name) ?? s.declared?.(name);
    if (found) return found;
  }
  return undefined;
}
export function knownNames(scope: Scope): string[] {
  const out: string[] = [];
  for (let s: Scope | null = scope; s; s = s.parent) out.push(...s.names.keys(), ...(s.known?.() ?? []));
  return out;
}
/** The `step` block that has this name to itself. */
export function blockBinding(name: string, scope: Scope): string | null {
  for (let s: Scope | null = scope; s; s = s.parent) {
    const block = s.inBlocks?.get(name);
    if (block !== undefined) return block;
  }
  return null;
}
export function childScope(parent: Scope): Scope {
  return { parent, names: new Map() };
}

/** Reports and poisons. While library code runs, the message points at the user's call. */
export function fail<Args extends readonly unknown[]>(
  frame: Frame,
  message: Message<Args>,
  span: Span,
  args: Args,
  extras: Extras = {},
): Val {
  const within = frame.composites.at(-1);
  const notes = frame.callSite && within ? [...(extras.notes ?? []), `inside \`${within}\``] : extras.notes;
  frame.build.report(diagnose(message, frame.callSite ?? span, args, notes ? { ...extras, notes } : extras));
  return poison;
}

/** Builds nodes that remember this place. */
export function at<T>(frame: Frame, span: Span, make: () => T): T {
  return frame.build.builder.within({ span: frame.callSite ?? span, scope: frame.composites }, make);
}
