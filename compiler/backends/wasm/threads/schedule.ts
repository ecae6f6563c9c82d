import { sizeOf } from '../../../ir/dim.ts';
import type { BufferId, Kernel } from '../../../ir/kernel.ts';
import { buffersRead, buffersWritten } from '../../../ir/kernel-walk.ts';
import type { Buffer, Step, TurnLoop } from '../../../ir/program.ts';
import { type Share, shareOf } from './share.ts';
import { nanosecondsOf } from './cost.ts';
import { newWriter, type ProgramWriter } from '../writer.ts';

/** Steps as threads run them: `share` null is for thread 0 alone, `waits`: all have to have come here first. */
export type SharedStep = SharedKernel | SharedLoop;
export interface SharedKernel {
  readonly kind: 'kernel';
  readonly kernel: Kernel;
  readonly share: Share | null;
  readonly waits: boolean;
}
/** Run by all, or, where nothing in it is shared, by thread 0. */
export interface SharedLoop {
  readonly kind: 'loop';
  readonly loop: TurnLoop;
  readonly steps: readonly SharedStep[];
  readonly waits: boolean;
}

export function isAlone(step: SharedStep): boolean {
  return step.kind === 'kernel' ? step.share === null : step.steps.every(isAlone);
}

/** An entry as threads run it; null where they would not gain. `eager`: where they can share anything. */
export function schedule(
  p: ProgramWriter,
  steps: readonly Step[],
  eager: boolean,
): readonly SharedStep[] | null {
  const shared = steps.map((step) => withShares(p, step, eager));
  const { steps: placed } = withBarriers(p, shared, []);
  if (eager) return placed.every(isAlone) ? null : placed;
  const [alone, together] = [time(p, placed, 1), time(p, placed, 2) + entering];
  return together < worthwhile * alone ? placed : null;
}

/** Nanoseconds that calling the others takes, and that a barrier does; and how much there must be to gain. */
const entering = 5000;
const waiting = 1000;
const worthwhile = 0.85;

function withShares(p: ProgramWriter, step: Step, eager: boolean): SharedStep {
  if (step.kind === 'loop') {
    return { kind: 'loop', loop: step, steps: step.steps.map((s) => withShares(p, s, eager)), waits: false };
  }
  const { kernel } = step;
  const empty = { params: [], locals: [], local: () => ({ index: 0, type: 'i32' as const }), code: [] };
  return {
    kind: 'kernel',
    kernel,
    share: shareOf(newWriter(p, kernel, empty, []), kernel, eager),
    waits: false,
  };
}

function time(p: ProgramWriter, steps: readonly SharedStep[], threads: number): number {
  const { capacities } = p.program;
  return steps.reduce((sum, step) => {
    const first = step.waits && threads > 1 ? waiting : 0;
    if (step.kind === 'loop') return sum + first + sizeOf(step.loop.extent, capacities) * time(p, step.steps, threads); // prettier-ignore
    return sum + first + nanosecondsOf(step.kernel, capacities) / (step.share ? threads : 1);
  }, 0);
}

/** What ran since the last barrier and may not be over. */
interface Access {
  readonly reads: readonly Buffer[];
  readonly writes: readonly Buffer[];
  readonly alone: boolean;
}

/**
 * A barrier before every step that reads or overwrites what another thread may not have written or read yet: by place in
 * the arena, since buffers share it one after the other. `running`: what may still run when the steps begin.
 */
function withBarriers(
  p: ProgramWriter,
  steps: readonly SharedStep[],
  running: readonly Access[],
): { readonly steps: readonly SharedStep[]; readonly running: readonly Access[] } {
  let now = running;
  const placed = steps.map((step): SharedStep => {
    if (step.kind === 'loop' && !isAlone(step)) {
      // What ran last in one turn may still run in the next.
      const first = withBarriers(p, step.steps, now);
      const around = withBarriers(p, step.steps, [...now, ...first.running]);
      now = [...now, ...around.running];
      return { ...step, steps: around.steps };
    }
    const access = accessOf(p, step);
    const waits = now.some((other) => disturbs(other, access));
    now = waits ? [access] : [...now, access];
    return { ...step, waits };
  });
  return { steps: placed, running: now };
}

function accessOf(p: ProgramWriter, step: SharedStep): Access {
  if (step.kind === 'loop') {
    const inside = step.steps.map((inner) => accessOf(p, inner));
    return {
      reads: inside.flatMap(({ reads }) => reads),
      writes: inside.flatMap(({ writes }) => writes),
      alone: true,
    };
  }
  const { body } = step.kernel;
  const places = (ids: ReadonlySet<BufferId>): readonly Buffer[] => [...ids].map((id) => p.buffers.get(id)!);
  return { reads: places(buffersRead(body)), writes: places(buffersWritten(body)), alone: isAlone(step) };
}

function disturbs(before: Access, after: Access): boolean {
  if (before.alone && after.alone) return false;
  return (
    meet(before.writes, after.reads) || meet(before.writes, after.writes) || meet(before.reads, after.writes)
  );
}
function meet(some: readonly Buffer[], others: readonly Buffer[]): boolean {
  return some.some((a) => others.some((b) => a.offset < b.offset + b.size && b.offset < a.offset + a.size));
}
