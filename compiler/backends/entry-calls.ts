import type { Launched } from './backend.ts';

/** What is emitted, by entry: functions of the sizes of its dims, `step`, `steps`, `epoch`, `updates` and the numbers kept. */
export type EntryFunctions = Readonly<Record<string, (...args: readonly number[]) => void>>;

/** Runs entries by name. */
export function entryCalls(entries: EntryFunctions): Launched['run'] {
  // One array for all calls: spreading would make one in every step.
  const args: number[] = [];
  return (name, sizes, step, steps, epoch = 1, updates = step, kept = []) => {
    const entry = entries[name];
    if (!entry) throw new Error(`no entry ${name}`);
    args.length = sizes.length + 4 + kept.length;
    for (let i = 0; i < sizes.length; i++) args[i] = sizes[i]!;
    args[sizes.length] = step;
    args[sizes.length + 1] = steps;
    args[sizes.length + 2] = epoch;
    args[sizes.length + 3] = updates;
    for (let i = 0; i < kept.length; i++) args[sizes.length + 4 + i] = kept[i]!;
    entry.apply(undefined, args);
  };
}
