import type { SplitName } from '../../compiler/plan.ts';
import type { Session } from '../../runtime/session.ts';
import { evaluateSplit } from '../../runtime/sweep.ts';
import { openCheckpoint, readCheckpoint } from '../checkpoint-file.ts';
import { type Context, print, printJson, say, usageError } from '../context.ts';
import { exit, type ExitCode } from '../exit.ts';
import { numberText, plural } from '../format.ts';
import { table } from '../table.ts';

export async function run(context: Context): Promise<ExitCode> {
  const file = await readCheckpoint(context, context.args[0]!);
  if (typeof file === 'number') return file;
  const opened = await openCheckpoint(context, file, { anyProgram: true });
  if (typeof opened === 'number') return opened;
  const { session } = opened;
  const split = (context.values.split as SplitName | undefined) ?? defaultSplit(session);
  const rows = rowsOf(session, split);
  const quantities = await evaluateSplit(session, split);
  if (quantities === null && rows > 0) {
    const alternates = opened.compiled.plan.blocks.every(({ entry }) => entry !== 'step');
    return alternates
      ? usageError(
          context,
          'this program measures nothing outside of its `step` blocks',
          'add a `metric` there',
        )
      : usageError(
          context,
          'the quantities of this program cannot be computed over a whole split',
          '`bpnet check` says which one',
        );
  }
  if (quantities === null) {
    const have = (['train', 'valid', 'test'] as const).filter((name) => rowsOf(session, name) > 0);
    return usageError(context, `there are no ${split} rows`, `splits with rows: ${have.join(', ')}`);
  }
  if (context.values.json === true) {
    printJson(context, { split, rows, step: file.run.step, epoch: file.run.epoch, quantities });
    return exit.ok;
  }
  const entries = Object.entries(quantities);
  print(
    context,
    table(
      entries.map(([name, value]) => [`${split}.${name}`, numberText(value, 6)]),
      ['left', 'right'],
    ),
  );
  say(context, context.err.dim(`${plural(rows, 'row')}, after ${plural(file.run.step, 'step')}`));
  return exit.ok;
}

/** What the model has not seen, if there is such. */
export function defaultSplit(session: Session): SplitName {
  return (['test', 'valid'] as const).find((split) => rowsOf(session, split) > 0) ?? 'train';
}

export function rowsOf(session: Session, split: SplitName): number {
  return session.datasets[0]?.splits[split].length ?? 0;
}
