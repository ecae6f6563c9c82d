import type { SaveRule } from '../compiler/plan.ts';
import { checkpointBytes, checkpointRun, restoreCheckpoint } from './checkpoint.ts';
import type { TrainEvent } from './events.ts';
import { improves, nameAt, quantityNow } from './rules.ts';
import { fetchTensors, type Rule, type Session } from './session.ts';

export type BestRule = Extract<SaveRule, { kind: 'best' }>;
type Best = NonNullable<Extract<TrainEvent, { kind: 'end' }>['best']>;

function memoryKey({ quantity, mode, path }: BestRule): string {
  return `best ${quantity} ${mode} ${path}`;
}

/** The rule whose best state a run ends with: the first. */
function decisive(s: Session): BestRule | undefined {
  return s.plan.save.find((rule) => rule.kind === 'best');
}

/** `save best … to` is asked once per epoch. The state is kept, also where there is no place to write it to. */
export function bestRule(rule: BestRule): Rule {
  return (s, atEpoch) => {
    const key = memoryKey(rule);
    if (!atEpoch || !improves(s, key, quantityNow(s, rule.quantity, true), rule.mode)) return;
    const { step, epoch, memory } = s.progress;
    const path = nameAt(rule.path, step, epoch);
    Object.assign(memory[key]!, { step, path });
    const keep = (): ReturnType<Rule> => {
      const bytes = checkpointBytes(s);
      if (memoryKey(decisive(s)!) === key) s.best = bytes;
      if (s.write) return s.write(path, bytes).then(() => ({ kind: 'checkpoint', path, step, epoch }));
    };
    if (s.remote) return fetchTensors(s).then(async () => (await keep()) ?? []);
    return keep();
  };
}

/**
 * Puts the run back to where its decisive quantity was best, as a checkpoint of that moment would: what it then
 * predicts, saves and continues from is that state. null where no rule asks for it.
 */
export async function restoreBest(s: Session): Promise<Best | null> {
  const rule = decisive(s);
  const { memory, step: last } = s.progress;
  const { best: value = NaN, step, path } = (rule && memory[memoryKey(rule)]) ?? {};
  if (!rule || path === undefined) return null;
  const isIt = (bytes: Uint8Array) => {
    const run = checkpointRun(bytes);
    return run.step === step && run.memory[memoryKey(rule)]?.best === value;
  };
  // A resumed run that got no better has it in a file, if that still is the one.
  const bytes = s.best && isIt(s.best) ? s.best : await s.read?.(path).catch(() => null);
  try {
    if (!bytes || !isIt(bytes)) return null;
  } catch {
    return null; // it is no checkpoint any more
  }
  const { epoch } = checkpointRun(bytes);
  if (step !== last) restoreCheckpoint(s, bytes, true);
  return { quantity: rule.quantity, value, step: step!, epoch };
}
