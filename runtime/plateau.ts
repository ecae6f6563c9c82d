import type { PlateauPlan } from '../compiler/plan.ts';
import { improves, quantityNow } from './rules.ts';
import type { Rule } from './session.ts';

/** A schedule `plateau(…)`, at each epoch's end: the steps of PyTorch's ReduceLROnPlateau, threshold relative. */
export function plateauRule(plan: PlateauPlan, position: number): Rule {
  return (s, atEpoch) => {
    if (!atEpoch) return;
    const { memory, kept } = s.progress;
    const key = `rate ${position}`;
    const margin = plan.threshold * Math.abs(memory[key]?.best ?? 0);
    improves(s, key, quantityNow(s, plan.quantity, true), plan.mode, margin);
    const state = memory[key]!;
    if (state.rest) {
      state.rest--;
      state.count = 0;
    }
    if (state.count <= plan.patience) return;
    kept![position]! *= plan.factor;
    state.rest = plan.cooldown;
    state.count = 0;
  };
}
