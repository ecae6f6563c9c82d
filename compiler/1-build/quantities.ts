import type { Expression } from '../../dsl/model.ts';
import { unknownName } from '../../dsl/messages/names.ts';
import { typeMismatch } from '../../dsl/messages/types.ts';
import { printExpression } from '../../dsl/print.ts';
import type { ScalarFn } from '../ir/formula.ts';
import type { HostExpr } from '../ir/host.ts';
import { typeText } from '../ir/tensor-type.ts';
import type { SplitName } from '../plan.ts';
import { fail, lookup, type Frame } from './frame.ts';
import { didYouMean } from '../../dsl/suggest.ts';
import { constantOf } from './value.ts';

/** `loss`; `valid.loss`: the same quantity on another split; `critic.loss`: that of a `step` block. */
export interface QuantityName {
  readonly name: string;
  readonly split: SplitName | null;
  /** `loss` or `valid.loss` */
  readonly text: string;
}
export const splitNames: readonly string[] = ['train', 'valid', 'test'];

export interface QuantityScope {
  readonly frame: Frame;
  /** Names of `step` blocks, whose quantities go by `critic.loss`. */
  readonly blocks: readonly string[];
  /** Names a quantity may have: `loss`, the metrics, other scalars of the train block and of its blocks. */
  readonly known: () => readonly string[];
  /** Norms of gradients that an expression asks for; null: it is something else. */
  readonly norms: (e: Expression) => readonly string[] | null;
  /** Notes that this quantity is asked for, and on which split. */
  readonly use: (q: QuantityName) => void;
}

/** Reads a quantity; null after a report. */
export function quantity(e: Expression, scope: QuantityScope): QuantityName | null {
  const norms = scope.norms(e);
  if (norms && norms.length > 1) {
    fail(scope.frame, typeMismatch, e.span, ['one number', `${norms.length} norms, one a layer`]);
    return null;
  }
  if (norms) return norms[0] === undefined ? null : { name: norms[0], split: null, text: norms[0] };
  const found = nameOf(e, scope.blocks);
  if (!found) {
    fail(scope.frame, typeMismatch, e.span, [
      'a quantity such as loss or valid.accuracy',
      printExpression(e),
    ]);
    return null;
  }
  const known = scope.known();
  if (!known.includes(found.name)) {
    const val = lookup(found.name, scope.frame.scope);
    if (val?.kind === 'poison') return null;
    if (val?.kind === 'tensor') {
      fail(scope.frame, typeMismatch, e.span, [
        'a quantity, which is one number',
        `${found.name}, which is ${typeText(val.value.type)}`,
      ]);
      return null;
    }
    const inBlock = known.filter((name) => name.endsWith(`.${found.name}`));
    const help = inBlock.length > 0 ? { help: `write \`${inBlock.join('` or `')}\`` } : null;
    fail(scope.frame, unknownName, e.span, [found.name], help ?? didYouMean(found.name, known));
    return null;
  }
  scope.use(found);
  return found;
}
/** Counters of the run, where no name of the program hides them. */
const counters = ['step', 'steps', 'epoch'];

/**
 * What `print` takes from the run and not from the graph: a quantity, as in `log`, or a counter. `scope` tells
 * names that stand for one; what is bound in the report itself is no quantity.
 */
export function printedQuantity(
  e: Expression,
  scope: { readonly blocks: readonly string[]; readonly isQuantity: (name: string) => boolean },
  own: { has(name: string): boolean },
): QuantityName | null {
  const found = nameOf(e, scope.blocks);
  if (!found || found.split !== null) return found;
  return !own.has(found.name) && (scope.isQuantity(found.name) || counters.includes(found.name))
    ? found
    : null;
}
function nameOf(e: Expression, blocks: readonly string[]): QuantityName | null {
  if (e.kind === 'name') return { name: e.name, split: null, text: e.name };
  if (e.kind !== 'field' || e.target.kind !== 'name') return null;
  const owner = e.target.name;
  const text = `${owner}.${e.name.name}`;
  if (splitNames.includes(owner)) return { name: e.name.name, split: owner as SplitName, text };
  return blocks.includes(owner) ? { name: text, split: null, text } : null;
}

