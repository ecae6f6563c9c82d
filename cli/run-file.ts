import { dirname, relative, resolve } from 'node:path';
import type { Launched, Threads } from '../compiler/backends/backend.ts';
import { diagnose, type Diagnostic } from '../dsl/diagnostic.ts';
import { targetUnsupported } from '../dsl/messages/targets.ts';
import { dataDiagnostics } from '../runtime/data-diagnostics.ts';
import { DataError, fail } from '../runtime/fail.ts';
import { nodeFiles, redirectedPath } from '../runtime/node/files.ts';
import { nodeThreads } from '../runtime/node/threads.ts';
import { isPng } from '../runtime/png.ts';
import { openSession } from '../runtime/open.ts';
import type { Session } from '../runtime/session.ts';
import { readSafetensors, writeSafetensors } from '../runtime/safetensors.ts';
import { type Context, usageError } from './context.ts';
import { exit, type ExitCode } from './exit.ts';
import { bytesText } from './format.ts';
import { refusedBy } from './refused.ts';
import { reportDiagnostics, type SourceOf } from './report.ts';
import type { CompiledProgram } from './program.ts';
import { absolutePaths } from './redirect.ts';
import { backendOf, type Target } from '../runtime/targets.ts';
import { targetOf } from './targets.ts';

/** What the command line adds to a checkpoint: how to find and compile the program again. */
export interface RunNote {
  /** The `.bpnet` file, relative to the checkpoint, so that both may be moved together. */
  readonly model: string;
  readonly precision: 'f32' | 'f64';
  readonly target: Target;
  /** `--max-memory`: another plan is another program. */
  readonly maxMemory?: number;
  /** `--data`, relative to the checkpoint. */
  readonly data: Readonly<Record<string, string>>;
  /** Rows of each split, by data set. With others a run is not continued but begun anew halfway. */
  readonly rows?: SplitRows;
}
type SplitRows = Readonly<Record<string, readonly number[]>>;

export interface Run {
  readonly session: Session;
  readonly launched: Launched;
  readonly compiled: CompiledProgram;
  /** Adds the note to a checkpoint about to be written to `path`. */
  readonly seal: (bytes: Uint8Array, path: string) => Uint8Array;
}

export interface RunOptions {
  readonly checkpoint?: Uint8Array;
  /** Only the parameters are needed: no data is read. */
  readonly dataless?: boolean;
  /** Only the parameters matter, so a program that changed is told but not refused. */
  readonly anyProgram?: boolean;
  readonly target?: Target;
  /** Absolute paths of `--data`. */
  readonly data?: Readonly<Record<string, string>>;
  /** Rows the checkpoint was trained on; others are refused unless the program may change. */
  readonly rows?: SplitRows;
}

/** A compiled program on its machine, with data and parameters. Data errors are printed: an exit code. */
export async function openRun(
  context: Context,
  compiled: CompiledProgram,
  options: RunOptions = {},
): Promise<Run | ExitCode> {
  const asked = targetOf(context);
  if (!asked.ok) return asked.code;
  const wanted = context.values.target === undefined ? (options.target ?? asked.target) : asked.target;
  // What does not fit into a WebAssembly memory may fit into a JavaScript one, unless that is not what was asked for.
  const targets =
    wanted === 'wasm' && context.values.target === undefined ? [wanted, 'js' as const] : [wanted];
  const refused = await refusedBy(wanted, compiled);
  if (refused.length > 0) {
    reportDiagnostics(context, refused, compiled.sources);
    return exit.program;
  }
  const started = await startOn(targets, compiled.program, nodeThreads(context.values.threads));
  if (started === null) return tooLarge(context, compiled, targets.at(-1)!);
  const { launched, target } = started;
  context.atEnd?.(() => launched.remote?.close());
  const folder = dirname(compiled.path);
  const files = nodeFiles(folder);
  const { data: redirect = {}, maxMemory } = compiled.options;
  let rows = options.rows;
  const seal = (bytes: Uint8Array, path: string) =>
    sealed(bytes, path, {
      model: compiled.path,
      precision: compiled.program.precision,
      target,
      ...(maxMemory === undefined ? {} : { maxMemory }),
      data: options.data ?? absolutePaths(context.values.data ?? {}, context.cwd),
      ...(rows ? { rows } : {}),
    });
  return guarded(context, compiled.sources, async () => {
    const session = await openSession({
      plan: compiled.plan,
      launched,
      target,
      read: (path) => files.read(redirectedPath(redirect, path)),
      write: (path, bytes) => files.write(path, isPng(bytes) ? bytes : seal(bytes, resolve(folder, path))),
      seed: compiled.plan.seed,
      set: compiled.options.set ?? {},
      data: options.dataless !== true,
      checkpoint: options.checkpoint,
      anyProgram: options.anyProgram ?? context.values.allowChanged === true,
    });
    if (options.dataless !== true) {
      const here = splitRows(session);
      const changed = rows !== undefined && JSON.stringify(rows) !== JSON.stringify(here);
      const any = options.anyProgram ?? context.values.allowChanged === true;
      if (changed && !any)
        fail('changed-program', `the data has other rows than when the checkpoint was written`);
      rows = here;
    }
    return { session, launched, compiled, seal };
  });
}

