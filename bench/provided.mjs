// The data of a workload as `compile` takes it.
import { readFileSync } from 'node:fs';
import { rawSets, workloads } from './workloads.mjs';

/** The sets one after another, by data block; undefined: it is in the program. */
export function provided(name) {
  const sets = rawSets(name);
  if (!sets.length) return undefined;
  if (!workloads[name].vocab) {
    const joined = (field) => Float32Array.from(sets.flatMap((set) => Array.from(set[field])));
    return { mnist: { image: joined('image'), label: joined('label') } };
  }
  const file = new URL('../examples/data/tinyshakespeare/tinyshakespeare.txt', import.meta.url);
  const letters = [...new Set(readFileSync(file, 'utf8'))].sort();
  const tokens = sets.flatMap(({ raw }) => Array.from(raw, (token) => letters[token]));
  return { shakespeare: { raw: tokens.join('') } };
}
