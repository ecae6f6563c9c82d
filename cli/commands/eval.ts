import type { SplitName } from '../../compiler/plan.ts';
import type { Session } from '../../runtime/session.ts';
import type { Quantities } from '../../runtime/events.ts';
import { namesOfClasses, reportValues, runReport } from '../../runtime/reports.ts';
import { evaluateSplit } from '../../runtime/sweep.ts';
import { openCheckpoint, readCheckpoint } from '../checkpoint-file.ts';
import { type Context, print, printJson, say, usageError } from '../context.ts';
import { exit, type ExitCode } from '../exit.ts';
import { numberText, plural } from '../format.ts';
import { table } from '../table.ts';

export async function run(context: Context): Promise<ExitCode> {
  const file = await readCheckpoint(context, context.args[0]!);
  if (typeof file === 'number') return file;
  const opened = await openCheckpoint(context, file, {
    anyProgram: true,
    confusion: context.values.confusion === true,
  });
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
  const confusion = await confusionOn(context, session, split);
  if (typeof confusion === 'number') return confusion;
  if (context.values.json === true) {
    const { step, epoch } = file.run;
    printJson(context, { split, rows, step, epoch, quantities, ...(confusion && { confusion }) });
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
  await printReports(context, session, split, quantities);
  say(context, context.err.dim(`${plural(rows, 'row')}, after ${plural(file.run.step, 'step')}`));
  return exit.ok;
}

/** What the program prints when training has ended, and the confusion table if it is asked for. */
async function printReports(
  context: Context,
  session: Session,
  split: SplitName,
  quantities: Quantities,
): Promise<void> {
  session.means = quantities;
  session.splits = { [split]: quantities };
  for (const report of session.plan.reports) {
    const lines = report.lines.filter(({ kind }) => kind === 'print'); // pictures are the run's
    if (report.every || lines.length === 0) continue;
    const events = await runReport(session, { ...report, lines }, [split], true);
    for (const event of events) if (event.kind === 'print') print(context, event.text);
  }
}

/** Null where it was not asked for. */
async function confusionOn(
  context: Context,
  session: Session,
  split: SplitName,
): Promise<{ readonly classes: readonly string[]; readonly counts: readonly number[][] } | ExitCode | null> {
  if (context.values.confusion !== true) return null;
  const report = session.plan.reports.at(-1);
  const part = report?.lines.flatMap((line) => (line.kind === 'print' ? line.parts : [])).at(-1);
  if (!report || part?.kind !== 'confusion') {
    const message = 'the output of this program scores no classes of a field: there is nothing to confuse';
    return usageError(context, message, 'labels are a field such as `y: int<K>`, scores [B, K]');
  }
  const { values, shape } = (await reportValues(session, report, split)).get(part.output)!;
  const classes = namesOfClasses(session, part.array, shape[0]!);
  return { classes, counts: classes.map((_, k) => values.slice(k * shape[0]!, (k + 1) * shape[0]!)) };
}

/** What the model has not seen, if there is such. */
export function defaultSplit(session: Session): SplitName {
  return (['test', 'valid'] as const).find((split) => rowsOf(session, split) > 0) ?? 'train';
}

export function rowsOf(session: Session, split: SplitName): number {
  return session.datasets[0]?.splits[split].length ?? 0;
}
