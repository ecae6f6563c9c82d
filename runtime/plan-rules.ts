import type { Plan } from '../compiler/plan.ts';
import { bestRule } from './best.ts';
import { looksAtNorms, normRule } from './norms.ts';
import { plateauRule } from './plateau.ts';
import { reportRule } from './reports.ts';
import { isPerEpoch, logRule, savesInOrder, saveRule, stopRule } from './rules.ts';
import type { Rule } from './session.ts';

/** All rules of a plan. Stopping first, saving last: what is saved remembers what stopping rules have counted. */
export function planRules(
  plan: Pick<Plan, 'plateaus' | 'stop' | 'save' | 'log' | 'reports' | 'blocks'>,
): Rule[] {
  return [
    ...plan.stop.map(stopRule),
    ...plan.plateaus.map(plateauRule),
    ...plan.log.map(logRule),
    ...plan.log.filter((log) => looksAtNorms(plan, log)).map(({ every }) => normRule(every)),
    ...plan.reports.filter(({ every }) => every).map(reportRule),
    ...savesInOrder(plan.save).map((rule) => (rule.kind === 'best' ? bestRule(rule) : saveRule(rule))),
  ];
}

/** The numbers of these steps, and of their multiples, are looked at by a rule of the plan. */
export function stepsLookedAt({ stop, log, reports }: Pick<Plan, 'stop' | 'log' | 'reports'>): number[] {
  if (stop.some((rule) => !isPerEpoch(rule))) return [1];
  const everies = [...log, ...reports].flatMap(({ every }) => (every?.unit === 'steps' ? [every.count] : []));
  return [...new Set(everies)];
}
