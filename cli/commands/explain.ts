import type { Message, MessageGroup } from '../../dsl/diagnostic.ts';
import { catalog } from '../../dsl/messages/catalog.ts';
import { nearest } from '../../dsl/suggest.ts';
import { type Context, print, printJson, say, usageError } from '../context.ts';
import { exit, type ExitCode } from '../exit.ts';
import { wrap } from '../wrap.ts';

type Entry = Omit<Message<never>, 'text'>;

const groups: Record<MessageGroup, string> = {
  syntax: 'reading the text',
  names: 'names',
  types: 'shapes and types',
  gradients: 'gradients',
  data: 'data',
  targets: 'targets',
  training: 'training',
  lints: 'warnings',
};

export async function run(context: Context): Promise<ExitCode> {
  const entries: readonly Entry[] = Object.values(catalog);
  // Pasted from a terminal: `error[shape-mismatch]`.
  const code = context.args[0]?.replace(/^(?:error|warning)\[(.+)\]:?$/, '$1');
  if (code === undefined) {
    list(context, entries);
    return exit.ok;
  }
  const entry = entries.find((candidate) => candidate.code === code);
  if (entry === undefined) {
    const close = nearest(
      code,
      entries.map((candidate) => candidate.code),
    );
    return usageError(
      context,
      `there is no diagnostic called "${code}"`,
      close === null ? 'bpnet explain lists all of them' : `did you mean "${close}"?`,
    );
  }
  if (context.values.json === true) {
    printJson(context, { code, group: entry.group, severity: entry.severity, ...entry.explain });
    return exit.ok;
  }
  print(context, page(context, entry));
  return exit.ok;
}

function list(context: Context, entries: readonly Entry[]): void {
  if (context.values.json === true) {
    printJson(
      context,
      entries.map(({ code, group, severity }) => ({ code, group, severity })),
    );
    return;
  }
  const { out } = context;
  const columns = Math.min(100, context.io.stdout.columns());
  for (const [group, title] of Object.entries(groups)) {
    const codes = entries.filter((entry) => entry.group === group).map((entry) => entry.code);
    if (codes.length === 0) continue;
    print(context, `${out.bold(title)}\n${wrap(codes.toSorted().join('  '), columns, '  ', '  ')}`);
  }
  say(context, '\nRead one:  bpnet explain <code>');
}

function page(context: Context, entry: Entry): string {
  const { out } = context;
  const head =
    entry.severity === 'error' ? out.red(`error[${entry.code}]`) : out.yellow(`warning[${entry.code}]`);
  const columns = Math.min(88, context.io.stdout.columns());
  return (
    `${out.bold(head)}\n\n${wrap(entry.explain.why, columns)}\n` +
    `${out.bold('Not like this')}\n\n${indent(entry.explain.bad)}\n` +
    `${out.bold('Like this')}\n\n${indent(entry.explain.good)}`
  );
}

function indent(code: string): string {
  return code
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`.trimEnd() + '\n')
    .join('');
}
