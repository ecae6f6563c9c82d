import type { Diagnostic } from '../dsl/diagnostic.ts';
import type { Model } from '../dsl/model.ts';
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
  /** Sees every stage of every entry: `observe('step', '2-derived', graph)`. */
  readonly observe?: (entry: string, stage: string, value: Graph | Program) => void;
}

/** Parsed files: the user's first, `use`d ones by path, and the library. */
export interface Sources {
  readonly main: Model;
  readonly used: Readonly<Record<string, Model>>;
  readonly library: readonly Model[];
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

/** text → model → graph → derived → optimised → kernels. Pure: no file, clock or random source. */
export function compile(sources: Sources, facts: Facts, options: CompileOptions = {}): CompileResult {
  throw new Error(`not written yet ${sources.main.file} ${Object.keys(facts).length} ${options.precision}`);
}
