import { dotText } from './dot.ts';
import type { Graph } from '../../compiler/ir/graph.ts';

/** Laid out by Graphviz compiled to WebAssembly, loaded only now: no system package is needed. */
export async function svgText(graph: Graph, title: string): Promise<string> {
  const { Graphviz } = await import('@hpcc-js/wasm-graphviz');
  const graphviz = await Graphviz.load();
  return graphviz.layout(dotText(graph, title), 'svg', 'dot');
}

/** One self-contained page: the drawing (whole at first: a corner of it may be empty), a legend, and the listing. */
export async function htmlText(graph: Graph, title: string, listing: string): Promise<string> {
  const svg = (await svgText(graph, title)).replace(/^[\s\S]*?(?=<svg)/, '');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; margin: 1.5rem; color: #111827; background: #fff }
  h1 { font-size: 1.1rem; margin: 0 0 .25rem }
  .legend span { display: inline-block; padding: .05rem .6rem; margin-right: .4rem; border-radius: .4rem; border: 1px solid }
  .drawing { overflow: auto; border: 1px solid #e5e7eb; border-radius: .5rem; margin: 1rem 0; padding: .5rem }
  .drawing svg { max-width: 100%; height: auto }
  #full:checked ~ .drawing svg { max-width: none }
  pre { font: 13px/1.45 ui-monospace, monospace; overflow: auto }
</style>
<h1>${escapeHtml(title)}</h1>
<p class="legend">
  <span style="background:#f3f4f6;border-color:#6b7280">inputs and parameters</span>
  <span style="background:#dbeafe;border-color:#2563eb">forward</span>
  <span style="background:#fee2e2;border-color:#dc2626">backward</span>
  <span style="background:#dcfce7;border-color:#16a34a">update</span>
</p>
<input type="checkbox" id="full"><label for="full"> full size</label>
<div class="drawing">
${svg}</div>
<pre>${escapeHtml(listing)}</pre>
</html>
`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
