import type { BufferId, Kernel } from '../ir/kernel.ts';
import type { Buffer, Step } from '../ir/program.ts';
import { buffersRead, buffersWritten } from '../ir/kernel-walk.ts';

/** From the kernel that writes it first to the last that touches it, by position in the entry. */
export interface BufferLife {
  readonly buffer: BufferId;
  readonly from: number;
  readonly to: number;
}

/**
 * What lives across turns of a loop lives as long as the whole loop: what is touched outside of it too, and
 * what is read there before it is written.
 */
export function scratchLifetimes(steps: readonly Step[], buffers: readonly Buffer[]): readonly BufferLife[] {
  const lives = new Map<BufferId, { buffer: BufferId; from: number; to: number }>();
  let position = 0;
  const see = (kernel: Kernel): void => {
    for (const buffer of [...buffersRead(kernel.body), ...buffersWritten(kernel.body)]) {
      if (buffers[buffer]!.role !== 'scratch') continue;
      const life = lives.get(buffer);
      if (life) life.to = position;
      else lives.set(buffer, { buffer, from: position, to: position });
    }
    position++;
  };
  const spans: { readonly from: number; readonly to: number; readonly carried: ReadonlySet<BufferId> }[] = [];
  const walk = (step: Step): void => {
    if (step.kind === 'kernel') return see(step.kernel);
    const from = position;
    step.steps.forEach(walk);
    if (position > from) spans.push({ from, to: position - 1, carried: readFirst(step.steps) });
  };
  steps.forEach(walk);
  // Inner loops come before those around them, so a life that an inner one has drawn out is seen outside.
  for (const { from, to, carried } of spans) {
    for (const life of lives.values()) {
      const inside = life.from >= from && life.to <= to;
      const touched = life.from <= to && life.to >= from;
      if (!touched || (inside && !carried.has(life.buffer))) continue;
      life.from = Math.min(life.from, from);
      life.to = Math.max(life.to, to);
    }
  }
  return [...lives.values()];
}

/** Buffers that some step reads before one of these steps has written them. */
function readFirst(steps: readonly Step[]): ReadonlySet<BufferId> {
  const written = new Set<BufferId>();
  const first = new Set<BufferId>();
  const walk = (step: Step): void => {
    if (step.kind === 'loop') return step.steps.forEach(walk);
    for (const buffer of buffersRead(step.kernel.body)) if (!written.has(buffer)) first.add(buffer);
    for (const buffer of buffersWritten(step.kernel.body)) written.add(buffer);
  };
  steps.forEach(walk);
  return first;
}
