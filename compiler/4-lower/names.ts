import type { Node } from '../ir/graph.ts';

/** Words in a kernel's name; the rest of a long chain says little. */
const maxWords = 4;

/** `k3_matmul_tanh`: the number is unique in the program, the words are the ops it computes. */
export function kernelName(index: number, nodes: readonly Node[]): string {
  const ops = nodes.flatMap(opsOf);
  const words = [...new Set(ops)].filter((op) => !quiet.has(op));
  const named = words.length > 0 ? words : [...new Set(ops)];
  const text = named
    .slice(0, maxWords)
    .map((op) => op.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_|_$/g, ''))
    .join('_');
  return `k${index}_${text}`;
}

/** Ops that only say where an element is read. */
const quiet: ReadonlySet<string> = new Set(['broadcast', 'reshape', 'transpose', 'constant', 'detach']);

/** The ops a node came from; a fused node lists its parts, producers first. */
function opsOf(node: Node): readonly string[] {
  const { parts } = node.attrs;
  if (!Array.isArray(parts)) return [node.op];
  return parts.flatMap((part: { readonly op?: unknown }) => (typeof part.op === 'string' ? [part.op] : []));
}
