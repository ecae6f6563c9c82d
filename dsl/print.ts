import type { Expression, TypeExpression } from './model.ts';
export function printExpression(e: Expression): string {
  return e.kind === 'name' ? e.name : e.kind;
}
export function printType(t: TypeExpression): string {
  return t.kind;
}
