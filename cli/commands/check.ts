import { resolve } from 'node:path';
import { parse } from '../../dsl/parse.ts';
import type { Context } from '../context.ts';
import { usageError } from '../context.ts';
import { exit, type ExitCode } from '../exit.ts';
import { plural } from '../format.ts';
import { say } from '../context.ts';
import { compileArgument } from '../program.ts';
import {
  type DiagnosticFormat,
  reportDiagnostics,
  type Reported,
  type SourceOf,
  verdict,
} from '../report.ts';
import type { Diagnostic } from '../../dsl/diagnostic.ts';

const formats: readonly string[] = ['text', 'json', 'github'];

/** Everything up to the kernels, for each file; nothing is written. All files are checked before it fails. */
export async function run(context: Context): Promise<ExitCode> {
  const format = context.values.json === true ? 'json' : (context.values.format ?? 'text');
  if (!formats.includes(format)) {
    return usageError(context, `there is no format called "${format}"`, `formats: ${formats.join(', ')}`);
  }
  const diagnostics: Diagnostic[] = [];
  const texts: SourceOf[] = [];
  let worst: ExitCode = exit.ok;
  let parameters = 0;
  const look = async (file: string, train: string | undefined): Promise<SourceOf | ExitCode> => {
    const result = await compileArgument(context, file, train === undefined ? {} : { train });
    if (!result.ok && result.kind === 'refused') return result.code;
    diagnostics.push(...result.diagnostics.filter((d) => !diagnostics.some((other) => isSame(d, other))));
    texts.push(result.sources);
    if (result.ok) parameters += result.plan.params.length;
    else worst = Math.max(worst, result.code) as ExitCode;
    return result.sources;
  };
  for (const file of context.args) {
    const seen = await look(file, context.values.train);
    if (typeof seen === 'number') return seen;
    if (context.values.train !== undefined) continue;
    for (const train of furtherBlocks(seen, file, context)) await look(file, train);
  }
  const sources: SourceOf = (file) => texts.map((of) => of(file)).find((text) => text !== undefined);
  const reported = reportDiagnostics(context, diagnostics, sources, format as DiagnosticFormat);
  const code = verdict(context, reported);
  if (format === 'text') say(context, summary(context, reported, parameters));
  return worst === exit.ok ? code : worst;
}

/** The train blocks after the first: compiling a file compiles one. */
function furtherBlocks(sources: SourceOf, file: string, { cwd }: Context): string[] {
  const path = resolve(cwd, file === '-' ? '<stdin>' : file);
  const { declarations } = parse(sources(path) ?? '', path).model;
  return declarations.flatMap((d) => (d.kind === 'train' ? [d.name.name] : [])).slice(1);
}
function isSame(a: Diagnostic, b: Diagnostic): boolean {
  return a.code === b.code && a.message === b.message && JSON.stringify(a.span) === JSON.stringify(b.span);
}

function summary(context: Context, { errors, warnings }: Reported, parameters: number): string {
  const { err } = context;
  const files = plural(context.args.length, 'file');
  const warned = warnings === 0 ? '' : `, ${plural(warnings, 'warning')}`;
  if (errors > 0) return err.red(`${files} checked: ${plural(errors, 'error')}${warned}`);
  return (
    err.green(`${files} checked, no errors${warned}`) +
    err.dim(` (${plural(parameters, 'parameter tensor')})`)
  );
}
