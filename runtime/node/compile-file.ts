import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { diagnose, type Diagnostic } from '../../dsl/diagnostic.ts';
import { missingFile } from '../../dsl/messages/names.ts';
import { compileSource, type SourceOptions, type SourceResult } from '../compile-source.ts';
import { nodeFiles, redirectedPath } from './files.ts';
import { libraryTexts } from './library.ts';

export type CompileFileOptions = Omit<SourceOptions, 'read' | 'library'> & {
  /** `--data name.train=path`: what to read instead, by the path as written (see `cli/redirect.ts`). */
  readonly data?: Readonly<Record<string, string>>;
  /** The program's text, when it does not come from the file (`-`). Relative paths start at the file's folder. */
  readonly text?: string;
  /** Told the absolute path of every file right before it is read: programs that are `use`d, and data. */
  readonly onRead?: (path: string) => void;
};

type SourceOf = (file: string) => string | undefined;
type Good = Extract<SourceResult, { ok: true }>;
export type CompiledFile = Omit<Good, 'sources'> & { readonly sources: SourceOf };
export type CompileFileResult =
  | CompiledFile
  | {
      readonly ok: false;
      readonly diagnostics: readonly Diagnostic[];
      /** `usage`: there is no such file. */
      readonly kind: 'program' | 'data' | 'usage';
      readonly sources: SourceOf;
    };

/** Compiles a `.bpnet` file. Relative paths in it start at its folder. */
export async function compileFile(
  path: string,
  options: CompileFileOptions = {},
): Promise<CompileFileResult> {
  const folder = dirname(resolve(path));
  const { read } = nodeFiles(folder);
  let { text } = options;
  if (text === undefined) {
    try {
      text = await readFile(path, 'utf8');
    } catch {
      return {
        ok: false,
        kind: 'usage',
        diagnostics: [diagnose(missingFile, null, [path])],
        sources: () => undefined,
      };
    }
  }
  const { data = {}, onRead, ...rest } = options;
  const result = await compileSource(text, path, {
    ...rest,
    read: (asked) => {
      const file = redirectedPath(data, asked);
      onRead?.(resolve(folder, file));
      return read(file);
    },
    library: libraryTexts(),
  });
  return { ...result, sources: (file) => result.sources[file] };
}
