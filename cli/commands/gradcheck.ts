import type { Graph } from '../../compiler/ir/graph.ts';
import type { Plan } from '../../compiler/plan.ts';
import { fillBatch } from '../../runtime/batches.ts';
import { callEntry, type Session } from '../../runtime/session.ts';
import { nextBatches } from '../../runtime/train.ts';
import { type Context, print, printJson, say, usageError } from '../context.ts';
import { exit, type ExitCode } from '../exit.ts';
import { numberText, plural } from '../format.ts';
import { detachedEntry, gradientProgram, lossEntry } from '../gradient-program.ts';
import { checkGradients, type GradientCheck } from '../gradients.ts';
import { openProgram } from '../program.ts';
import { guarded, keptToItself, openRun } from '../run-file.ts';
import { table } from '../table.ts';

/** Each file; of several, those that cannot be checked by themselves are told and passed over. */
export async function run(context: Context): Promise<ExitCode> {
  const { args } = context;
  if (args.length === 1) return checkFile(context, args[0]!);
  let worst: ExitCode = exit.ok;
  for (const file of args) {
    say(context, context.err.bold(file));
    worst = Math.max(worst, await checkFile(context, file)) as ExitCode;
  }
  return worst;
}

/** Every `step` block's loss, on the first batch, with the parameters of step 1, in f64 unless asked otherwise. */
async function checkFile(context: Context, file: string): Promise<ExitCode> {
  const { values } = context;
  const asked = new Map<string, Graph>();
  const wanted = values.dtype ?? values.precision;
  const first = await openProgram(context, file, {
    ...(wanted === undefined ? {} : { precision: wanted }),
    gradients: true,
    observe: (entry, stage, graph) => {
      if (entry.startsWith('gradients') && stage === '1-graph') asked.set(entry, graph);
    },
  });
  if (typeof first === 'number') return first;
  const reason = cannotCheck(first.plan, asked);
  if (reason !== null) {
    if (context.args.length === 1) return usageError(context, ...reason);
    say(context, context.err.dim(`  ${reason[0]}: not checked`));
    return exit.ok;
  }
  const { order = first.plan.check?.order ?? 1 } = values;
  const precision = wanted ?? first.plan.check?.dtype ?? 'f64';
  const program = gradientProgram(asked, first.graphs, { ...first.program, precision }, order);
  const compiled = { ...first, program };
  const opened = await openRun(context, compiled);
  if (typeof opened === 'number') return opened;
  const { session } = opened;
  if (session.remote) return keptToItself(context, session, 'gradcheck');
  const tolerance = values.tolerance ?? (precision === 'f64' ? 1e-6 : 2e-2);
  const checks = await guarded(context, compiled.sources, async () => {
    await session.begin(session);
    session.progress.step = 1;
    firstRows(session, values.rows ?? Infinity);
    const options = { samples: values.samples ?? 20, tolerance, seed: session.seed };
    return [...asked.keys()].flatMap((entry) => {
      callEntry(session, detachedEntry(entry), 0);
      const block = entry.replace(/^gradients_?/, '');
      const named = (name: string) => (block === '' ? name : `${block}: ${name}`);
      const entries = { gradients: entry, loss: lossEntry(entry) };
      return checkGradients(session, entries, options).map((check) => ({
        ...check,
        name: named(check.name),
      }));
    });
  });
  if (typeof checks === 'number') return checks;
  if (checks.length === 0) {
    const nothing = `${first.plan.name} has no parameters to differentiate by`;
    if (context.args.length === 1) return usageError(context, nothing, 'nothing was checked');
    say(context, context.err.dim(`  ${nothing}: not checked`));
    return exit.ok;
  }
  const ok = checks.every((check) => check.ok);
  if (values.json === true) {
    const which = context.args.length > 1 ? { file } : {};
    printJson(context, { ...which, ok, precision, order, tolerance, parameters: checks });
  } else show(context, checks, { ok, tolerance, precision, order });
  return ok ? exit.ok : exit.program;
}

/** Why, and what is to be done; null: it can be checked. */
function cannotCheck({ name, datasets }: Plan, asked: ReadonlyMap<string, Graph>): [string, string] | null {
  if (asked.size === 0) {
    return [
      `${name} has no \`loss\` to differentiate`,
      'nor does it ask for `grad(…)` of a number by parameters: nothing was checked',
    ];
  }
  const handed = datasets.find(({ train }) => train.call === 'host');
  if (!handed) return null;
  return [`the data of ${name} comes from the program that calls it`, `to check it, write a few rows in its data block, or a source: \`train = csv("rows.csv")\``]; // prettier-ignore
}

/** The first batch of each data set, or the first rows of it. */
function firstRows(session: Session, most: number): void {
  const { datasets, sizes } = session;
  nextBatches(
    session,
    datasets.map((_, i) => i),
  );
  for (const d of datasets) fillBatch(session, d, d.order, 0, Math.min(most, sizes[d.dim]!));
}

interface Verdict {
  readonly ok: boolean;
  readonly tolerance: number;
  readonly precision: string;
  readonly order: number;
}

function show(context: Context, checks: readonly GradientCheck[], verdict: Verdict): void {
  const { out, err } = context;
  const kinks = checks.reduce((sum, check) => sum + check.kinks, 0);
  const rows = checks.map((check) => [
    check.ok ? out.green('✓') : out.red('✗'),
    check.name,
    `${check.tried}/${check.elements}`,
    ...(kinks > 0 ? [String(check.kinks)] : []),
    check.absolute.toExponential(1),
    check.error.toExponential(1),
    numberText(check.worst.symbolic, 6),
    numberText(check.worst.numeric, 6),
  ]);
  const head = [
    '',
    'parameter',
    'tried',
    ...(kinks > 0 ? ['at kinks'] : []),
    'max abs. error',
    'max rel. error',
    'derived',
    'numeric',
  ];
  print(context, table([head, ...rows], ['left', 'left', ...head.slice(2).map(() => 'right' as const)]));
  const failed = checks.filter((check) => !check.ok);
  const how = `${verdict.precision}, order ${verdict.order}, tolerance ${numberText(verdict.tolerance, 2)}`;
  if (verdict.ok) {
    say(
      context,
      err.green(`gradients of ${plural(checks.length, 'parameter tensor')} agree`) +
        err.dim(` (${how})`) +
        (kinks > 0 ? `; ${plural(kinks, 'element')} at kinks left out: no slope is there` : ''),
    );
    return;
  }
  say(
    context,
    `${err.red(`${plural(failed.length, 'parameter tensor')} of ${checks.length} off`)}${err.dim(` (${how})`)}\n` +
      `  ${err.cyan('=')} help: bpnet inspect --backward says what was derived; for kinks all around, try --seed 2`,
  );
}
