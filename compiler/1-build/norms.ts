import type { Expression } from '../../dsl/model.ts';
import { unknownName } from '../../dsl/messages/names.ts';
import { typeMismatch } from '../../dsl/messages/types.ts';
import { printExpression } from '../../dsl/print.ts';
import type { Value } from '../ops/op.ts';
import type { ReportPart } from '../plan.ts';
import { quantityName, type BodyBlock } from './body-block.ts';
import { fail, lookup, type Frame } from './frame.ts';
import { paramsOf } from './parameters.ts';
import type { Written } from './updates.ts';

/**
 * `grad_norm`: the norm of all gradients of an update, before it clips them; `critic.grad_norm` that of a `step` block,
 * `grad_norm(net.body)` that of a part, `grad_norms` that of every layer. Asks the blocks for them, and gives
 * their names; null: this is something else.
 */
export function normsOf(e: Expression, frame: Frame, blocks: readonly BodyBlock[]): readonly string[] | null {
  const asked = askedIn(
    e,
    frame,
    blocks.flatMap((b) => b.block ?? []),
  );
  if (!asked) return null;
  if (frame.build.phase !== 'step') return []; // nothing is updated here
  const { block, what } = asked;
  if (what.kind === 'part') return partNorm(what.of, e, frame, blocks);
  const updating = blocks.filter(({ params }) => params.length > 0);
  const found =
    updating.length === 1 && block === null ? updating[0] : updating.find((b) => b.block === block);
  if (!found) {
    const names = updating.map((b) => `\`${quantityName(b, 'grad_norm')}\``);
    const help = names.length > 0 ? { help: `write ${names.join(' or ')}` } : {};
    fail(frame, unknownName, e.span, [printExpression(e)], help);
    return [];
  }
  return what.kind === 'layers' ? layerNorms(found) : [asking(found, printExpression(e), found.params)];
}

/** The same in a `print`, after the update has measured them. */
export function printedNorms(e: Expression, frame: Frame, blocks: readonly string[]): ReportPart | null {
  const asked = askedIn(e, frame, blocks);
  if (!asked) return null;
  return asked.what.kind === 'layers' ? { kind: 'norms' } : { kind: 'quantity', name: printExpression(e) };
}

type What = { readonly kind: 'all' | 'layers' } | { readonly kind: 'part'; readonly of: Expression };
function askedIn(
  e: Expression,
  { scope }: Frame,
  blocks: readonly string[],
): { readonly block: string | null; readonly what: What } | null {
  const isFree = (name: string) => lookup(name, scope) === undefined;
  const whatOf = (name: string): What | null =>
    name === 'grad_norm' ? { kind: 'all' } : name === 'grad_norms' ? { kind: 'layers' } : null;
  if (e.kind === 'name') {
    const what = isFree(e.name) ? whatOf(e.name) : null;
    return what && { block: null, what };
  }
  if (e.kind === 'field' && e.target.kind === 'name') {
    const owner = e.target.name;
    const what = blocks.includes(owner) ? whatOf(e.name.name) : null;
    return what && { block: owner, what };
  }
  if (e.kind !== 'call' || e.callee.kind !== 'name' || e.callee.name !== 'grad_norm') return null;
  const [of, ...more] = e.args;
  return of && more.length === 0 && isFree('grad_norm')
    ? { block: null, what: { kind: 'part', of: of.value } }
    : null;
}

function partNorm(
  of: Expression,
  e: Expression,
  frame: Frame,
  blocks: readonly BodyBlock[],
): readonly string[] {
  const value = frame.build.evaluate(of, frame);
  const items = paramsOf(frame, { name: null, value, span: of.span, expr: of });
  if (!items) return [];
  const block = blocks.find(({ params }) => items.some((item) => params.includes(item.name)));
  if (!block) {
    fail(frame, typeMismatch, of.span, ['parameters that an `update` changes', `\`${printExpression(of)}\``]);
    return [];
  }
  return [
    asking(
      block,
      printExpression(e),
      block.params.filter((param) => items.some((item) => item.name === param)),
    ),
  ];
}

/** Who looks at one norm is told when one of the layers vanishes or explodes: they are all measured. */
function asking(block: BodyBlock, name: string, params: readonly string[]): string {
  block.norms.set(name, { layer: null, params });
  layerNorms(block);
  return name;
}

/** Asks for the norm of every layer that the block updates; their names. */
export function layerNorms(block: BodyBlock): readonly string[] {
  const byLayer = new Map<string, string[]>();
  for (const param of block.params) {
    const layer = layerOf(param);
    byLayer.set(layer, [...(byLayer.get(layer) ?? []), param]);
  }
  return [...byLayer].map(([layer, params]) => {
    const name = `grad_norm(${layer})`;
    block.norms.set(name, { layer, params });
    return name;
  });
}

/** `Net.dense_1.W` belongs to the layer `Net.dense_1`; parameters of a model itself are told one by one. */
export function layerOf(param: string): string {
  const parts = param.split('.');
  return parts.length > 2 ? parts.slice(0, -1).join('.') : param;
}

/** What the entry that updates gives besides. */
export function normOutputs({ frame, norms, gradients }: BodyBlock): readonly Written[] {
  const { c } = frame.build;
  const squares = new Map<string, Value>();
  const square = (param: string, g: Value): Value => {
    const known =
      squares.get(param) ?? c.sum(c.powi(g, { exponent: 2 }), { axes: g.type.axes.map((_, i) => i) });
    squares.set(param, known);
    return known;
  };
  return [...norms].flatMap(([name, { params }]) => {
    const parts = params.flatMap((param) => {
      const g = gradients.get(param);
      return g ? [square(param, g)] : [];
    });
    if (parts.length === 0) return [];
    return [{ kind: 'value' as const, name, value: c.sqrt(parts.reduce((a, b) => c.add(a, b))) }];
  });
}
