import type { ScalarFn } from '../compiler/ir/formula.ts';
import type { HostExpr } from '../compiler/ir/host.ts';
import type { Plan, StopRule } from '../compiler/plan.ts';
import { looksAtNorms } from '../runtime/norms.ts';
import { isPerEpoch, savesInOrder } from '../runtime/rules.ts';
import { fieldName } from './enclose.ts';
import { literal } from './literal.ts';

/** Spelt as operators; anything else is looked up in the runtime's table of host functions. */
const operators: Partial<Record<ScalarFn, string>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
  eq: '===',
  ne: '!==',
};

/** A host expression as JavaScript over `read(name)` and the session `s`. */
export function hostText(expr: HostExpr): string {
  switch (expr.kind) {
    case 'number':
      return literal(expr.value);
    case 'symbol':
      return `read(${JSON.stringify(expr.name)})`;
    case 'plateau': {
      const { quantity, patience, minDelta, mode } = expr;
      return `+onPlateau(s, ${JSON.stringify(quantity)}, ${literal(patience)}, ${literal(minDelta)}, '${mode}')`;
    }
    case 'call': {
      const args = expr.args.map(hostText);
      const operator = operators[expr.fn];
      return operator ? `+(${args.join(` ${operator} `)})` : `hostFns.${expr.fn}(${args.join(', ')})`;
    }
  }
}

/** The rules of a plan as JavaScript, in the order the runtime asks them. */
export function ruleTexts(
  plan: Pick<Plan, 'plateaus' | 'stop' | 'save' | 'log' | 'quantities' | 'reports' | 'blocks'>,
): readonly string[] {
  return [
    ...plan.stop.map(stopText),
    ...plan.plateaus.map((each, i) => `plateauRule(${literal(each)}, ${i})`),
    ...plan.log.map((rule) => logText(rule, plan.quantities)),
    ...plan.log.filter((log) => looksAtNorms(plan, log)).map(({ every }) => `normRule(${literal(every)})`),
    ...plan.reports.flatMap(({ every }, i) =>
      every ? [`reportRule(${fieldName('plan')}.reports[${i}])`] : [],
    ),
    ...savesInOrder(plan.save).map(
      (rule) =>
        `${rule.kind === 'best' ? 'bestRule' : 'saveRule'}(${fieldName('plan')}.save[${plan.save.indexOf(rule)}])`,
    ),
  ];
}

function stopText(rule: StopRule): string {
  return `stopWhen(${JSON.stringify(rule.text)}, ${isPerEpoch(rule)}, (read, s) => ${hostText(rule.when)})`;
}

/** What is known of the last step needs no search by name. */
function logText({ quantities, every }: Plan['log'][number], known: readonly string[]): string {
  const at = quantities.map((name) => known.indexOf(name));
  if (every.unit !== 'steps' || at.some((index) => index < 0))
    return `logRule(${literal({ quantities, every })})`;
  const shown = quantities.map((name, i) => `${JSON.stringify(name)}: s.last[${at[i]}]`);
  return [
    `(s, atEpoch) => !atEpoch && s.progress.step % ${every.count} === 0 && `,
    `{ kind: 'log', step: s.progress.step, epoch: s.progress.epoch + 1, quantities: { ${shown.join(', ')} } }`,
  ].join('');
}
