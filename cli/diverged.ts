import type { Graph, Node } from '../compiler/ir/graph.ts';
import type { Kernel } from '../compiler/ir/kernel.ts';
import type { Entry, Program } from '../compiler/ir/program.ts';
import type { Span } from '../dsl/diagnostic.ts';
import { replayTo } from '../runtime/diverged.ts';
import { openSession } from '../runtime/open.ts';
import { callEntry, type Session } from '../runtime/session.ts';
import { notationOf } from './inspect/notation.ts';
import { costOf } from './inspect/kernels.ts';
import { compileAgain } from './program.ts';
import type { Run } from './run-file.ts';
import { backendOf } from './targets.ts';

export interface FirstBad {
  /** `log(p)` */
  readonly expression: string;
  readonly value: number;
  readonly span: Span | null;
  /** `backward, rule log.x`, or null in the forward part. */
  readonly rule: string | null;
}

/**
 * Which value was the first that is no finite number. The step that failed is run once more, one kernel per
 * value, on the very numbers it saw: from `checkpoint`, a state some steps before, or from the start. Values
 * that are infinite in the healthy step before it too (masks) are meant to be.
 */
export async function firstBadValue(
  run: Run,
  step: number,
  checkpoint?: Uint8Array,
): Promise<FirstBad | null> {
  const { session, compiled } = run;
  const plain = await compileAgain(compiled);
  if (plain === null) return null;
  const { program, graph } = plain;
  const kernels = program.entries['step']!.kernels;
  const launched = (await backendOf('js')).launch(oneEntryPerKernel(program));
  const probe = await openSession({
    plan: compiled.plan,
    launched,
    target: 'js',
    read: () => Promise.reject(new Error('the probe reads no files')),
    seed: session.seed,
    data: false,
  });
  const expected = new Set<number>();
  if (step > 1) {
    await replayTo(session, step - 1, checkpoint);
    transfer(session, run.launched.program, probe, program);
    kernels.forEach((_, i) => {
      callEntry(probe, entryName(i), 0);
      if (badValue(probe, program, kernels[i]!) !== null) expected.add(i);
    });
  }
  await replayTo(session, step, checkpoint);
  transfer(session, run.launched.program, probe, program);
  for (const [i, kernel] of kernels.entries()) {
    callEntry(probe, entryName(i), 0);
    const value = badValue(probe, program, kernel);
    if (value !== null && !expected.has(i)) return describe(graph, kernel, value);
  }
  return null;
}

function entryName(i: number): string {
  return `step/${i}`;
}

/** Host scalars are written by the first; all share the arena, so nothing else changes. */
function oneEntryPerKernel(program: Program): Program {
  const step = program.entries['step']!;
  const single = step.kernels.map((kernel, i): [string, Entry] => [
    entryName(i),
    { ...step, name: entryName(i), kernels: [kernel], hosts: i === 0 ? step.hosts : [] },
  ]);
  return { ...program, entries: Object.fromEntries(single) };
}

/** Everything a step reads, by name: the two programs place it differently. */
function transfer(from: Session, fromProgram: Program, to: Session, toProgram: Program): void {
  const roles: readonly string[] = ['param', 'state', 'fitted', 'data', 'total'];
  const stride = to.stride;
  for (const buffer of toProgram.buffers) {
    if (!roles.includes(buffer.role)) continue;
    const source = fromProgram.buffers.find(({ role, name }) => role === buffer.role && name === buffer.name);
    if (source === undefined) continue;
    const words = buffer.size * stride;
    to.int.set(
      from.int.subarray(source.offset * stride, source.offset * stride + words),
      buffer.offset * stride,
    );
  }
  Object.assign(to.sizes, from.sizes);
  to.steps = from.steps;
  to.progress = structuredClone(from.progress);
}

function badValue(s: Session, program: Program, kernel: Kernel): number | null {
  for (const id of costOf(kernel, s.sizes).writes) {
    const buffer = program.buffers.find((candidate) => candidate.id === id)!;
    if (buffer.type.dtype !== 'float') continue;
    const written = s.float.subarray(buffer.offset, buffer.offset + buffer.size);
    const at = written.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) return written[at]!;
  }
  return null;
}

function describe(graph: Graph, kernel: Kernel, value: number): FirstBad | null {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const nodes = kernel.nodes.map((id) => byId.get(id)).filter((node): node is Node => node !== undefined);
  const node = nodes.at(-1);
  if (node === undefined) return null;
  const rule = node.origin === null ? null : node.origin.rule;
  return { expression: notationOf(graph).expression(node), value, span: node.span, rule };
}
