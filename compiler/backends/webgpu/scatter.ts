import { variablesOf } from '../../ir/affine.ts';
import { timesDim } from '../../ir/dim.ts';
import type { Kernel, Loop } from '../../ir/kernel.ts';
import { neededBy, result, variablesIn } from '../../ir/kernel-walk.ts';
import type { Groups } from './gpu-program.ts';
import { nest, unravel, writeBody } from './statements.ts';
import { dimText, fresh, write, type Writer } from './writer.ts';

/** A store at a gathered place: several points of the loops may meet there. */
export function isScatter({ body }: Kernel): boolean {
  return body.some((stmt) => stmt.kind === 'store' && stmt.address.gathers.length > 0);
}

/** What each thread has for itself, and the loops it goes through in order. */
export interface ScatterPlan {
  readonly own: readonly Loop[];
  readonly inOrder: readonly Loop[];
}

/**
 * There are no atomic floats, and their order would be chance: the loops that decide which row is met run in order within a
 * thread, the others, along the row, side by side.
 */
export function planScatter({ loops, body }: Kernel): ScatterPlan {
  const deciding = new Set<string>();
  for (const stmt of body) {
    if (stmt.kind !== 'store') continue;
    const along = variablesOf(stmt.address.base);
    for (const { value } of stmt.address.gathers)
      for (const name of variablesIn([...neededBy(body, value), result(value)])) deciding.add(name);
    for (const { name } of loops) if (!along.has(name)) deciding.add(name);
  }
  return {
    own: loops.filter(({ name }) => !deciding.has(name)),
    inOrder: loops.filter(({ name }) => deciding.has(name)),
  };
}

export function writeScatter(w: Writer, kernel: Kernel, { own, inOrder }: ScatterPlan): Groups {
  const point = fresh(w, 'point');
  const size = timesDim(...own.map(({ extent }) => extent));
  write(w, `let ${point} = group * 64 + i32(lane);`);
  write(w, `if (${point} >= ${dimText(w, size)}) { return; }`);
  unravel(w, own, point);
  nest(w, inOrder, () => writeBody(w, kernel.body));
  return { pieces: [{ size, per: 1 }], each: 64 };
}
