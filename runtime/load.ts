import type { Plan } from '../compiler/plan.ts';
import { fail } from './fail.ts';
import { readSafetensors, type StoredTensor } from './safetensors.ts';
import type { Session } from './session.ts';
import { restoreTensors } from './checkpoint.ts';

/**
 * `load "file" into net`: parameters and running statistics under `net` get the file's tensors of the same name, or of the same name
 * but for the first part (saved from a model bound to another name).
 */
export async function loadParameters(
  s: Session,
  load: Plan['load'][number],
  read: (path: string) => Promise<Uint8Array>,
): Promise<void> {
  const { tensors } = readSafetensors(await read(load.path));
  const rest = (name: string) => name.slice(name.indexOf('.') + 1);
  const byRest = new Map(Object.keys(tensors).map((name) => [rest(name), name]));
  const names = Object.keys(s.tensors).filter(
    (name) => name === load.into || name.startsWith(`${load.into}.`),
  );
  if (!names.length) fail('nothing-to-load', `There are no parameters named "${load.into}".`);
  const found: Record<string, StoredTensor> = {};
  for (const name of names) {
    const tensor = tensors[name] ?? tensors[byRest.get(rest(name)) ?? ''];
    if (tensor) found[name] = tensor;
  }
  restoreTensors(s, found, names);
}
