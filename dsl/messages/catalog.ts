import type { Message } from '../diagnostic.ts';
import * as data from './data.ts';
import * as gradients from './gradients.ts';
import * as lints from './lints.ts';
import * as names from './names.ts';
import * as syntax from './syntax.ts';
import * as targets from './targets.ts';
import * as training from './training.ts';
import * as types from './types.ts';

/** An entry without its sentence, whose arguments differ from code to code: what `bpnet explain` shows. */
export type AnyMessage = Omit<Message<never>, 'text'>;

/** Every diagnostic code there is, grouped as listed. */
export const catalog: Readonly<Record<string, AnyMessage>> = byCode([
  syntax,
  names,
  types,
  gradients,
  data,
  training,
  targets,
  lints,
]);

function byCode(groups: readonly Readonly<Record<string, AnyMessage>>[]): Record<string, AnyMessage> {
  return Object.fromEntries(
    groups.flatMap((group) => Object.values(group).map((entry) => [entry.code, entry])),
  );
}
