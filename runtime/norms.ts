import type { EveryPlan, Plan } from '../compiler/plan.ts';
import type { TrainEvent } from './events.ts';
import { isDue } from './rules.ts';
import type { Rule, Session } from './session.ts';
import { shortNumber } from './tensor-text.ts';

/** So large that something is wrong, whatever the model. */
const exploding = 1e3;
/** Of the largest of all layers: so little that a layer does not learn. */
const vanishing = 1e-7;

/** Whether a `log` looks at norms of gradients. */
export function looksAtNorms({ blocks }: Pick<Plan, 'blocks'>, { quantities }: Plan['log'][number]): boolean {
  return blocks.some(({ norms }) => norms.some(({ name }) => quantities.includes(name)));
}

/** Whenever a norm is logged, every layer is looked at: that one has no gradient any more, or far too much, is told once. */
export function normRule(every: EveryPlan): Rule {
  return (s, atEpoch) => (isDue(s, every, atEpoch) ? normWarnings(s) : undefined);
}

export function normWarnings(s: Session): TrainEvent[] {
  const { step, memory } = s.progress;
  const layers = s.plan.blocks.flatMap(({ norms }) =>
    norms.flatMap(({ name, layer }) => (layer === null ? [] : [{ layer, norm: s.norms[name]! }])),
  );
  const largest = layers.reduce((a, b) => (b.norm > a.norm ? b : a), { layer: '', norm: 0 });
  return layers.flatMap(({ layer, norm }) => {
    const explodes = !(norm <= exploding);
    if (!explodes && !(norm < vanishing * largest.norm)) return [];
    const code = explodes ? 'exploding-gradient' : 'vanishing-gradient';
    const key = `${code} ${layer}`;
    if (memory[key]) return [];
    memory[key] = { best: norm, count: 0 };
    const beside = explodes ? '' : `, that of ${largest.layer} ${shortNumber(largest.norm)}`;
    const text = `the gradient of ${layer} has the norm ${shortNumber(norm)} at step ${step}${beside}`;
    return [{ kind: 'warning', code, text }];
  });
}