/** A machine with memory of its own does not show what it computes on the way. */
export function keptToItself(context: Context, { info }: Session, what: string): ExitCode {
  const help = '`--target js` and `--target wasm` show them';
  return usageError(context, `${what} looks at values that ${info.target} keeps to itself`, help);
}

/** On the first of the targets that has the memory; null: none has. */
async function startOn(
  targets: readonly Target[],
  program: CompiledProgram['program'],
  threads: Threads,
): Promise<{ readonly launched: Launched; readonly target: Target } | null> {
  for (const target of targets) {
    const backend = await backendOf(target);
    try {
      return { launched: await backend.launch(program, threads), target };
    } catch (error) {
      if (!(error instanceof RangeError) || !/array buffer|memory/i.test(error.message)) throw error;
    }
  }
  return null;
}

/** The machine, or JavaScript, has no such piece of memory. */
export function tooLarge(context: Context, { program, sources }: CompiledProgram, target: Target): ExitCode {
  const bytes = program.precision === 'f32' ? 4 : 8;
  const largest = program.buffers
    .map(({ name, role, size }) => ({ name: name ?? role, size: size * bytes }))
    .toSorted((a, b) => b.size - a.size);
  const notes = largest.slice(0, 3).map(({ name, size }) => `${name}: ${bytesText(size)}`);
  const what = `a program that needs ${bytesText(program.arenaBytes)} of memory`;
  const extras = { notes, help: 'smaller dims, or a smaller batch' };
  reportDiagnostics(context, [diagnose(targetUnsupported, null, [target, what], extras)], sources);
  return exit.program;
}

function splitRows({ datasets }: Session): SplitRows {
  return Object.fromEntries(
    datasets.map(({ use, splits }) => [use, [splits.train, splits.valid, splits.test].map((s) => s.length)]),
  );
}

function sealed(bytes: Uint8Array, path: string, note: RunNote): Uint8Array {
  const { tensors, metadata } = readSafetensors(bytes);
  const from = dirname(path);
  const near = (files: string) =>
    files
      .split(',')
      .map((file) => relative(from, file))
      .join(',');
  const data = Object.fromEntries(Object.entries(note.data).map(([name, file]) => [name, near(file)]));
  const local: RunNote = { ...note, model: relative(from, note.model), data };
  return writeSafetensors(tensors, { ...metadata, cli: JSON.stringify(local) });
}

/** Null in files that another program wrote, the emitted trainer for one. */
export function runNoteOf(bytes: Uint8Array): RunNote | null {
  const text = readSafetensors(bytes).metadata['cli'];
  try {
    return text === undefined ? null : (JSON.parse(text) as RunNote);
  } catch {
    return null;
  }
}

/** Runs what reads data, files or checkpoints; what the user has to mend is printed and becomes an exit code. */
export async function guarded<T>(
  context: Context,
  sources: SourceOf,
  body: () => Promise<T>,
): Promise<T | ExitCode> {
  try {
    return await body();
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return reportDataError(context, sources, error);
  }
}

export function reportDataError(context: Context, sources: SourceOf, error: DataError): ExitCode {
  reportDiagnostics(context, dataDiagnostics(error).map(withHelp), sources);
  return exitOf(error);
}

/** What a flag would mend is a usage error; the rest lies in the data. */
function exitOf(error: DataError): ExitCode {
  const usage = ['changed-program', 'checkpoint-mismatch', 'unwritable-output', 'nothing-to-load'];
  return error.diagnostics.every(({ code }) => usage.includes(code)) ? exit.usage : exit.data;
}

const helps: Readonly<Record<string, string>> = {
  'changed-program': 'undo the change, or continue as far as tensors fit with --allow-changed',
  'checkpoint-mismatch': 'the sizes of the model have changed since; train anew, or restore the old sizes',
};

function withHelp(diagnostic: Diagnostic): Diagnostic {
  const help = diagnostic.help ?? helps[diagnostic.code];
  return help === undefined ? diagnostic : { ...diagnostic, help };
}
