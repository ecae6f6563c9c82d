import { resolve } from 'node:path';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit.ts';
import { openProgram } from '../program.ts';
import { openRun } from '../run-file.ts';
import { runTraining } from '../training.ts';

export async function run(context: Context): Promise<ExitCode> {
  const compiled = await openProgram(context, context.args[0]!);
  if (typeof compiled === 'number') return compiled;
  const opened = await openRun(context, compiled);
  if (typeof opened === 'number') return opened;
  const { checkpoint } = context.values;
  return runTraining(context, {
    ...opened,
    checkpoint: checkpoint === undefined ? null : resolve(context.cwd, checkpoint),
    resumed: null,
    now: () => performance.now(),
  });
}
