import { builtinGroups } from '../../compiler/1-build/builtins/catalog.ts';
import type { Builtin } from '../../compiler/1-build/builtin.ts';
import { dataBuiltins } from '../../compiler/1-build/data-builtins.ts';
import type { Declaration } from '../../dsl/model.ts';
import { parse } from '../../dsl/parse.ts';
import { printExpression, printParameters, printType } from '../../dsl/print-expression.ts';

/** One line of the page. */
export interface Entry {
  readonly name: string;
  readonly signature: string;
  readonly doc: string | null;
}
export interface Section {
  readonly title: string;
  readonly intro: string | null;
  readonly entries: readonly Entry[];
}

/** Of a library file: its declarations, and the comment it begins with. */
export function sectionOf(name: string, text: string): Section {
  const { model } = parse(text, name);
  const title = name.replace(/^library\/(.*)\.bpnet$/, '$1');
  const intro = /^bpnet 1\n\n((?:\/\/.*\n)+)\n/.exec(text)?.[1]?.replaceAll(/^\/\/ ?/gm, '') ?? null;
  const entries = model.declarations.flatMap((decl) => entriesOf(decl, text));
  return { title: title[0]!.toUpperCase() + title.slice(1), intro, entries };
}

function entriesOf(decl: Declaration, text: string): Entry[] {
  switch (decl.kind) {
    case 'fn':
      return [entry(decl, printParameters(decl.params) + result(decl))];
    case 'init':
      return [entry(decl, decl.params.length > 0 ? printParameters(decl.params) : '')];
    case 'layer':
    case 'optimizer':
      return [entry(decl, printParameters(decl.hyper) + printParameters(decl.inputs) + result(decl))];
    case 'const': {
      const above = text.slice(0, decl.span.start).trimEnd().split('\n').at(-1)!;
      const doc = above.startsWith('//') ? above.slice(2).trim() : null;
      return decl.binds.map(({ name, value }) => ({
        name: name.name,
        signature: `const ${name.name} = ${value ? printExpression(value) : ''}`,
        doc,
      }));
    }
    default:
      return [];
  }
}
function entry(decl: Extract<Declaration, { doc: string | null }>, rest: string): Entry {
  return { name: decl.name.name, signature: `${decl.kind} ${decl.name.name}${rest}`, doc: decl.doc };
}
function result({ result: type }: Extract<Declaration, { result: unknown }>): string {
  return type ? ` -> ${printType(type)}` : '';
}

/** Stands for the data block that functions of fields are made for: only their words are wanted. */
const nobody: unknown = new Proxy(() => nobody, { get: () => nobody });

/** Of functions the compiler brings: a parameter with `?` may be left out. */
export function builtinSections(): readonly Section[] {
  const groups = { ...builtinGroups, 'Fields of data': dataBuiltins(nobody as never) };
  return Object.entries(groups).map(([title, all]) => ({ title, intro: null, entries: all.map(ofBuiltin) }));
}
function ofBuiltin({ name, params, doc }: Builtin): Entry {
  return { name, signature: `${name}(${params.join(', ')})`, doc };
}

export function page(library: readonly Section[], builtin: readonly Section[]): string {
  const contents = (sections: readonly Section[]) =>
    sections.map(({ title }) => `[${title}](#${title.toLowerCase().replaceAll(/\W+/g, '-')})`).join(' · ');
  return `# The library

Written from the library's own source by \`npm run docs:library\`.

In the language: ${contents(library)}

Brought by the compiler: ${contents(builtin)}

A layer has two lists: its hyper-parameters, then its inputs; \`x |> dense(64)\` fills the second. A parameter after \`=\` may be
left out. \`...\` stands for any axes, a name that no \`dim\` declares for an axis of any size.

${library.map(section).join('\n')}
# Functions of the compiler

A parameter with \`?\` may be left out; \`f[K](x)\` names an axis.

${builtin.map(section).join('\n')}`;
}
function section({ title, intro, entries }: Section): string {
  const lines = entries.map(({ signature, doc }) => `- \`${signature}\`\\\n  ${escaped(doc ?? '')}`);
  return `## ${title}\n\n${intro === null ? '' : `${escaped(intro)}\n\n`}${lines.join('\n')}\n`;
}
function escaped(text: string): string {
  return text
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll(/[*<\\[]|(?<=\])\(/g, '\\$&');
}
