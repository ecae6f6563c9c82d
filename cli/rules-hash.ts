import { createHash } from 'node:crypto';
import * as catalog from '../compiler/ops/catalog.ts';
import type { PrimitiveOp } from '../compiler/ops/op.ts';

/**
 * Of every op's derivative: two versions with the same hash derive the same backward graphs. Rules are
 * functions, so their text is hashed; a change of wording counts as a change, which errs on the safe side.
 */
export function ruleTableHash(): string {
  const hash = createHash('sha256');
  const ops = Object.entries(catalog) as unknown as readonly (readonly [string, PrimitiveOp])[];
  for (const [name, op] of ops.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(name);
    for (const rule of op.derive ?? []) hash.update(`|${String(rule)}`);
    hash.update(`|${String(op.slopes)}|${String(op.formula)}`);
    hash.update('\n');
  }
  return hash.digest('hex').slice(0, 16);
}
