import type { Backend, Refusal, RemoteBackend } from '../compiler/backends/backend.ts';
import { hasSimd } from '../compiler/backends/wasm/has-simd.ts';
import type { Compiled } from '../compiler/compile.ts';
import type { Graph, Node, NodeId } from '../compiler/ir/graph.ts';

/** What a program can be run on from this process; the modules of a target are loaded when it is asked for. */
export const targets = ['js', 'wasm', 'webgpu', 'gpujs', 'reference'] as const;
export type Target = (typeof targets)[number];
/** Machines with memory of their own, which have to be found. */
export type GpuTarget = 'webgpu' | 'gpujs';

/** What a program runs on here when nobody asks for anything else: WebAssembly with vectors, or JavaScript. */
export function targetHere(): 'wasm' | 'js' {
  return hasSimd() ? 'wasm' : 'js';
}

export async function backendOf(target: Exclude<Target, GpuTarget>): Promise<Backend>;
export async function backendOf(target: Target): Promise<Backend | RemoteBackend>;
export async function backendOf(target: Target): Promise<Backend | RemoteBackend> {
  if (target === 'webgpu') return (await import('../compiler/backends/webgpu/backend.ts')).webgpu;
  if (target === 'gpujs') return (await import('../compiler/backends/gpujs/backend.ts')).gpujs;
  if (target === 'js') return (await import('../compiler/backends/js/backend.ts')).js;
  if (target === 'wasm') return (await import('../compiler/backends/wasm/backend.ts')).wasm;
  return (await import('../compiler/backends/reference/backend.ts')).reference;
}

/** What the machine cannot do of the program, and where the program asks for it. */
export function refusals(
  backend: Backend | RemoteBackend,
  { program, graphs }: Pick<Compiled, 'program' | 'graphs'>,
): readonly (Refusal & { readonly span: Node['span'] })[] {
  if (!('refuse' in backend)) return [];
  const refused = backend.refuse?.(program) ?? [];
  return refused.map((each) => ({ ...each, span: spanOf(graphs[each.entry], new Set(each.nodes)) }));
}

/** Where the first of the nodes stands that stands anywhere. */
function spanOf(graph: Graph | undefined, ids: ReadonlySet<NodeId>): Node['span'] {
  for (const { id, span, scan } of graph?.nodes ?? []) {
    if (ids.has(id) && span) return span;
    const inside = scan && spanOf(scan.body, ids);
    if (inside) return inside;
  }
  return null;
}
