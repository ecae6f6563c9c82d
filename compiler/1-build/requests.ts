import type { Diagnostic } from '../../dsl/diagnostic.ts';
import type { SourceRequest } from '../plan.ts';
import { factCallsOf, factRequest } from './fact-requests.ts';
import { sourcesOf } from './sources.ts';
import { openWorld, type Files } from './world.ts';

/** What must be read before this program can be compiled: headers, shapes, vocabularies. */
export function sourceRequests(
  files: Files,
  set: Readonly<Record<string, number | string | boolean>>,
): { requests: readonly SourceRequest[]; diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const requests = new Map<string, SourceRequest>();
  const add = (r: SourceRequest | null) => r && requests.set(r.id, r);
  // Names that stand for facts cannot be told yet; the mistakes of this pass are found again by the real one.
  const quiet = openWorld(files, {}, 'predict', { values: set, used: new Set() }, () => undefined);
  for (const { call, e } of factCallsOf(files.main)) add(factRequest(call, e.args, e.span, quiet.file));
  const loud = openWorld(files, {}, 'predict', { values: set, used: new Set() }, (d) => diagnostics.push(d));
  for (const model of [files.main, ...files.used]) {
    for (const decl of model.declarations) {
      if (decl.kind !== 'data') continue;
      const { train, test } = sourcesOf(decl, loud.file);
      add(train);
      add(test);
    }
  }
  return { requests: [...requests.values()], diagnostics };
}
