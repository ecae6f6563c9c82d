import { isAbsolute, relative, resolve } from 'node:path';
import type { Diagnostic, Span } from '../dsl/diagnostic.ts';
import { renderDiagnostic } from '../dsl/frame.ts';
import { catalog } from '../dsl/messages/catalog.ts';
import { positionAt, sourceFile } from '../dsl/source.ts';
import { libraryTexts } from '../runtime/node/library.ts';
import { type Context, isSaid, print, printJson } from './context.ts';
import { exit, type ExitCode } from './exit.ts';
import { plural } from './format.ts';

/** The text of a file a diagnostic speaks of. */
export type SourceOf = (file: string) => string | undefined;

export interface Reported {
  readonly errors: number;
  readonly warnings: number;
}

export type DiagnosticFormat = 'text' | 'json' | 'github';

const defaultErrorLimit = 10;

/**
 * Prints diagnostics: frames on stderr, or all of them at once on stdout as JSON or GitHub annotations.
 * `-W code=off` drops a warning, `-W code=error` makes it count as an error. Returns what counts.
 */
export function reportDiagnostics(
  context: Context,
  found: readonly Diagnostic[],
  sources: SourceOf,
  format: DiagnosticFormat = 'text',
): Reported {
  const diagnostics = found
    .map((d) => leveled(context, d))
    .filter((d) => d !== null)
    .map((d) => redirected(context, d));
  const errors = diagnostics.filter((d) => d.severity === 'error');
  const warnings = diagnostics.filter((d) => d.severity === 'warning');
  if (format === 'json')
    printJson(
      context,
      diagnostics.map((d) => jsonOf(context, d, sources)),
    );
  else if (format === 'github') for (const d of diagnostics) print(context, githubOf(context, d, sources));
  else printFrames(context, errors, warnings, sources);
  return { errors: errors.length, warnings: warnings.length };
}

/** After a command has reported everything: errors fail, and so do more warnings than allowed. */
export function verdict(context: Context, { errors, warnings }: Reported): ExitCode {
  if (errors > 0) return exit.program;
  const { maxWarnings } = context.values;
  if (maxWarnings === undefined || warnings <= maxWarnings) return exit.ok;
  const { err } = context;
  context.io.stderr.write(
    `${err.bold(err.red('error'))}: ${plural(warnings, 'warning')}, at most ${maxWarnings} allowed by --max-warnings\n`,
  );
  return exit.program;
}

function leveled(context: Context, diagnostic: Diagnostic): Diagnostic | null {
  const level = diagnostic.severity === 'warning' ? context.values.warn?.[diagnostic.code] : undefined;
  if (level === 'off') return null;
  return level === 'error' ? { ...diagnostic, severity: 'error' } : diagnostic;
}

/** Data is told by the path the program writes; what was read in its place is told too. */
function redirected(context: Context, diagnostic: Diagnostic): Diagnostic {
  if (catalog[diagnostic.code]?.group !== 'data') return diagnostic;
  const { message, notes = [] } = diagnostic;
  const told = [...(context.redirected ?? [])]
    .filter(([written]) => [message, ...notes].some((text) => text.includes(written)))
    .map(([written, given]) => `--data reads ${shortPath(context, given)} in the place of ${written}`);
  return told.length === 0 ? diagnostic : { ...diagnostic, notes: [...notes, ...told] };
}

/** Errors first, at most `--error-limit` of them; warnings are left out with `--quiet`. */
function printFrames(
  context: Context,
  errors: readonly Diagnostic[],
  warnings: readonly Diagnostic[],
  sources: SourceOf,
): void {
  const limit = context.values.errorLimit ?? defaultErrorLimit;
  const shown = limit === 0 ? errors : errors.slice(0, limit);
  const all = [...shown, ...(isSaid(context, 'warn') ? warnings : [])];
  for (const diagnostic of all.map((d) => withShortPaths(context, d))) {
    context.io.stderr.write(
      `${renderDiagnostic(diagnostic, longer(context, sources), { color: context.err.isColorSupported })}\n`,
    );
  }
  const hidden = errors.length - shown.length;
  if (hidden > 0) {
    context.io.stderr.write(`and ${plural(hidden, 'more error')}; --error-limit 0 prints all of them\n`);
  }
}

/** `{code, severity, message, file, start, end, notes[], fixes[]}`; lines and columns from 1, columns in UTF-16. */
function jsonOf(context: Context, diagnostic: Diagnostic, sources: SourceOf): unknown {
  const { code, severity, message, label, related, notes, help } = diagnostic;
  return {
    code,
    severity,
    message,
    ...placeOf(context, diagnostic, sources),
    notes: [
      ...(label === undefined ? [] : [label]),
      ...(related ?? []).map((second) => second.text),
      ...(notes ?? []),
    ],
    fixes: help === undefined ? [] : [help],
  };
}

interface Place {
  readonly file: string | null;
  readonly start: { readonly line: number; readonly column: number; readonly offset: number } | null;
  readonly end: { readonly line: number; readonly column: number; readonly offset: number } | null;
}

function placeOf(context: Context, { span }: Diagnostic, sources: SourceOf): Place {
  if (span === null) return { file: null, start: null, end: null };
  const file = shortPath(context, span.file);
  const text = sources(span.file);
  if (text === undefined) return { file, start: null, end: null };
  const source = sourceFile(span.file, text);
  const at = (offset: number) => ({ ...positionAt(source, offset), offset });
  return { file, start: at(span.start), end: at(span.end) };
}

/** Relative to the working folder when below it. */
export function shortPath(context: Context, path: string): string {
  if (!isAbsolute(path)) return path;
  const short = relative(context.cwd, path);
  return short.startsWith('..') ? path : short;
}

/** Frames name files as the user does: relative to the working folder. */
function withShortPaths(context: Context, diagnostic: Diagnostic): Diagnostic {
  const short = (span: Span): Span => ({ ...span, file: shortPath(context, span.file) });
  return {
    ...diagnostic,
    span: diagnostic.span === null ? null : short(diagnostic.span),
    ...(diagnostic.related === undefined
      ? {}
      : { related: diagnostic.related.map((label) => ({ ...label, span: short(label.span) })) }),
  };
}
function longer(context: Context, sources: SourceOf): SourceOf {
  return (file) => sources(file) ?? sources(resolve(context.cwd, file)) ?? libraryTexts()[file];
}

/** A workflow command of GitHub Actions: `::error file=…,line=…::text`. */
function githubOf(context: Context, diagnostic: Diagnostic, sources: SourceOf): string {
  const { file, start, end } = placeOf(context, diagnostic, sources);
  const properties: (readonly [string, string | number | undefined])[] = [
    ['file', file ?? undefined],
    ['line', start?.line],
    ['endLine', end?.line],
    ['col', start?.column],
    ['endColumn', start?.line === end?.line ? end?.column : undefined],
    ['title', diagnostic.code],
  ];
  const given = properties.filter(([, value]) => value !== undefined);
  const list = given.map(([name, value]) => `${name}=${escapeProperty(String(value))}`).join(',');
  const text = [diagnostic.message, ...(diagnostic.notes ?? []), diagnostic.help ?? ''].filter(
    (line) => line !== '',
  );
  return `::${diagnostic.severity} ${list}::${escapeData(text.join('\n'))}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
