import { restoreCheckpoint } from './checkpoint.ts';
import { plateauRule } from './plateau.ts';
import { freshProgress, type Session } from './session.ts';
import { splitsOf } from './sweep.ts';
import { endEpoch, evaluateSplits, isEpochOver, trainStep } from './train.ts';

/**
 * Brings the session to just before step `step`: runs the same steps again from the start, or from the checkpoint
 * the run began with. Steps are a function of seed and program, so `trainStep` will do again what that step did;
 * to find the op that went wrong, watch the entries it runs.
 */
export async function replayTo(s: Session, step: number, checkpoint?: Uint8Array): Promise<void> {
  for (const { at, size } of Object.values(s.tensors)) {
    s.float.fill(0, at, at + size);
    if (s.remote) s.remote.push(at, size);
  }
  for (const d of s.datasets) d.dealt = -1;
  s.diverged = 0;
  s.progress = freshProgress(s.datasets.length, s.plan.quantities.length, s.progress.kept?.length ?? 0);
  if (checkpoint) restoreCheckpoint(s, checkpoint, true);
  else await s.begin(s);
  const schedules = s.plan.plateaus.map(plateauRule);
  for (;;) {
    if (isEpochOver(s)) {
      if (schedules.length) await evaluateSplits(s, splitsOf(s, s.plan.watch));
      endEpoch(s);
      for (const rule of schedules) rule(s, true);
    }
    if (s.progress.step >= step - 1) break;
    trainStep(s);
  }
}