/** Which way is better, where the field's names tell: losses and errors down, accuracies and scores up. */
export function directionOf(name: string): 'lowest' | 'highest' | null {
  if (/loss|error|mse|mae|rmse|perplexity|nll|reconstruction/i.test(name)) return 'lowest';
  if (/acc|precision|recall|f1|auc|r2|score|reward/i.test(name)) return 'highest';
  return null;
}

const binaryFns: Record<string, ScalarFn> = {
  '+': 'add', '-': 'sub', '*': 'mul', '/': 'div', '^': 'pow', '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge',
  '==': 'eq', '!=': 'ne', and: 'and', or: 'or',
}; // prettier-ignore

/** True or false, as against a number. */
export function isCondition(expr: HostExpr): boolean {
  if (expr.kind === 'plateau') return true;
  if (expr.kind === 'number') return expr.value === 0 || expr.value === 1;
  return expr.kind === 'call' && conditions.has(expr.fn);
}
const conditions: ReadonlySet<ScalarFn> = new Set(['lt', 'le', 'gt', 'ge', 'eq', 'ne', 'and', 'or', 'not']);

/** A stopping rule as an expression of quantities, kept by the host; null after a report. */
export function stopExpression(e: Expression, scope: QuantityScope): HostExpr | null {
  const { frame } = scope;
  if (scope.norms(e)) {
    const q = quantity(e, scope);
    return q && { kind: 'symbol', name: q.text };
  }
  switch (e.kind) {
    case 'number':
      return { kind: 'number', value: e.value };
    case 'boolean':
      return { kind: 'number', value: Number(e.value) };
    case 'unary': {
      const x = stopExpression(e.value, scope);
      return x && { kind: 'call', fn: e.op === '-' ? 'neg' : 'not', args: [x] };
    }
    case 'binary': {
      const fn = binaryFns[e.op];
      const a = stopExpression(e.left, scope);
      const b = stopExpression(e.right, scope);
      return fn && a && b ? { kind: 'call', fn, args: [a, b] } : null;
    }
    case 'call':
      return e.callee.kind === 'name' && e.callee.name === 'plateau' ? plateau(e, scope) : refuse(e, scope);
    case 'name': {
      if (!scope.known().includes(e.name)) {
        if (e.name === 'step' || e.name === 'epoch') return { kind: 'symbol', name: e.name };
        const constant = constantOf(frame.build.evaluate(e, frame));
        if (constant !== null) return { kind: 'number', value: constant };
      }
      const q = quantity(e, scope);
      return q && { kind: 'symbol', name: q.text };
    }
    case 'field': {
      const q = quantity(e, scope);
      return q && { kind: 'symbol', name: q.text };
    }
    default:
      return refuse(e, scope);
  }
}
function refuse(e: Expression, scope: QuantityScope): null {
  fail(scope.frame, typeMismatch, e.span, ['a comparison of quantities', printExpression(e)]);
  return null;
}

/** `plateau(valid.loss, patience = 2, min_delta = 0)` */
function plateau(e: Extract<Expression, { kind: 'call' }>, scope: QuantityScope): HostExpr | null {
  const [first] = e.args;
  const q = first ? quantity(first.value, scope) : null;
  if (!q) return null;
  const number = (name: string, otherwise: number, least: number) => {
    const arg = e.args.find((a) => a.name?.name === name);
    if (!arg) return otherwise;
    const known = constantOf(scope.frame.build.evaluate(arg.value, scope.frame));
    if (known !== null && known >= least) return known;
    fail(scope.frame, typeMismatch, arg.value.span, [
      `a number from ${least} on for \`${name}\``,
      printExpression(arg.value),
    ]);
    return otherwise;
  };
  return {
    kind: 'plateau',
    quantity: q.text,
    patience: number('patience', 5, 1),
    minDelta: number('min_delta', 0, 0),
    mode: directionOf(q.name) ?? 'lowest',
  };
}
