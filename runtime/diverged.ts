import { restoreCheckpoint } from './checkpoint.ts';
import { freshProgress, type Session } from './session.ts';
import { endEpoch, nextBatches, trainStep } from './train.ts';

/**
 * Brings the session to just before step `step`, its batches in place: runs the same steps again from the
 * start, or from the checkpoint the run began with. Steps are a function of seed and program, so the tensors
 * are those the step then saw; to find the op that went wrong, run the `step` entry from here elsewhere.
 */
export async function replayTo(s: Session, step: number, checkpoint?: Uint8Array): Promise<void> {
  for (const { at, size } of Object.values(s.tensors)) s.float.fill(0, at, at + size);
  for (const d of s.datasets) d.dealt = -1;
  s.progress = freshProgress(s.datasets.length, s.plan.quantities.length);
  if (checkpoint) restoreCheckpoint(s, checkpoint, true);
  else await s.begin(s);
  const { length } = s.datasets[0]!.order;
  for (;;) {
    if (s.progress.cursors[0]!.at === length) endEpoch(s);
    if (s.progress.step >= step - 1) break;
    trainStep(s);
  }
  nextBatches(s);
  s.progress.step = step;
}
