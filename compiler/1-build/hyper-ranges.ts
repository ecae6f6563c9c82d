import type { Span } from '../../dsl/diagnostic.ts';
import { typeMismatch } from '../../dsl/messages/types.ts';
import { fail, type Frame } from './frame.ts';
import { constantOf, type Val } from './value.ts';

/** Shares of the old in an average, wherever the library names them so: others make it grow without bound. */
const shares: ReadonlySet<string> = new Set(['momentum', 'beta1', 'beta2', 'rho', 'decay_rate']);
/** What keeps a denominator from 0. */
const guards: ReadonlySet<string> = new Set(['eps']);

/** Whether hyper-parameters of the library, where they are known, lie where they mean something; reports. */
export function inRange(hyper: ReadonlyMap<string, Val>, frame: Frame, span: Span): boolean {
  for (const [name, val] of hyper) {
    const value = constantOf(val);
    if (value === null) continue;
    const isWrong = (shares.has(name) && !(value >= 0 && value <= 1)) || (guards.has(name) && !(value >= 0));
    if (!isWrong) continue;
    const wanted = shares.has(name) ? 'a number from 0 to 1' : 'a number from 0 on';
    fail(frame, typeMismatch, span, [`${wanted} for \`${name}\``, String(value)]);
    return false;
  }
  return true;
}
