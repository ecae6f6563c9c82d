import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { format } from '../../dsl/print.ts';
import { type Context, fail, print, printJson, say, systemReason, usageError } from '../context.ts';
import { exit, type ExitCode } from '../exit.ts';
import { plural } from '../format.ts';
import { reportDiagnostics } from '../report.ts';

/** Files that cannot be read as a program are reported and left alone; the others are still formatted. */
export async function run(context: Context): Promise<ExitCode> {
  if (context.args.includes('-')) return formatStdin(context);
  const files: string[] = [];
  for (const argument of context.args) {
    const found = filesOf(resolve(context.cwd, argument));
    if (typeof found === 'string') return usageError(context, `cannot read ${argument}: ${found}`);
    if (found.length === 0) return usageError(context, `${argument} holds no .bpnet file`);
    files.push(...found);
  }
  const changed: string[] = [];
  let broken = 0;
  for (const path of files) {
    const name = relative(context.cwd, path);
    const text = readFileSync(path, 'utf8');
    const formatted = formatText(context, text, name);
    if (formatted === null) {
      broken++;
      continue;
    }
    if (formatted === text) continue;
    changed.push(name);
    if (context.values.check === true) continue;
    const refused = replaceFile(path, formatted);
    if (refused !== null) return fail(context, exit.usage, `cannot write ${name}: ${refused}`);
  }
  summarise(context, files.length, changed, broken);
  return broken > 0 || (context.values.check === true && changed.length > 0) ? exit.program : exit.ok;
}

function summarise(context: Context, files: number, changed: readonly string[], broken: number): void {
  if (context.values.json === true) {
    printJson(context, { files, changed, broken });
    return;
  }
  for (const name of changed) print(context, name);
  const same = files - changed.length - broken;
  const parts = [
    changed.length === 0
      ? ''
      : `${plural(changed.length, 'file')} ${context.values.check === true ? 'to format' : 'formatted'}`,
    same === 0 ? '' : `${plural(same, 'file')} already formatted`,
    broken === 0 ? '' : `${plural(broken, 'file')} with errors, left alone`,
  ];
  say(context, parts.filter((part) => part !== '').join(', '));
}

async function formatStdin(context: Context): Promise<ExitCode> {
  if (context.args.length > 1) return usageError(context, '- cannot be combined with files');
  const text = await context.io.readStdin();
  const formatted = formatText(context, text, '<stdin>');
  if (formatted === null) return exit.program;
  if (context.values.check === true) {
    if (formatted === text) return exit.ok;
    print(context, '<stdin>');
    return exit.program;
  }
  context.io.stdout.write(formatted);
  return exit.ok;
}

/** Null when the text is no program; the reason is printed. */
function formatText(context: Context, text: string, name: string): string | null {
  const formatted = format(text, name);
  const { errors } = reportDiagnostics(context, formatted.diagnostics, (file) =>
    file === name ? text : undefined,
  );
  return errors > 0 ? null : formatted.text;
}

/** All of it or nothing: a full disk or a crash must not lose a program. */
function replaceFile(path: string, text: string): string | null {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, text, { mode: statSync(path).mode });
    renameSync(draft, path);
    return null;
  } catch (error) {
    const reason = systemReason(error);
    if (reason === null) throw error;
    return reason;
  }
}

/** A file itself, or the programs below a folder; a text says why it cannot be read. */
function filesOf(path: string): readonly string[] | string {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => !entry.name.startsWith('.') && entry.name !== 'node_modules')
      .flatMap((entry) => {
        const inside = join(path, entry.name);
        if (entry.isDirectory()) return filesOf(inside);
        return entry.name.endsWith('.bpnet') ? [inside] : [];
      });
  } catch (error) {
    const reason = systemReason(error);
    if (reason === null) throw error;
    return reason;
  }
}
