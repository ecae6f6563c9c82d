import type { Graph, Node } from '../../compiler/ir/graph.ts';
import { typeText } from '../../compiler/ir/tensor-type.ts';
import { notationOf } from './notation.ts';
import { type Part, partsOf } from './parts.ts';

/** Fill and border by part; readable on white, told apart without colour by the clusters' titles. */
const paint: Record<Part, { readonly fill: string; readonly line: string }> = {
  input: { fill: '#f3f4f6', line: '#6b7280' },
  forward: { fill: '#dbeafe', line: '#2563eb' },
  backward: { fill: '#fee2e2', line: '#dc2626' },
  update: { fill: '#dcfce7', line: '#16a34a' },
};
const titles: readonly [Part, string][] = [
  ['forward', 'forward'],
  ['backward', 'backward'],
  ['update', 'update'],
];

/** The graph in Graphviz's language: one cluster per part, inputs and results outside. */
export function dotText(graph: Graph, title: string): string {
  const notation = notationOf(graph);
  const parts = partsOf(graph);
  const shown = graph.nodes.filter((node) => !notation.isInline(node));
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const lines = [
    `digraph ${quote(title)} {`,
    '  graph [rankdir=TB, fontname="Helvetica", fontsize=12, ranksep=0.35, nodesep=0.25, style=rounded]',
    '  node [shape=box, style="filled,rounded", fontname="Helvetica", fontsize=10, margin="0.12,0.06", height=0.3]',
    '  edge [color="#9ca3af", arrowsize=0.6]',
  ];
  const nodeLine = (node: Node, indent: string) => {
    const { fill, line } = paint[parts.get(node.id)!];
    const expression = node.leaf === null ? notation.expression(node) : node.leaf.kind;
    const label = `${notation.name(node.id)}  ${typeText(node.type)}\n${clip(expression)}`;
    const rule = node.origin === null ? '' : `, tooltip=${quote(`rule ${node.origin.rule}`)}`;
    return `${indent}n${node.id} [label=${quote(label)}, fillcolor="${fill}", color="${line}"${rule}]`;
  };
  for (const node of shown) if (parts.get(node.id) === 'input') lines.push(nodeLine(node, '  '));
  for (const [part, name] of titles) {
    const members = shown.filter((node) => parts.get(node.id) === part);
    if (members.length === 0) continue;
    lines.push(
      `  subgraph cluster_${part} {`,
      `    label=${quote(name)}; color="${paint[part].line}"; fontcolor="${paint[part].line}"`,
    );
    for (const node of members) lines.push(nodeLine(node, '    '));
    lines.push('  }');
  }
  for (const node of shown) {
    for (const input of new Set(node.inputs.flatMap((id) => through(byId, id, notation.isInline)))) {
      lines.push(`  n${input} -> n${node.id}`);
    }
  }
  graph.outputs.forEach(({ kind, name, node }, i) => {
    const text = kind === 'value' ? name : `${name} ←`;
    lines.push(`  out${i} [label=${quote(text)}, shape=plaintext, style="", fontname="Helvetica-Bold"]`);
    for (const from of through(byId, node, notation.isInline))
      lines.push(`  n${from} -> out${i} [style=dashed]`);
  });
  return `${[...lines, '}'].join('\n')}\n`;
}

/** Edges skip what is written inline: from what a repetition repeats. */
function through(
  byId: ReadonlyMap<number, Node>,
  id: number,
  isInline: (node: Node) => boolean,
): readonly number[] {
  const node = byId.get(id);
  if (node === undefined) return [];
  return isInline(node) ? node.inputs.flatMap((input) => through(byId, input, isInline)) : [id];
}

function clip(text: string): string {
  return text.length <= 48 ? text : `${text.slice(0, 47)}…`;
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
