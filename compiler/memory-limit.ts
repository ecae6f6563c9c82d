import { enoughBytes } from '../dsl/bytes.ts';
import { diagnose, type Diagnostic } from '../dsl/diagnostic.ts';
import { memoryLimit } from '../dsl/messages/targets.ts';
import type { Built } from './1-build/build.ts';
import { type Again, recompute } from './3-optimize/recompute.ts';
import { lower, type LowerOptions } from './4-lower/lower.ts';
import type { DimSizes } from './ir/dim.ts';
import type { Graph } from './ir/graph.ts';
import type { Program } from './ir/program.ts';

type Graphs = Readonly<Record<string, Graph>>;
export interface Planned {
  readonly graphs: Graphs;
  readonly program: Program;
}
interface Memory {
  readonly again: Again | null;
  readonly straight: boolean;
}

/** Ways to plan the memory of a program, from the fastest to the smallest. */
const ways: readonly Memory[] = [
  { again: null, straight: true },
  { again: null, straight: false },
  { again: 'elements', straight: false },
  { again: 'sums', straight: false },
];

/** The fastest of the plans that take at most so many bytes; where none does, what would help. */
export function planWithin(
  graphs: Graphs,
  options: LowerOptions,
  limit: number,
  batches: Built['batches'],
): Planned | { readonly refused: Diagnostic } {
  const { planned, least } = smallestOf(graphs, options, limit);
  if (planned) return planned;
  const [first] = batches;
  const help = smallerBatch(graphs, options, limit, batches) ?? 'smaller dims, or a larger limit';
  return { refused: diagnose(memoryLimit, first?.batchSpan ?? null, [limit, least], { help }) };
}

function smallestOf(
  graphs: Graphs,
  options: LowerOptions,
  limit: number,
): { planned?: Planned; least: number } {
  let least = Infinity;
  for (const { again, straight } of ways) {
    const thrifty = again === null ? graphs : repeating(graphs, again, options.capacities);
    const program = lower(thrifty, { ...options, straight });
    if (program.arenaBytes <= limit) return { planned: { graphs: thrifty, program }, least };
    least = Math.min(least, program.arenaBytes);
  }
  return { least };
}

function repeating(graphs: Graphs, again: Again, capacities: DimSizes): Graphs {
  return Object.fromEntries(
    Object.entries(graphs).map(([entry, graph]) => [entry, recompute(graph, again, capacities)]),
  );
}

/** The batch halved until it fits; null: a single row does not. One that is all of the data is halved from what that is. */
function smallerBatch(
  graphs: Graphs,
  options: LowerOptions,
  limit: number,
  batches: Built['batches'],
): string | null {
  const dims = [...new Set(batches.map(({ batchDim }) => batchDim))];
  const most = Math.max(1, ...dims.map((dim) => options.capacities[dim]!));
  const halvings = Math.ceil(Math.log2(most));
  const at = (times: number) => {
    const sizes = dims.map(
      (dim) => [dim, Math.max(1, Math.floor(options.capacities[dim]! / 2 ** times))] as const,
    );
    const capacities: DimSizes = { ...options.capacities, ...Object.fromEntries(sizes) };
    return { sizes, planned: smallestOf(graphs, { ...options, capacities }, limit).planned };
  };
  if (halvings === 0 || !at(halvings).planned) return null;
  for (let times = 1; ; times++) {
    const { sizes, planned } = at(times);
    if (!planned) continue;
    const written = sizes.map(([dim, size]) => `${dim} = ${size}`).join(', ');
    return `\`batch ${written}\` takes ${enoughBytes(planned.program.arenaBytes)}`;
  }
}
