import { lower } from '../compiler/4-lower/lower.ts';
import type { Graph, Node } from '../compiler/ir/graph.ts';
import type { Span } from '../dsl/diagnostic.ts';
import { replayTo } from '../runtime/diverged.ts';
import type { Session } from '../runtime/session.ts';
import { trainStep } from '../runtime/train.ts';
import { numberText } from './format.ts';
import { notationOf } from './inspect/notation.ts';
import { compileAgain } from './program.ts';
import type { Run } from './run-file.ts';
import { openProbe } from './probe.ts';

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

/** A value that is no finite number, and what its entry computed beside it. */
interface Bad {
  readonly node: Node;
  readonly value: number;
  readonly input: string | null;
}
/** Float values of an entry's graph that the listing names, in the order they are computed. */
type Seen = ReadonlyMap<string, readonly Node[]>;

/**
 * Which value was the first that is no finite number. The step that failed is run once more, beside it a
 * program with every value of its graphs as an output, on the very numbers it saw: replayed from `checkpoint`,
 * a state some steps before, or from the start. What is infinite in the healthy step before it too (masks) is
 * meant to be.
 */
export async function firstBadValue(
  run: Run,
  step: number,
  checkpoint?: Uint8Array,
): Promise<FirstBad | null> {
  const { session, compiled } = run;
  const graphs = await compileAgain(compiled);
  if (graphs === null) return null; // the file was changed under our feet
  const { precision, capacities } = compiled.program;
  const entries = compiled.plan.blocks.flatMap(({ entry, update }) => (update ? [entry, update] : [entry]));
  const seen: Seen = new Map(
    entries.map((entry) => {
      const { isInline } = notationOf(graphs[entry]!);
      const isSeen = (node: Node) => node.type.dtype === 'float' && node.leaf === null && !isInline(node);
      return [entry, graphs[entry]!.nodes.filter(isSeen)];
    }),
  );
  const withValues = entries.map((entry) => [entry, withOutputs(graphs[entry]!, seen.get(entry)!)] as const);
  const program = lower(Object.fromEntries(withValues), { precision, capacities });
  const probe = await openProbe(run, program, compiled.plan);
  const badAt = async (at: number): Promise<readonly Bad[]> => {
    await replayTo(session, at, checkpoint);
    const bad: Bad[] = [];
    const watched: Session['run'] = (entry, sizes, ...counters) => {
      const nodes = seen.get(entry)!;
      probe.run(entry, sizes, ...counters);
      bad.push(...badValues(probe.session, entry, nodes));
      session.run(entry, sizes, ...counters);
    };
    trainStep({ ...session, run: watched });
    return bad;
  };
  const expected = new Set(step > 1 ? (await badAt(step - 1)).map(({ node }) => node) : []);
  const first = (await badAt(step)).find(({ node }) => !expected.has(node));
  if (!first) return null;
  const { node, value, input } = first;
  return { op: node.op, input, value, span: node.span, rule: node.origin?.rule ?? null };
}

function outputName(node: Node): string {
  return `value ${node.id}`;
}

function withOutputs(graph: Graph, nodes: readonly Node[]): Graph {
  const values = nodes.map((node) => ({ kind: 'value' as const, name: outputName(node), node: node.id }));
  return { ...graph, outputs: [...graph.outputs, ...values] };
}

/** Values with a number that is not finite, in the order they are computed. */
function badValues(s: Session, entry: string, nodes: readonly Node[]): Bad[] {
  return nodes.flatMap((node) => {
    const value = numbersOf(s, entry, node).find((x) => !Number.isFinite(x));
    return value === undefined ? [] : [{ node, value, input: inputRange(s, entry, node, nodes) }];
  });
}

/** A value as the entry computed it, at the actual sizes. */
function numbersOf(s: Session, entry: string, node: Node): readonly number[] {
  const { at, size } = s.entries[entry]!.outputs[outputName(node)]!;
  const first = node.type.axes[0]?.size;
  const open = first === undefined || typeof first === 'number' ? [] : first.of;
  const rows = open.reduce((product, dim) => product * s.sizes[dim]!, 1);
  return Array.from(s.float.subarray(at, at + size * rows));
}

function inputRange(s: Session, entry: string, { inputs }: Node, seen: readonly Node[]): string | null {
  const input = seen.find(({ id }) => id === inputs[0]);
  if (input === undefined) return null;
  const numbers = numbersOf(s, entry, input);
  const low = numbers.reduce((a, b) => Math.min(a, b), Infinity);
  const high = numbers.reduce((a, b) => Math.max(a, b), -Infinity);
  return low === high ? numberText(low) : `${numberText(low)} … ${numberText(high)}`;
}
