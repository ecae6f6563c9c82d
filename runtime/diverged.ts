import { restoreCheckpoint } from './checkpoint.ts';
import { freshProgress, type Session } from './session.ts';
import { endEpoch, isEpochOver, trainStep } from './train.ts';

/**
 * Brings the session to just before step `step`: runs the same steps again from the start, or from the checkpoint
 * the run began with. Steps are a function of seed and program, so `trainStep` will do again what that step did;
 * to find the op that went wrong, watch the entries it runs.
 */
export async function replayTo(s: Session, step: number, checkpoint?: Uint8Array): Promise<void> {
  for (const { at, size } of Object.values(s.tensors)) s.float.fill(0, at, at + size);
  for (const d of s.datasets) d.dealt = -1;
  s.progress = freshProgress(s.datasets.length, s.plan.quantities.length);
  if (checkpoint) restoreCheckpoint(s, checkpoint, true);
  else await s.begin(s);
  for (;;) {
    if (isEpochOver(s)) endEpoch(s);
    if (s.progress.step >= step - 1) break;
    trainStep(s);
  }
}
