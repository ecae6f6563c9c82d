import type { Diagnostic } from '../../dsl/diagnostic.ts';
import { graphBuilder } from '../ir/builder.ts';
import { calculus } from '../ops/calculus.ts';
import type { Facts } from '../plan.ts';
import { apply } from './apply.ts';
import { evaluate } from './evaluate.ts';
import { factBuiltins } from './fact-requests.ts';
import { fileFrame, fileScope, rootScope, type Overrides } from './files.ts';
import { type Build, type Frame, type Phase } from './frame.ts';
import type { Model } from '../../dsl/model.ts';
import { run } from './statements.ts';
import type { Val } from './value.ts';

/** Parsed files: the user's, those it uses, the library. */
export interface Files {
  readonly main: Model;
  readonly used: readonly Model[];
  readonly library: readonly Model[];
}

/** An empty graph and the names of all files, for one elaboration. */
export function openWorld(
  files: Files,
  facts: Facts,
  phase: Phase,
  overrides: Overrides,
  report: (d: Diagnostic) => void,
): { build: Build; file: Frame } {
  const builder = graphBuilder();
  const build: Build = {
    builder,
    c: calculus(builder),
    phase,
    facts,
    params: new Map(),
    running: new Map(),
    streams: { next: 0 },
    report,
    applications: [],
    layers: [],
    evaluate,
    apply,
    run,
  };
  const extra = factBuiltins.map((b): [string, Val] => [b.name, { kind: 'builtin', builtin: b }]);
  const root = rootScope(build, extra);
  const library = fileScope(build, files.library, root, null, true);
  const used = files.used.length > 0 ? fileScope(build, files.used, library, null, false) : library;
  const scope = fileScope(build, [files.main], used, overrides, false);
  return { build, file: fileFrame(build, scope) };
}
