import type { Dim } from '../../compiler/ir/dim.ts';
import type { Kernel } from '../../compiler/ir/kernel.ts';
import type { Entry, Program, Step } from '../../compiler/ir/program.ts';

/** What an entry does, in order, each kernel as an entry of its own. */
export type Piece =
  | { readonly kind: 'entry'; readonly name: string; readonly kernel: Kernel | null }
  | {
      readonly kind: 'loop';
      readonly extent: Dim;
      readonly reverse: boolean;
      readonly pieces: readonly Piece[];
    };

export interface Cut {
  readonly program: Program;
  /** By entry; the first piece writes its host scalars. */
  readonly pieces: Readonly<Record<string, readonly Piece[]>>;
}

/**
 * These entries with every kernel as an entry of its own, which takes the turns of the loops around it after the open
 * dims. Any backend runs them, so kernels can be timed one by one from outside.
 */
export function cutEntries(program: Program, names: readonly string[]): Cut {
  const entries: Record<string, Entry> = { ...program.entries };
  const cutSteps = (entry: Entry, steps: readonly Step[], turns: readonly string[]): readonly Piece[] =>
    steps.map((step): Piece => {
      if (step.kind === 'loop') {
        const { turn, extent, reverse } = step;
        return { kind: 'loop', extent, reverse, pieces: cutSteps(entry, step.steps, [...turns, turn]) };
      }
      const name = `${entry.name}:${step.kernel.name}`;
      entries[name] = { ...looped(entry), name, steps: [step], hosts: [], dims: [...entry.dims, ...turns] };
      return { kind: 'entry', name, kernel: step.kernel };
    });
  const pieces = names.map((name): [string, readonly Piece[]] => {
    const entry = program.entries[name]!;
    const hosts = `${name}:hosts`;
    entries[hosts] = { ...looped(entry), name: hosts, steps: [] };
    return [name, [{ kind: 'entry', name: hosts, kernel: null }, ...cutSteps(entry, entry.steps, [])]];
  });
  return { program: { ...program, entries }, pieces: Object.fromEntries(pieces) };
}

function looped(entry: Entry): Entry {
  const steps: { -readonly [K in keyof Entry]: Entry[K] } = { ...entry };
  delete steps.straight;
  return steps;
}
