import { posix } from 'node:path';
import type { ts as TS } from 'ts-morph';
import { enclose } from './enclose.ts';
import { freeNames } from './free-names.ts';
import { runtimeSources, type SourceFile, type SourceTree } from './sources.ts';
import { type Known, specialise } from './specialise.ts';

type Compiler = typeof TS;

export interface CarryOptions {
  /** Text to carry instead of a declaration of that name: a catalog cut down to what one plan uses. */
  readonly instead?: Readonly<Record<string, string>>;
  /** What the emitter itself declares: references to these are left alone. */
  readonly given?: readonly string[];
  readonly known?: Known;
  /** The session's fields become variables: see `enclose`. */
  readonly enclosed?: boolean;
}
export interface Carried {
  /** Plain JavaScript without imports or exports; a declaration follows those it uses. */
  readonly text: string;
  readonly names: readonly string[];
}

interface Declaration {
  readonly name: string;
  readonly file: string;
  readonly text: string;
}
/** The declarations of the files read so far, and what each file imports under which name. */
interface Index {
  readonly declarations: Map<string, Declaration>;
  readonly imports: Map<string, ReadonlyMap<string, string>>;
}

/**
 * Exactly the top-level declarations that `entries` reach, as one piece of JavaScript. Names serve as
 * addresses, so they must be unique over all the files; that is checked here.
 */
export async function carry(
  entries: readonly string[],
  options: CarryOptions = {},
  sources: SourceTree = runtimeSources(),
): Promise<Carried> {
  const { ts } = await import('ts-morph');
  const { instead = {}, known = {} } = options;
  const given = new Set(options.given);
  const index = indexOf(ts, sources);

  const texts = new Map<string, string>();
  const order: string[] = [];
  const reach = (name: string): void => {
    if (texts.has(name)) return;
    const declaration = index.declarations.get(name);
    const own = instead[name] ?? declaration?.text;
    if (own === undefined) throw new Error(`"${name}" is no top-level declaration of the runtime`);
    const special = specialise(ts, own, known);
    const text = options.enclosed ? enclose(ts, special) : special;
    texts.set(name, text);
    for (const used of freeNames(ts, parse(ts, text))) {
      if (used === name || given.has(used)) continue;
      if (declaration && instead[used] === undefined) findImported(ts, index, sources, declaration, used);
      if (instead[used] !== undefined || index.declarations.has(used)) reach(used);
    }
    order.push(name);
  };
  entries.forEach(reach);
  return { text: order.map((name) => texts.get(name)!.trim()).join('\n\n'), names: order };
}

/** Files are read and stripped once, however often is carried from them. */
const indexes = new WeakMap<SourceTree, Index>();
function indexOf(ts: Compiler, sources: SourceTree): Index {
  const known = indexes.get(sources);
  if (known) return known;
  const index: Index = { declarations: new Map(), imports: new Map() };
  for (const [path, file] of Object.entries(sources.files)) addFile(ts, index, path, file);
  indexes.set(sources, index);
  return index;
}

/** Brings in the file a name is imported from, when it lies outside the runtime; a package's cannot be carried. */
function findImported(
  ts: Compiler,
  index: Index,
  sources: SourceTree,
  from: Declaration,
  name: string,
): void {
  const module = index.imports.get(from.file)?.get(name);
  if (module === undefined || index.declarations.has(name)) return;
  const path = posix.join(posix.dirname(from.file), module.replace(/\.js$/, '.ts'));
  const file = module.startsWith('.') ? sources.read(path) : null;
  if (!file)
    throw new Error(`${from.file}: "${from.name}" cannot be carried, it uses "${name}" of ${module}`);
  addFile(ts, index, path, file);
}

function addFile(ts: Compiler, index: Index, path: string, file: SourceFile): void {
  if (index.imports.has(path)) return;
  const parsed = parse(ts, file.language === 'ts' ? stripTypes(ts, file.text) : file.text);
  const imports = new Map<string, string>();
  index.imports.set(path, imports);
  for (const statement of parsed.statements) {
    if (ts.isImportDeclaration(statement)) {
      for (const [name, module] of importedNames(ts, statement, path)) imports.set(name, module);
      continue;
    }
    const name = declaredName(ts, statement, path);
    if (name === null) continue;
    const twin = index.declarations.get(name);
    if (twin)
      throw new Error(`"${name}" is declared in ${twin.file} and in ${path}: carried names are unique`);
    index.declarations.set(name, { name, file: path, text: declarationText(ts, parsed, statement) });
  }
}

function importedNames(
  ts: Compiler,
  statement: TS.ImportDeclaration,
  path: string,
): readonly (readonly [name: string, module: string])[] {
  const module = (statement.moduleSpecifier as TS.StringLiteral).text;
  const { name, namedBindings } = statement.importClause ?? {};
  const names = name ? [name.text] : [];
  if (namedBindings && ts.isNamespaceImport(namedBindings)) names.push(namedBindings.name.text);
  if (namedBindings && ts.isNamedImports(namedBindings)) {
    for (const element of namedBindings.elements) {
      if (element.propertyName && module.startsWith('.')) {
        throw new Error(`${path}: a carried name keeps its name, but here is ${element.getText()}`);
      }
      names.push(element.name.text);
    }
  }
  return names.map((each) => [each, module] as const);
}

/** The name a top-level statement declares; null for what leaves no trace in JavaScript. */
function declaredName(ts: Compiler, statement: TS.Statement, path: string): string | null {
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
    return statement.name?.text ?? null;
  }
  if (ts.isVariableStatement(statement)) {
    const [declaration, ...more] = statement.declarationList.declarations;
    if (declaration && more.length === 0 && ts.isIdentifier(declaration.name)) return declaration.name.text;
    throw new Error(`${path}: a carried statement declares one plain name, unlike ${statement.getText()}`);
  }
  if (ts.isExportDeclaration(statement) || ts.isEmptyStatement(statement)) return null;
  if (ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression)) return null;
  throw new Error(`${path}: nothing happens at import time, but this would: ${statement.getText()}`);
}

/** Without `export` and without remarks to tools; its own documentation stays. */
function declarationText(ts: Compiler, file: TS.SourceFile, statement: TS.Statement): string {
  const doc = ts.getJSDocCommentsAndTags(statement).findLast(ts.isJSDoc)?.getText(file);
  const body = file.text
    .slice(statement.getStart(file), statement.end)
    .replace(/^export /, '')
    .replaceAll(/[ \t]*\/\/ *(?:prettier-ignore|oxlint-|eslint-|@ts-)[^\n]*/g, '');
  return doc ? `${doc}\n${body}` : body;
}

function parse(ts: Compiler, text: string): TS.SourceFile {
  return ts.createSourceFile('part.js', text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
}

function stripTypes(ts: Compiler, source: string): string {
  const compilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
  };
  return ts.transpileModule(source, { compilerOptions }).outputText;
}
