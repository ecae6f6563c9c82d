import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { reference } from '../../compiler/backends/reference/backend.ts';
import type { Diagnostic } from '../../dsl/diagnostic.ts';
import { renderDiagnostic } from '../../dsl/frame.ts';
import { catalog } from '../../dsl/messages/catalog.ts';
import { compileSource, type SourceResult } from '../../runtime/compile-source.ts';
import { dataDiagnostics } from '../../runtime/data-diagnostics.ts';
import { DataError } from '../../runtime/fail.ts';
import { nodeFiles } from '../../runtime/node/files.ts';
import { libraryTexts } from '../../runtime/node/library.ts';
import { openSession } from '../../runtime/open.ts';

const here = 'test/errors';
const folders = readdirSync(here, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() && !entry.name.startsWith('syntax-') ? [entry.name] : []));

/** What else these need to go wrong. */
const set: Readonly<Record<string, Record<string, number>>> = { 'bad-override': { mu: 0.02 } };

const maxMemory: Readonly<Record<string, number>> = { 'memory-limit': 10_000 };

/** Compiles, and where that succeeds reads the data: everything said on the way. */
async function allSaid(folder: string): Promise<{ said: readonly Diagnostic[]; sources: SourceResult['sources'] }> {
  const { read } = nodeFiles(`${here}/${folder}`);
  const text = readFileSync(`${here}/${folder}/model.bpnet`, 'utf8');
  const limit = maxMemory[folder];
  const options = { read, library: libraryTexts(), set: set[folder] ?? {}, check: true, ...(limit ? { maxMemory: limit } : {}) };
  const result = await compileSource(text, 'model.bpnet', options);
  const { sources } = result;
  if (!result.ok) return { said: result.diagnostics, sources };
  try {
    await openSession({ plan: result.plan, launched: reference.launch(result.program), target: 'reference', read });
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return { said: [...result.diagnostics, ...dataDiagnostics(error)], sources };
  }
  return { said: result.diagnostics, sources };
}

describe('a mistake and all that is said about it', () => {
  test.for(folders)('%s', async (folder) => {
    const { said, sources } = await allSaid(folder);
    const text = said.map((d) => renderDiagnostic(d, (file) => sources[file], { color: false })).join('\n');
    expect(said.map((d) => d.code), text).toEqual([folder]);
    await expect(text).toMatchFileSnapshot(`./${folder}/expected.txt`);
  });
});

/** Codes that no program alone can cause: where they are tested instead. */
const elsewhere: Readonly<Record<string, string>> = {
  diverged: 'test/runtime: a run, not a program',
  'unwritable-output': 'test/runtime: the disk',
  'checkpoint-mismatch': 'test/runtime: a checkpoint',
  'bad-checkpoint': 'test/runtime: a checkpoint',
  'changed-program': 'test/runtime: a checkpoint',
  'nothing-to-load': 'test/runtime: a checkpoint',
  'too-many-rows': 'test/runtime: arrays that grow between compiling and training',
  'vanishing-gradient': 'test/language/norms: a run, not a program',
  'exploding-gradient': 'test/language/norms: a run, not a program',
  'nothing-learned': 'test/api: a step before anything was learned',
  'no-reader': 'test/cli: a file for a model whose data comes from none',
  'target-unsupported': 'raised by targets that cannot do everything; js and reference can',
};

test('every code has its mistake here, or a reason', () => {
  for (const [code, { group }] of Object.entries(catalog)) {
    if (group === 'syntax' || code in elsewhere) continue; // test/dsl/errors.test.ts has the syntax codes
    expect(existsSync(`${here}/${code}/model.bpnet`), `${code} has no folder`).toBe(true);
  }
  for (const code of [...folders, ...Object.keys(elsewhere)]) expect(catalog, code).toHaveProperty(code);
});
