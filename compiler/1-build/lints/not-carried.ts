import { diagnose } from '../../../dsl/diagnostic.ts';
import { notCarried } from '../../../dsl/messages/lints.ts';
import type { Block } from '../../../dsl/model.ts';
import { sameShape } from '../../ir/tensor-type.ts';
import type { Frame, Scope } from '../frame.ts';

/** `total = total + x[t]` in a loop that does not carry `total`: each turn begins with what it was before the loop. */
export function lintNotCarried(body: Block, carried: readonly string[], inside: Scope, frame: Frame): void {
  for (const statement of body.statements) {
    if (statement.kind !== 'binding' || statement.names.length > 1) continue;
    const [{ name, span }] = statement.names as [{ name: string; span: typeof statement.span }];
    if (carried.includes(name) || !mentions(statement.value, name)) continue;
    const before = boundIn(frame.scope, name);
    const after = inside.names.get(name);
    if (before?.kind !== 'tensor' || after?.kind !== 'tensor') continue;
    if (sameShape(before.value.type, after.value.type))
      frame.build.report(diagnose(notCarried, frame.callSite ?? span, [name]));
  }
}

/** What a block around binds a name to; names of the file are none of this, nor are states. */
function boundIn(scope: Scope, name: string) {
  for (let s: Scope | null = scope; s && !s.declared; s = s.parent) {
    if (s.names.has(name)) return s.states?.has(name) ? undefined : s.names.get(name);
  }
  return undefined;
}

/** Whether a name stands anywhere in a piece of syntax. */
function mentions(part: unknown, name: string): boolean {
  if (typeof part !== 'object' || part === null) return false;
  if ('kind' in part && part.kind === 'name' && 'name' in part && part.name === name) return true;
  return Object.values(part).some((inner) => mentions(inner, name));
}
