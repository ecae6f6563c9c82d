import { resolve } from 'node:path';
import { openCheckpoint, readCheckpoint } from '../checkpoint-file.ts';
import { type Context } from '../context.ts';
import type { ExitCode } from '../exit.ts';
import { runTraining } from '../training.ts';

/** Settings of the checkpoint, then those given now: `--epochs 20` lengthens a run. */
export async function run(context: Context): Promise<ExitCode> {
  const file = await readCheckpoint(context, context.args[0]!);
  if (typeof file === 'number') return file;
  const opened = await openCheckpoint(context, file);
  if (typeof opened === 'number') return opened;
  const { checkpoint } = context.values;
  return runTraining(context, {
    ...opened,
    checkpoint: checkpoint === undefined ? file.path : resolve(context.cwd, checkpoint),
    resumed: file.bytes,
    now: () => performance.now(),
  });
}
