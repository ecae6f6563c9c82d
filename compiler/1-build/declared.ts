import type { Span } from '../../dsl/diagnostic.ts';
import type { ParamStatement } from '../../dsl/model.ts';
import { shapeMismatch, typeMismatch } from '../../dsl/messages/types.ts';
import { dimText, isOpen } from '../ir/dim.ts';
import { typeText, type TensorType } from '../ir/tensor-type.ts';
import { fail, type Frame } from './frame.ts';
import { resolveType } from './shapes.ts';

/** What `param` and `state` lines have in common: they name what is stored with the model. */

/** `Cnn.dense_1.W`: the path of bindings, then the name. */
export function ownName(local: string, frame: Frame): string {
  return frame.path === '' ? local : `${frame.path}.${local}`;
}

/** The type as written, with fixed sizes; null after a report. */
export function fixedType(statement: ParamStatement, frame: Frame): TensorType | null {
  if (statement.type.kind === 'tuple-type') {
    fail(frame, typeMismatch, statement.type.span, ['a tensor type', 'a tuple']);
    return null;
  }
  const type = resolveType(statement.type, frame);
  const open = type?.axes.find((a) => isOpen(a.size));
  if (!type || !open) return type;
  const what = statement.kind === 'param' ? 'parameter' : 'state';
  fail(frame, shapeMismatch, statement.type.span, [`a ${what} needs fixed sizes, but ${dimText(open.size)} is open`]); // prettier-ignore
  return null;
}

/** An instance that is applied again has the types it had first. */
export function sameType(
  name: string,
  first: TensorType,
  here: TensorType,
  span: Span,
  frame: Frame,
): boolean {
  if (typeText(first) === typeText(here)) return true;
  fail(frame, shapeMismatch, span, [`\`${name}\` is ${typeText(first)} where it was first used and ${typeText(here)} here`]); // prettier-ignore
  return false;
}
