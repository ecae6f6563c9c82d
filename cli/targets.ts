import { nearest } from '../dsl/suggest.ts';
import { type Target, targetHere, targets } from '../runtime/targets.ts';
import { type Context, fail, usageError } from './context.ts';
import { exit, type ExitCode } from './exit.ts';

/** Known to the language, not written yet: refused with exit code 5 rather than as a typing mistake. */
const planned = ['pytorch', 'onnx'];

export type TargetResult =
  { readonly ok: true; readonly target: Target } | { readonly ok: false; readonly code: ExitCode };

export function targetOf(context: Context, otherwise: Target = targetHere()): TargetResult {
  const asked = context.values.target ?? otherwise;
  if ((targets as readonly string[]).includes(asked)) return { ok: true, target: asked as Target };
  const have = `available: ${targets.join(', ')}`;
  if (planned.includes(asked)) {
    return {
      ok: false,
      code: fail(context, exit.target, `target ${asked} is not available in this version`, have),
    };
  }
  const close = nearest(asked, [...targets, ...planned]);
  const help = close === null ? have : `did you mean ${close}? ${have}`;
  return { ok: false, code: usageError(context, `there is no target called "${asked}"`, help) };
}
