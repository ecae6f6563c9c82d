import { diagnose, type Diagnostic } from '../../../dsl/diagnostic.ts';
import { unusedParam } from '../../../dsl/messages/lints.ts';
import { liveParams, type Build } from '../frame.ts';

/** Declared, and read by no expression. */
export function unusedParams(build: Build): Diagnostic[] {
  return liveParams(build)
    .filter((p) => !p.used)
    .map((p) => diagnose(unusedParam, p.span, [p.name]));
}
