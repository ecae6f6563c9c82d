import { diagnose, type Diagnostic, type Span } from '../dsl/diagnostic.ts';
import { parse } from '../dsl/parse.ts';
import { targetUnsupported } from '../dsl/messages/targets.ts';
import { backendOf, refusals, type Target } from '../runtime/targets.ts';
import type { CompiledProgram } from './program.ts';

/** What the target cannot do of the program, with the lines that ask for it. */
export async function refusedBy(target: Target, compiled: CompiledProgram): Promise<readonly Diagnostic[]> {
  const found = new Map<string, Diagnostic>();
  for (const { entry, text, span } of refusals(await backendOf(target), compiled)) {
    const at = entry === '' ? precisionSpan(compiled) : span;
    found.set(`${at?.start} ${text}`, diagnose(targetUnsupported, at, [target, text]));
  }
  return [...found.values()];
}

/** Where the program asks for a precision; null where a flag does. */
function precisionSpan({ path, sources }: CompiledProgram): Span | null {
  const train = parse(sources(path) ?? '', path).model.declarations.find(({ kind }) => kind === 'train');
  if (train?.kind !== 'train') return null;
  return train.body.statements.find(({ kind }) => kind === 'precision')?.span ?? null;
}
