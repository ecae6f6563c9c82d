import { writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Graph } from '../../compiler/ir/graph.ts';
import { nearest } from '../../dsl/suggest.ts';
import { type Context, fail, print, printJson, say, systemReason, usageError } from '../context.ts';
import { exit, type ExitCode } from '../exit.ts';
import { costJson, costView } from '../inspect/cost.ts';
import { bufferNames, fusedView } from '../inspect/fused.ts';
import { graphJson } from '../inspect/json.ts';
import { backwardView, forwardView, type ListingSource } from '../inspect/listing.ts';
import { memoryJson, memoryView } from '../inspect/memory.ts';
import { dotText } from '../inspect/dot.ts';
import { openProgram } from '../program.ts';

const stages: readonly string[] = ['1-graph', '2-derived', '3-optimized'];
type Stages = Map<string, Map<string, Graph>>;

export async function run(context: Context): Promise<ExitCode> {
  const { values } = context;
  const seen: Stages = new Map();
  const compiled = await openProgram(context, context.args[0]!, {
    observe: (entry, stage, value) => {
      const of = seen.get(entry) ?? new Map<string, Graph>();
      seen.set(entry, of.set(stage, value));
    },
  });
  if (typeof compiled === 'number') return compiled;
  const { program, plan } = compiled;
  const entry = values.entry ?? plan.blocks[0]!.entry;
  if (program.entries[entry] === undefined)
    return unknown(context, 'entry', entry, Object.keys(program.entries));
  const stage = values.stage ?? '2-derived';
  if (!stages.includes(stage)) return unknown(context, 'stage', stage, stages);
  const graphs = seen.get(entry) ?? new Map<string, Graph>();
  const graph = graphs.get(stage) ?? compiled.graphs[entry]!;
  const title = `${plan.name} · ${entry} · ${stage}`;
  const listing: ListingSource = { graph: graphs.get('2-derived') ?? graph, sources: compiled.sources };

  if (values.ir !== undefined) {
    const text = await drawing(
      values.ir,
      graph,
      title,
      () => `${forwardView(listing)}\n${backwardView(listing)}`,
    );
    return deliver(context, text);
  }
  if (values.json === true) {
    printJson(context, {
      entry,
      graph: graphJson(graph),
      memory: memoryJson(program),
      cost: costJson(program, entry),
    });
    return exit.ok;
  }
  const asked = [values.forward, values.backward, values.fused, values.memory, values.cost].some(
    (on) => on === true,
  );
  const wants = (on: boolean | undefined) => on === true || !asked;
  const views = [
    wants(values.forward) ? forwardView(listing) : '',
    wants(values.backward) ? backwardView(listing) : '',
    wants(values.fused) ? fusedView(program, entry, listing.graph) : '',
    wants(values.memory) ? memoryView(program, entry, bufferNames(program, listing.graph)) : '',
    wants(values.cost) ? costView(program, entry) : '',
  ];
  return deliver(context, views.filter((view) => view !== '').join('\n'));
}

async function drawing(format: string, graph: Graph, title: string, listing: () => string): Promise<string> {
  if (format === 'json') return `${JSON.stringify(graphJson(graph), null, 1)}\n`;
  if (format === 'dot') return dotText(graph, title);
  const { htmlText, svgText } = await import('../inspect/page.ts');
  return format === 'svg' ? svgText(graph, title) : htmlText(graph, title, listing());
}

function deliver(context: Context, text: string): ExitCode {
  const { output } = context.values;
  if (output === undefined || output === '-') {
    print(context, text);
    return exit.ok;
  }
  try {
    writeFileSync(resolve(context.cwd, output), text);
    say(context, `wrote ${basename(output)}`);
    return exit.ok;
  } catch (error) {
    const reason = systemReason(error);
    if (reason === null) throw error;
    return fail(context, exit.usage, `cannot write ${output}: ${reason}`);
  }
}

function unknown(context: Context, what: string, name: string, known: readonly string[]): ExitCode {
  const close = nearest(name, known);
  const help = close === null ? `there are: ${known.join(', ')}` : `did you mean ${close}?`;
  return usageError(context, `there is no ${what} called "${name}"`, help);
}
