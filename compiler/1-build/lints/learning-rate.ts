import { diagnose, type Diagnostic, type Span } from '../../../dsl/diagnostic.ts';
import { learningRateRange } from '../../../dsl/messages/lints.ts';
import { constantOf, type Val } from '../value.ts';

/** Rates beyond these are slips far more often than choices. A schedule is not looked into. */
const usual: Readonly<Record<string, readonly [low: number, high: number]>> = {
  sgd: [1e-6, 10], momentum: [1e-6, 10], nesterov: [1e-6, 10], adagrad: [1e-6, 1],
  rmsprop: [1e-7, 0.2], adam: [1e-7, 0.2], adamw: [1e-7, 0.2], adamax: [1e-7, 0.2], nadam: [1e-7, 0.2], lion: [1e-8, 0.02],
}; // prettier-ignore
const common: Readonly<Record<string, string>> = { sgd: '0.01 to 0.1', lion: '1e-5 to 1e-3' };

export function lintLearningRate(optimizer: string, lr: Val | undefined, span: Span): Diagnostic | null {
  const rate = lr ? constantOf(lr) : null;
  const range = usual[optimizer];
  // A rate of 0 is written on purpose.
  if (rate === null || rate === 0 || !range || (rate >= range[0] && rate <= range[1])) return null;
  const what = common[optimizer] ?? (range[1] >= 1 ? '0.01 to 0.1' : '1e-4 to 1e-2');
  return diagnose(learningRateRange, span, [String(rate), optimizer, what]);
}
