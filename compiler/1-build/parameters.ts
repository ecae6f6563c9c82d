import { typeMismatch } from '../../dsl/messages/types.ts';
import { fail, liveParams, type Build, type Frame } from './frame.ts';
import { kindText, type NamedVal, type ParamItem, type Val } from './value.ts';

/** All parameters of an instance that have been met so far. */
export function paramItems(build: Build, instance: Extract<Val, { kind: 'instance' }>): readonly ParamItem[] {
  const { path } = instance.identity;
  if (path === null) return [];
  const items: ParamItem[] = [];
  for (const entry of liveParams(build)) {
    if (entry.used && entry.name.startsWith(`${path}.`))
      items.push({ name: entry.name, value: { ...entry.leaf, type: entry.type } });
  }
  return items;
}

/** `params(net)`, or the net itself where parameters are asked for. */
export function paramsOf(frame: Frame, arg: NamedVal): readonly ParamItem[] | null {
  const { value } = arg;
  if (value.kind === 'params') return value.items;
  if (value.kind === 'tensor') {
    const entry = liveParams(frame.build).find((p) => p.leaf.id === value.value.id);
    if (entry) return [{ name: entry.name, value: { ...entry.leaf, type: entry.type } }];
  }
  if (value.kind === 'instance') {
    const items = paramItems(frame.build, value);
    if (items.length > 0) return items;
    if (value.identity.failed) return null; // what was wrong with it has been told
    fail(frame, typeMismatch, arg.span, [
      'a model that was applied and has parameters',
      'a model not applied yet',
    ]);
    return null;
  }
  if (value.kind !== 'poison')
    fail(frame, typeMismatch, arg.span, ['a model or its parameters', kindText(value)]);
  return null;
}
