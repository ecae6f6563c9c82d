import type { Argument, Expression, Model } from '../../dsl/model.ts';
import { axis } from '../ir/tensor-type.ts';
import type { SourceFact, SourceRequest } from '../plan.ts';
import type { Builtin, BuiltinCall } from './builtin.ts';
import type { Frame } from './frame.ts';
import { optionsOf } from './source-options.ts';
import { makeRequest } from './sources.ts';
import { poison } from './value.ts';

/** Calls that are answered by the runtime before compilation, and the options each takes. */
const factCalls = {
  classes: ['header', 'skip', 'separator'],
  vocab: ['header', 'skip', 'separator', 'words', 'characters', 'max', 'lower'],
} as const;
type FactCall = keyof typeof factCalls;

/**
 * `vocab(file)`, `vocab(file, column, max = 5000)`, `classes(file, column, separator = ";")`: asked anywhere in the
 * file. Null where the path is no text, or after a report.
 */
export function factRequest(
  call: FactCall,
  args: readonly Argument[],
  span: SourceRequest['span'],
  frame: Frame,
): SourceRequest | null {
  const [first, second] = args.filter((arg) => !arg.name);
  const path = first ? frame.build.evaluate(first.value, frame) : poison;
  const given = optionsOf(args, factCalls[call], frame);
  if (path.kind !== 'string' || !given) return null;
  const e = second?.value;
  const column = e?.kind === 'name' ? e.name : e?.kind === 'string' || e?.kind === 'number' ? e.value : null;
  return makeRequest(call, [path.value], column === null ? given : { ...given, column }, span);
}

/** What the runtime read of a file before compilation. */
function fact(call: BuiltinCall, kind: FactCall): SourceFact | undefined {
  const request = factRequest(kind, call.syntax, call.span, call.frame);
  return request ? call.frame.build.facts[request.id] : undefined;
}
export const factBuiltins: readonly Builtin[] = [
  {
    name: 'vocab',
    doc: 'vocab(file): how many different characters a text has; vocab(file, words = true, max = 5000): words; vocab(file, column): of a column of text. Read before compilation.',
    params: ['...'],
    readsSyntax: true,
    call: (call) => {
      const found = fact(call, 'vocab');
      return found?.kind === 'text'
        ? { kind: 'dim', axis: axis(found.vocabulary.length), vocabulary: found.vocabulary }
        : poison;
    },
  },
  {
    name: 'classes',
    doc: 'classes(file, column): how many different values a column has, or how many folders of images there are; read before compilation.',
    params: ['...'],
    readsSyntax: true,
    call: (call) => {
      const found = fact(call, 'classes');
      return found?.kind === 'classes'
        ? { kind: 'dim', axis: axis(found.names.length), vocabulary: found.names }
        : poison;
    },
  },
];

/** Every such call of a file. */
export function factCallsOf(
  model: Model,
): readonly { readonly call: FactCall; readonly e: Extract<Expression, { kind: 'call' }> }[] {
  const found: { call: FactCall; e: Extract<Expression, { kind: 'call' }> }[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      value.forEach(visit);
      return;
    }
    if (value === null || typeof value !== 'object') return;
    const e = value as Partial<Extract<Expression, { kind: 'call' }>>;
    if (e.kind === 'call' && e.callee?.kind === 'name' && e.callee.name in factCalls) {
      found.push({ call: e.callee.name as FactCall, e: e as Extract<Expression, { kind: 'call' }> });
    }
    Object.values(value).forEach(visit);
  };
  visit(model.declarations);
  return found;
}
