import type { Span } from '../../dsl/diagnostic.ts';
import { type Dim, dimText } from './dim.ts';
import { formulaText } from './formula-print.ts';
import type { Attrs, Graph, Leaf, Node } from './graph.ts';
import type { HostExpr } from './host.ts';
import { type Axis, axisText, typeText } from './tensor-type.ts';

export interface PrintOptions {
  /** `xor.bpnet:14`; default: places are left out. */
  readonly place?: (span: Span) => string;
  /** Also print what one element is. */
  readonly formulas?: boolean;
}

/** One node a line: `%3 h = tanh(%2)  [B, H]  xor.bpnet:14`. Golden files hold this text. */
export function printGraph(graph: Graph, options: PrintOptions = {}): string {
  const lines = graph.nodes.map((node) => printNode(node, options));
  lines.push(...graph.outputs.map(({ kind, name, node }) => `${kind} ${name} = %${node}`));
  return `${lines.join('\n')}\n`;
}

export function printNode(node: Node, { place, formulas }: PrintOptions = {}): string {
  const { id, label, origin, span, after } = node;
  const named = label !== null && label !== leafName(node.leaf) ? ` ${label}` : '';
  const parts = [`%${id}${named} = ${valueText(node)}`, typeText(node.type)];
  if (place && span) parts.push(place(span));
  if (after) parts.push(`after ${after.map((other) => `%${other}`).join(', ')}`);
  if (origin) parts.push(`<- ${origin.rule} of %${origin.forward}`);
  if (formulas && node.formula) parts.push(`:: ${formulaText(node.formula)}`);
  const line = parts.join('  ');
  if (!node.scan) return line;
  const body = printGraph(node.scan.body, { ...(place && { place }), ...(formulas && { formulas }) });
  return `${line}\n${body.trimEnd().replaceAll(/^/gm, '    ')}`;
}

function valueText({ op, attrs, inputs, leaf, scan }: Node): string {
  if (scan) {
    const values = inputs.map((input) => `%${input}`);
    const order = scan.reverse ? ', from the last' : '';
    const start = values.slice(scan.captures).join(', ');
    return `scan ${scan.turn} < ${dimText(scan.extent)}${order} (${values.slice(0, scan.captures).join(', ')}) carry (${start})`;
  }
  if (leaf) return leaf.kind === 'host' ? `host ${hostText(leaf.expr)}` : `${leaf.kind} ${leaf.name}`;
  const given = op === 'fused' ? `[${partNames(attrs)}]` : attrsText(attrs);
  return `${op}${given}(${inputs.map((input) => `%${input}`).join(', ')})`;
}
/** `broadcast add tanh`: what was fused, in order. */
function partNames({ parts }: Attrs): string {
  return (parts as readonly { readonly op: string }[]).map(({ op }) => op).join(' ');
}
function leafName(leaf: Leaf | null): string | null {
  return leaf && leaf.kind !== 'host' ? leaf.name : null;
}

/** `{axes: [0, 1]}`; nothing when there are none. */
function attrsText(attrs: Attrs): string {
  const entries = Object.entries(attrs).filter(([, value]) => value !== undefined);
  if (entries.length === 0) return '';
  return `{${entries.map(([name, value]) => `${name}: ${attrText(value)}`).join(', ')}}`;
}
function attrText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(attrText).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  if ('size' in value && 'name' in value) return axisText(value as Axis);
  if ('coef' in value && 'of' in value) return dimText(value as Dim);
  return attrsText(value as Attrs) || '{}';
}

/** `mul(0.01, pow(0.5, step))`: all there is to it, so equal texts are equal values. */
export function hostText(expr: HostExpr): string {
  switch (expr.kind) {
    case 'number':
      return String(expr.value);
    case 'symbol':
      return expr.name;
    case 'call':
      return `${expr.fn}(${expr.args.map(hostText).join(', ')})`;
    case 'plateau':
      return `plateau(${expr.quantity}, ${expr.patience}, ${expr.minDelta}, ${expr.mode})`;
  }
}
