import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { nearest } from '../../dsl/suggest.ts';
import { type Context, fail, print, printJson, say, systemReason, usageError } from '../context.ts';
import { exit, type ExitCode } from '../exit.ts';
import { plural } from '../format.ts';
import { table } from '../table.ts';
import { packageRoot } from '../../runtime/node/package-root.ts';

interface Template {
  readonly name: string;
  readonly summary: string;
  readonly folder: string;
}

/** Without a template: the list. With one: its files, the data they name, and the first command to try. */
export async function run(context: Context): Promise<ExitCode> {
  const known = templates();
  const [name, target] = context.args;
  if (name === undefined) {
    list(context, known);
    return exit.ok;
  }
  const template = known.find((candidate) => candidate.name === name);
  if (template === undefined) {
    const names = known.map((candidate) => candidate.name);
    const close = nearest(name, names);
    return usageError(
      context,
      `there is no template called "${name}"`,
      close === null ? `templates: ${names.join(', ')}` : `did you mean "${close}"?`,
    );
  }
  const folder = resolve(context.cwd, target ?? name);
  const shown = relative(context.cwd, folder) || '.';
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    return usageError(
      context,
      `${shown} exists and is not empty; nothing was written`,
      `choose another folder: bpnet new ${name} my-${name}`,
    );
  }
  try {
    const files = copyTemplate(template, folder);
    if (context.values.json === true) printJson(context, { template: name, folder, files });
    else welcome(context, shown, files);
    return exit.ok;
  } catch (error) {
    const reason = systemReason(error);
    if (reason === null) throw error;
    return fail(context, exit.usage, `cannot write ${shown}: ${reason}`);
  }
}

function list(context: Context, known: readonly Template[]): void {
  if (context.values.json === true) {
    printJson(
      context,
      known.map(({ name, summary }) => ({ name, summary })),
    );
    return;
  }
  const { out } = context;
  print(context, table(known.map(({ name, summary }) => [out.bold(name), summary])));
  say(context, `\nCopy one:  bpnet new ${known[0]?.name ?? 'xor'} [folder]`);
}

function welcome(context: Context, shown: string, files: readonly string[]): void {
  print(context, `${shown}: ${plural(files.length, 'file')}\n${files.map((file) => `  ${file}\n`).join('')}`);
  const model = files.find((file) => file.endsWith('.bpnet')) ?? 'model.bpnet';
  say(context, `\nNext:\n  cd ${shown}\n  bpnet train ${model}`);
}

/** The folders of `examples/` that hold a program, with the comment at its head, or the README's first sentence, as the summary. */
export function templates(): readonly Template[] {
  const examples = join(packageRoot(), 'examples');
  return readdirSync(examples, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(examples, entry.name, 'model.bpnet')))
    .map(({ name }) => {
      const folder = join(examples, name);
      const text = readFileSync(join(folder, 'model.bpnet'), 'utf8');
      const comment = /^bpnet 1\n\/\/ (.+)$/m.exec(text)?.[1] ?? firstSentence(join(folder, 'README.md'));
      return { name, folder, summary: comment.replace(/[.:]$/, '') };
    });
}

function firstSentence(path: string): string {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const [, paragraph = ''] = text.split(/\n\s*\n/);
  return /^.*?[.:](?=\s|$)/s.exec(paragraph)?.[0].replaceAll(/\s+/g, ' ') ?? paragraph;
}

/**
 * Copies a template. Examples share `examples/data`; a copy gets the files it names beside it, so that it
 * stands alone: `"../data/iris/iris.csv"` becomes `"data/iris/iris.csv"`.
 */
function copyTemplate(template: Template, folder: string): readonly string[] {
  const written: string[] = [];
  const put = (path: string, write: (to: string) => void) => {
    const to = join(folder, path);
    if (written.includes(path)) return;
    mkdirSync(dirname(to), { recursive: true });
    write(to);
    written.push(path);
  };
  for (const entry of readdirSync(template.folder, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const from = join(template.folder, entry.name);
    if (!/\.(bpnet|md|txt|csv|json|mjs)$/.test(entry.name)) continue;
    const text = readFileSync(from, 'utf8');
    for (const [, path] of text.matchAll(/\.\.\/data\/([\w./-]+)/g)) {
      const data = join(dirname(template.folder), 'data', path!);
      if (existsSync(data) && basename(path!).includes('.')) {
        put(`data/${path}`, (to) => copyFileSync(data, to));
      }
    }
    put(entry.name, (to) => writeFileSync(to, text.replaceAll('../data/', 'data/')));
  }
  return written.toSorted();
}
