import { basename } from 'node:path';
import type { Graph, Node } from '../../compiler/ir/graph.ts';
import { typeText } from '../../compiler/ir/tensor-type.ts';
import { positionAt, sourceFile, type SourceFile } from '../../dsl/source.ts';
import { plural } from '../format.ts';
import { fit, table } from '../table.ts';
import { loopsText } from './loops.ts';
import { type Notation, notationOf } from './notation.ts';
import { type Part, partsOf, savedFor } from './parts.ts';

export interface ListingSource {
  readonly graph: Graph;
  readonly sources: (file: string) => string | undefined;
}

/** Longest expression shown; the rest is behind `…`, `--ir json` has all of it. */
export const expressionColumns = 100;

/** `%3 = tanh(%2)   [B, H]   yes: dW2   xor.bpnet:14` */
export function forwardView({ graph, sources }: ListingSource): string {
  const notation = notationOf(graph);
  const parts = partsOf(graph);
  const saved = savedFor(graph, parts);
  const lines = linesOf(graph, parts, 'forward', notation);
  const where = placer(sources);
  const rows = lines.map((line) => {
    if (line.node === null) return [line.text];
    const reader = saved.get(line.node.id);
    const rule = line.node.origin === null ? '' : `  (${line.node.origin.rule})`;
    return [
      line.text + rule,
      typeText(line.node.type),
      reader === undefined ? '–' : `for ${notation.name(reader.id)}`,
      where(line.node),
    ];
  });
  return (
    table([['forward', 'shape', 'kept', 'from'], ...rows], []) + loopsText(graph, notation, placer(sources))
  );
}

/** `dW2 = hᵀ @ dz   [H, 1]   matmul.b   :15`, then which gradients nobody needs. */
export function backwardView({ graph, sources }: ListingSource): string {
  const notation = notationOf(graph);
  const parts = partsOf(graph);
  const lines = linesOf(graph, parts, 'backward', notation);
  if (lines.length === 0) return 'backward: nothing is trained here\n';
  const where = placer(sources);
  const rows = lines.map((line) =>
    line.node === null
      ? [line.text]
      : [line.text, typeText(line.node.type), line.node.origin?.rule ?? '', where(line.node)],
  );
  return (
    table([['backward', 'shape', 'rule', 'from'], ...rows], []) +
    untouched(graph, parts) +
    updateText(graph, parts, notation)
  );
}

/** The optimizer is the same text for every parameter: what it writes says enough. */
function updateText(graph: Graph, parts: ReadonlyMap<number, Part>, notation: Notation): string {
  const values = graph.nodes.filter(
    (node) => parts.get(node.id) === 'update' && !notation.isInline(node),
  ).length;
  const written = (kind: 'param' | 'running' | 'state') =>
    graph.outputs.filter((output) => output.kind === kind).length;
  if (values === 0 && written('param') === 0) return '';
  const kinds = [
    ['param', 'parameter'],
    ['state', 'optimizer state'],
    ['running', 'running statistic'],
  ] as const;
  const what = kinds.flatMap(([kind, name]) => (written(kind) === 0 ? [] : [plural(written(kind), name)]));
  return `update: ${plural(values, 'value')} to write ${what.join(', ').replace(/, ([^,]*)$/, ' and $1')}\n`;
}

/** Data takes part in no derivative: said once, so that nobody looks for it. */
function untouched(graph: Graph, parts: ReadonlyMap<number, Part>): string {
  const data = graph.nodes.filter((node) => node.leaf?.kind === 'data' && parts.get(node.id) === 'input');
  const names = data.map((node) => `d(${node.leaf?.kind === 'data' ? node.leaf.name : ''})`);
  return names.length === 0 ? '' : `  not needed: ${names.join(', ')} (data)\n`;
}

interface Line {
  readonly text: string;
  /** Null: the title of a composite. */
  readonly node: Node | null;
}

/** One line per value, those of a library call under its name. */
function linesOf(
  graph: Graph,
  parts: ReadonlyMap<number, Part>,
  part: Part,
  notation: Notation,
): readonly Line[] {
  const lines: Line[] = [];
  let scope = '';
  for (const node of graph.nodes) {
    if (parts.get(node.id) !== part || notation.isInline(node)) continue;
    const now = node.scope.join(' › ');
    if (now !== scope && now !== '') lines.push({ text: `  ${now}`, node: null });
    scope = now;
    const indent = now === '' ? '  ' : '    ';
    lines.push({
      text: fit(`${indent}${notation.name(node.id)} = ${notation.expression(node)}`, expressionColumns),
      node,
    });
  }
  return lines;
}

/** `xor.bpnet:14`, then `:15` while the file stays the same. */
function placer(sources: ListingSource['sources']): (node: Node) => string {
  const files = new Map<string, SourceFile | null>();
  let last = '';
  return ({ span }) => {
    if (span === null) return '';
    if (!files.has(span.file)) {
      const text = sources(span.file);
      files.set(span.file, text === undefined ? null : sourceFile(span.file, text));
    }
    const file = files.get(span.file);
    const line = file === null || file === undefined ? '' : `:${positionAt(file, span.start).line}`;
    const name = span.file === last ? '' : basename(span.file);
    last = span.file;
    return `${name}${line}`;
  };
}
