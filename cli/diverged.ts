import { lower } from '../compiler/4-lower/lower.ts';
import type { Graph, Node } from '../compiler/ir/graph.ts';
import type { Program } from '../compiler/ir/program.ts';
import type { Span } from '../dsl/diagnostic.ts';
import { replayTo } from '../runtime/diverged.ts';
import { openSession } from '../runtime/open.ts';
import { callEntry, type Session } from '../runtime/session.ts';
import { numberText } from './format.ts';
import { notationOf } from './inspect/notation.ts';
import { compileAgain } from './program.ts';
import type { Run } from './run-file.ts';
import { backendOf } from './targets.ts';

export interface FirstBad {
  /** `log` */
  readonly op: string;
  /** What its first input ranged over, where that is another value: `-0.3 … 38`. */
  readonly input: string | null;
  readonly value: number;
  readonly span: Span | null;
  /** `log.x` when it is a derivative. */
  readonly rule: string | null;
}

/**
 * Which value was the first that is no finite number. The step that failed is run once more with every value
 * of the graph as an output, on the very numbers it saw: replayed from `checkpoint`, a state some steps
 * before, or from the start. What is infinite in the healthy step before it too (masks) is meant to be.
 */
export async function firstBadValue(
  run: Run,
  step: number,
  checkpoint?: Uint8Array,
): Promise<FirstBad | null> {
  const { session, compiled } = run;
  const graph = await compileAgain(compiled);
  if (graph === null) return null; // the file was changed under our feet
  const { precision, capacities } = compiled.program;
  const notation = notationOf(graph);
  const seen = graph.nodes.filter(
    (node) => node.type.dtype === 'float' && node.leaf === null && !notation.isInline(node),
  );
  const program = lower({ step: withOutputs(graph, seen) }, { precision, capacities });
  const launched = (await backendOf('js')).launch(program);
  const probe = await openSession({
    plan: compiled.plan,
    launched,
    target: 'js',
    read: () => Promise.reject(new Error('the probe reads no files')),
    seed: session.seed,
    data: false,
  });
  const badAt = async (at: number): Promise<ReadonlyMap<Node, number>> => {
    await replayTo(session, at, checkpoint);
    transfer(session, run.launched.program, probe, program);
    return badValues(probe, seen);
  };
  const expected = step > 1 ? await badAt(step - 1) : new Map<Node, number>();
  for (const [node, value] of await badAt(step)) {
    if (expected.has(node)) continue;
    const rule = node.origin?.rule ?? null;
    return { op: node.op, input: inputRange(probe, node, seen), value, span: node.span, rule };
  }
  return null;
}

function outputName(node: Node): string {
  return `value ${node.id}`;
}

function withOutputs(graph: Graph, nodes: readonly Node[]): Graph {
  const values = nodes.map((node) => ({ kind: 'value' as const, name: outputName(node), node: node.id }));
  return { ...graph, outputs: [...graph.outputs, ...values] };
}

/** Everything a step reads, by name: the two programs place it differently. */
function transfer(from: Session, fromProgram: Program, to: Session, toProgram: Program): void {
  const roles: readonly string[] = ['param', 'running', 'state', 'fitted', 'data', 'total'];
  const { stride } = to;
  for (const buffer of toProgram.buffers) {
    if (!roles.includes(buffer.role)) continue;
    const source = fromProgram.buffers.find(({ role, name }) => role === buffer.role && name === buffer.name);
    if (source === undefined) continue;
    const words = from.int.subarray(source.offset * stride, (source.offset + buffer.size) * stride);
    to.int.set(words, buffer.offset * stride);
  }
  Object.assign(to.sizes, from.sizes);
  to.steps = from.steps;
  to.progress = structuredClone(from.progress);
}

/** Values with a number that is not finite, in the order they are computed. */
function badValues(s: Session, nodes: readonly Node[]): ReadonlyMap<Node, number> {
  callEntry(s, 'step', 0);
  const bad = new Map<Node, number>();
  for (const node of nodes) {
    const value = numbersOf(s, node).find((x) => !Number.isFinite(x));
    if (value !== undefined) bad.set(node, value);
  }
  return bad;
}

/** A value as the last step computed it, at the actual sizes. */
function numbersOf(s: Session, node: Node): readonly number[] {
  const { at, size } = s.entries['step']!.outputs[outputName(node)]!;
  const first = node.type.axes[0]?.size;
  const open = first === undefined || typeof first === 'number' ? [] : first.of;
  const rows = open.reduce((product, dim) => product * s.sizes[dim]!, 1);
  return Array.from(s.float.subarray(at, at + size * rows));
}

function inputRange(s: Session, { inputs }: Node, seen: readonly Node[]): string | null {
  const input = seen.find(({ id }) => id === inputs[0]);
  if (input === undefined) return null;
  const numbers = numbersOf(s, input);
  const low = numbers.reduce((a, b) => Math.min(a, b), Infinity);
  const high = numbers.reduce((a, b) => Math.max(a, b), -Infinity);
  return low === high ? numberText(low) : `${numberText(low)} … ${numberText(high)}`;
}
