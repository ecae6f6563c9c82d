import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { passes } from '../compiler/3-optimize/passes.ts';
import type { Graph } from '../compiler/ir/graph.ts';
import { allKernels } from '../compiler/ir/program.ts';
import type { Plan } from '../compiler/plan.ts';
import type { Diagnostic } from '../dsl/diagnostic.ts';
import { catalog } from '../dsl/messages/catalog.ts';
import { nearest } from '../dsl/suggest.ts';
import { compileFile, type CompileFileOptions, type CompiledFile } from '../runtime/node/compile-file.ts';
import { redirectedPath } from '../runtime/node/files.ts';
import { type Context, isSaid, say, systemReason, usageError } from './context.ts';
import { exit, type ExitCode } from './exit.ts';
import type { Setting } from './flags.ts';
import { durationText, plural } from './format.ts';
import { absolutePaths, redirectOf } from './redirect.ts';
import { reportDiagnostics, type SourceOf, verdict } from './report.ts';
import { targetOf } from './targets.ts';

/** A compiled program, where it is, and how it was compiled. */
export type CompiledProgram = CompiledFile & {
  /** Absolute. */
  readonly path: string;
  readonly options: CompileFileOptions;
};

export type CompiledArgument =
  | CompiledProgram
  | {
      readonly ok: false;
      readonly kind: 'program' | 'data' | 'usage';
      readonly code: ExitCode;
      readonly diagnostics: readonly Diagnostic[];
      readonly sources: SourceOf;
    }
  /** The flags themselves are wrong; already printed. */
  | { readonly ok: false; readonly kind: 'refused'; readonly code: ExitCode };

const codes = { program: exit.program, data: exit.data, usage: exit.usage } as const;

/** What a command asks for beyond its flags. */
export interface CompileRequest extends Partial<CompileFileOptions> {
  /** `--data`, absolute, when it does not come from the flags alone. */
  readonly data?: Readonly<Record<string, string>>;
}

/** Compiles the program a command names, `-` being stdin, with the flags that change programs. Prints nothing. */
export async function compileArgument(
  context: Context,
  file: string,
  { data, ...extra }: CompileRequest = {},
): Promise<CompiledArgument> {
  const target = targetOf(context);
  if (!target.ok) return { ok: false, kind: 'refused', code: target.code };
  const { values, cwd, io } = context;
  const unknown = Object.keys(values.warn ?? {}).find((code) => catalog[code] === undefined);
  if (unknown !== undefined) {
    const close = nearest(unknown, Object.keys(catalog));
    const help = close === null ? '`bpnet explain` lists all messages' : `did you mean ${close}?`;
    return {
      ok: false,
      kind: 'refused',
      code: usageError(context, `-W ${unknown}: there is no such message`, help),
    };
  }
  const path = resolve(cwd, file === '-' ? '<stdin>' : file);
  context.onRead?.(path);
  let text: string;
  try {
    text = file === '-' ? await io.readStdin() : readFileSync(path, 'utf8');
  } catch (error) {
    const reason = systemReason(error);
    if (reason === null) throw error;
    return { ok: false, kind: 'refused', code: usageError(context, `cannot read ${file}: ${reason}`) };
  }
  const redirect = redirectOf(text, data ?? absolutePaths(values.data ?? {}, cwd));
  if (!redirect.ok) {
    return { ok: false, kind: 'refused', code: usageError(context, redirect.message, redirect.help) };
  }
  for (const [written, given] of Object.entries(redirect.paths)) context.redirected?.set(written, given);
  const options: CompileFileOptions = {
    text,
    data: redirect.paths,
    set: settingsOf(context),
    ...(values.precision === undefined ? {} : { precision: values.precision }),
    ...(values.train === undefined ? {} : { train: values.train }),
    ...(values.maxMemory === undefined ? {} : { maxMemory: values.maxMemory }),
    ...(values.without === undefined ? {} : { without: values.without }),
    ...(values.check === undefined ? {} : { check: values.check }),
    ...extra,
    onRead: (read) => {
      context.onRead?.(read);
      extra.onRead?.(read);
    },
  };
  const result = await compileFile(path, options);
  if (result.ok) {
    for (const read of laterReads(result.plan)) {
      context.onRead?.(resolve(dirname(path), redirectedPath(options.data ?? {}, read)));
    }
    return { ...result, path, options };
  }
  const { diagnostics, kind, sources } = result;
  return { ok: false, kind, diagnostics, sources, code: codeOf(kind, diagnostics) };
}

/** What a run will read, whether compiling had to look into it or not. */
function laterReads({ datasets, load }: Plan): readonly string[] {
  const rows = datasets.flatMap(({ splits }) => (splits.rows === null ? [] : [splits.rows]));
  const paths = datasets.flatMap(({ train, test }) => [...train.paths, ...(test?.paths ?? [])]);
  return [...paths, ...rows, ...load.map(({ path }) => path)];
}

/** A program that only asks for columns the file has not is at odds with its data, not wrong in itself. */
function codeOf(kind: keyof typeof codes, diagnostics: readonly Diagnostic[]): ExitCode {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.some(({ code }) => code === 'bad-override')) return exit.usage;
  if (errors.every(({ code }) => catalog[code]?.group === 'data')) return exit.data;
  return codes[kind];
}

/** Compiles and prints what is to be said. A number is the exit code of a failure. */
export async function openProgram(
  context: Context,
  file: string,
  request: CompileRequest = {},
): Promise<CompiledProgram | ExitCode> {
  const began = performance.now();
  const result = await compileArgument(context, file, request);
  if (!result.ok && result.kind === 'refused') return result.code;
  if (result.ok && isSaid(context, 'debug')) {
    const kernels = Object.values(result.program.entries).reduce(
      (sum, entry) => sum + allKernels(entry).length,
      0,
    );
    const entries = Object.keys(result.program.entries);
    const time = durationText(performance.now() - began);
    say(
      context,
      `compiled ${file} in ${time}: ${plural(kernels, 'kernel')} in ${entries.join(', ')}`,
      'debug',
    );
  }
  const reported = reportDiagnostics(context, result.diagnostics, result.sources);
  if (!result.ok) {
    if (reported.errors > 1) say(context, `${reported.errors} errors`);
    return result.code;
  }
  const code = verdict(context, reported);
  return code === exit.ok ? result : code;
}

/** `--set`, and the shortcuts for its commonest names; the shortcut wins. */
export function settingsOf({ values }: Context): Readonly<Record<string, Setting>> {
  return {
    ...values.set,
    ...(values.seed === undefined ? {} : { seed: values.seed }),
    ...(values.epochs === undefined ? {} : { epochs: values.epochs }),
    ...(values.steps === undefined ? {} : { steps: values.steps }),
  };
}

/** The graphs of all entries before any pass: every value of the listing is there. Null: it compiles no more. */
export async function compileAgain(
  compiled: CompiledProgram,
): Promise<Readonly<Record<string, Graph>> | null> {
  const without = passes.map(({ name }) => name);
  const { maxMemory: _, ...options } = compiled.options;
  const result = await compileFile(compiled.path, { ...options, without });
  return result.ok ? result.graphs : null;
}
