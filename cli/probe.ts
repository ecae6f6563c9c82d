import type { Program } from '../compiler/ir/program.ts';
import type { Plan } from '../compiler/plan.ts';
import { openSession } from '../runtime/open.ts';
import type { Session } from '../runtime/session.ts';
import type { Run } from './run-file.ts';
import { backendOf } from '../runtime/targets.ts';

/** A program beside the one that trains, which computes more of the same step on the same numbers. */
export interface Probe {
  readonly session: Session;
  /** Its entry of this name, on what the session that trains holds now. */
  readonly run: Session['run'];
}

export async function openProbe({ session, launched }: Run, program: Program, plan: Plan): Promise<Probe> {
  const probe = await openSession({
    plan,
    launched: (await backendOf('js')).launch(program),
    target: 'js',
    read: () => Promise.reject(new Error('the probe reads no files')),
    seed: session.seed,
    data: false,
  });
  return {
    session: probe,
    run: (entry, sizes, ...counters) => {
      transfer(session, launched.program, probe, program);
      probe.run(entry, sizes, ...counters);
    },
  };
}

/** Everything a step reads, by name: the two programs place it differently. */
function transfer(from: Session, fromProgram: Program, to: Session, toProgram: Program): void {
  const roles: readonly string[] = [
    'param',
    'running',
    'state',
    'gradient',
    'fitted',
    'data',
    'total',
    'rng',
  ];
  const { stride } = to;
  for (const buffer of toProgram.buffers) {
    if (!roles.includes(buffer.role)) continue;
    const source = fromProgram.buffers.find(({ role, name }) => role === buffer.role && name === buffer.name);
    if (source === undefined) continue;
    const words = from.int.subarray(source.offset * stride, (source.offset + buffer.size) * stride);
    to.int.set(words, buffer.offset * stride);
  }
  Object.assign(to.sizes, from.sizes);
}
