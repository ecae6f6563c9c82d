import { sourceRequests } from '../compiler/1-build/requests.ts';
import type { Files } from '../compiler/1-build/world.ts';
import { compile, type CompileOptions, type Compiled } from '../compiler/compile.ts';
import { diagnose, type Diagnostic } from '../dsl/diagnostic.ts';
import { deepest } from '../dsl/depth.ts';
import { tooDeep } from '../dsl/messages/syntax.ts';
import { cyclicUse, missingFile } from '../dsl/messages/names.ts';
import type { Model } from '../dsl/model.ts';
import { parse } from '../dsl/parse.ts';
import type { HostRows, HostSplits } from './data/host.ts';
import type { ReadFile } from './data/source.ts';
import { DataError } from './fail.ts';
import { dataDiagnostics } from './data-diagnostics.ts';
import { readFacts } from './facts.ts';

export interface SourceOptions extends CompileOptions {
  /** Reads the data and the files that are `use`d; paths as written in the program. */
  readonly read: ReadFile;
  /** The library: file name → text. */
  readonly library: Readonly<Record<string, string>>;
  /** Arrays handed in instead of files, by data block. */
  readonly provided?: Readonly<Record<string, HostRows | HostSplits>>;
}
export type SourceResult = (
  | ({ readonly ok: true } & Compiled)
  /** `data`: the program may be right, but what it reads is not. */
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[]; readonly kind: 'program' | 'data' }
) & {
  /** Text of every file read, for code frames. */
  readonly sources: Readonly<Record<string, string>>;
};

/** From text to a compiled program: parses, follows `use`, reads the facts of the data, compiles. */
export async function compileSource(
  text: string,
  file: string,
  options: SourceOptions,
): Promise<SourceResult> {
  const sources: Record<string, string> = { [file]: text };
  const diagnostics: Diagnostic[] = [];
  const main = parse(text, file);
  diagnostics.push(...main.diagnostics);
  const used = await followUses(main.model, options.read, sources, diagnostics);
  const stop = (kind: 'program' | 'data', all: readonly Diagnostic[]): SourceResult => ({
    ok: false,
    diagnostics: all,
    kind,
    sources,
  });
  if (diagnostics.some((d) => d.severity === 'error')) return stop('program', diagnostics);

  const files: Files = { main: main.model, used, library: libraryModels(options.library) };
  try {
    return await compileModel(files, options, { stop, diagnostics, sources });
  } catch (error) {
    const tower = error instanceof RangeError && [main.model, ...used].map(deepest).find(isTower);
    if (!tower) throw error;
    return stop('program', [...diagnostics, diagnose(tooDeep, tower.span, [])]);
  }
}

/** Deeper than anybody writes: a stack that runs over is no bug then. */
function isTower({ depth }: ReturnType<typeof deepest>): boolean {
  return depth > 500;
}

interface SoFar {
  readonly stop: (kind: 'program' | 'data', all: readonly Diagnostic[]) => SourceResult;
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: Readonly<Record<string, string>>;
}

async function compileModel(
  files: Files,
  options: SourceOptions,
  { stop, diagnostics, sources }: SoFar,
): Promise<SourceResult> {
  const wanted = sourceRequests(files, options.set ?? {});
  if (wanted.diagnostics.length > 0) return stop('program', wanted.diagnostics);
  let facts;
  try {
    facts = await readFacts(wanted.requests, options.read, options.provided);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return stop('data', dataDiagnostics(error, wanted.requests));
  }
  const result = compile(files, facts, options);
  if (result.ok) return { ...result, diagnostics: [...diagnostics, ...result.diagnostics], sources };
  return stop('program', [...diagnostics, ...result.diagnostics]);
}

const parsedLibraries = new WeakMap<object, readonly Model[]>();
/** The library does not change: it is parsed once per set of texts. */
function libraryModels(library: Readonly<Record<string, string>>): readonly Model[] {
  const known = parsedLibraries.get(library);
  if (known) return known;
  const models = Object.entries(library).map(([name, text]) => {
    const { model, diagnostics } = parse(text, name);
    if (diagnostics.length > 0) throw new Error(`library file ${name}: ${diagnostics[0]!.message}`);
    return model;
  });
  parsedLibraries.set(library, models);
  return models;
}

/** Depth first; each file once; a cycle is told with its whole chain. */
async function followUses(
  main: Model,
  read: ReadFile,
  sources: Record<string, string>,
  diagnostics: Diagnostic[],
): Promise<Model[]> {
  const out: Model[] = [];
  const visit = async (model: Model, chain: readonly string[]): Promise<void> => {
    for (const decl of model.declarations) {
      if (decl.kind !== 'use') continue;
      const path = resolveFrom(model === main ? '' : model.file, decl.path.value);
      if (chain.includes(path)) {
        diagnostics.push(diagnose(cyclicUse, decl.path.span, [[...chain, path]]));
        continue;
      }
      if (sources[path] !== undefined) continue;
      let text: string;
      try {
        text = new TextDecoder().decode(await read(path));
      } catch {
        diagnostics.push(diagnose(missingFile, decl.path.span, [decl.path.value]));
        continue;
      }
      sources[path] = text;
      const parsed = parse(text, path);
      diagnostics.push(...parsed.diagnostics);
      await visit(parsed.model, [...chain, path]);
      out.push(parsed.model);
    }
  };
  await visit(main, [main.file.split('/').at(-1) ?? main.file]);
  return out;
}
/** `use` paths are relative to the file they stand in; the main file's folder is where `read` starts. */
function resolveFrom(file: string, path: string): string {
  const parts = [...file.split('/').slice(0, -1), ...path.split('/')];
  const out: string[] = [];
  for (const part of parts) {
    if (part === '' || part === '.') continue;
    if (part === '..' && out.length > 0 && out.at(-1) !== '..') out.pop();
    else out.push(part);
  }
  return out.join('/');
}
