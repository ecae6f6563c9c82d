import { resolve } from 'node:path';
import type { Diagnostic } from '../dsl/diagnostic.ts';
import { compileFile, type CompiledFile } from '../runtime/node/compile-file.ts';
import type { CompileFileOptions } from '../runtime/node/compile-file.ts';
import { type Context, say } from './context.ts';
import { exit, type ExitCode } from './exit.ts';
import type { Setting } from './flags.ts';
import { reportDiagnostics, type SourceOf, verdict } from './report.ts';
import { targetOf } from './targets.ts';

export type CompiledArgument =
  | (CompiledFile & { readonly path: string })
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

/** Compiles the program a command names, `-` being stdin, with the flags that change programs. Prints nothing. */
export async function compileArgument(
  context: Context,
  file: string,
  extra: Partial<CompileFileOptions> = {},
): Promise<CompiledArgument> {
  const target = targetOf(context);
  if (!target.ok) return { ok: false, kind: 'refused', code: target.code };
  const { values, cwd, io } = context;
  const path = resolve(cwd, file === '-' ? '<stdin>' : file);
  const stdin = file === '-' ? await io.readStdin() : null;
  const result = await compileFile(path, {
    set: settingsOf(context),
    ...(values.precision === undefined ? {} : { precision: values.precision }),
    ...(values.train === undefined ? {} : { train: values.train }),
    ...(values.data === undefined ? {} : { data: resolveAll(values.data, cwd) }),
    ...(values.without === undefined ? {} : { without: values.without }),
    ...(values.check === undefined ? {} : { check: values.check }),
    ...(stdin === null ? {} : { text: stdin }),
    ...extra,
  });
  if (result.ok) return { ...result, path };
  return { ...result, code: codes[result.kind] };
}

/** Compiles and prints what is to be said. A number is the exit code of a failure. */
export async function openProgram(
  context: Context,
  file: string,
  extra: Partial<CompileFileOptions> = {},
): Promise<(CompiledFile & { readonly path: string }) | ExitCode> {
  const result = await compileArgument(context, file, extra);
  if (!result.ok && result.kind === 'refused') return result.code;
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

function resolveAll(paths: Readonly<Record<string, string>>, cwd: string): Record<string, string> {
  return Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, resolve(cwd, path)]));
}
