import type { Graph } from '../../compiler/ir/graph.ts';
import { callEntry } from '../../runtime/session.ts';
import { nextBatches } from '../../runtime/train.ts';
import { type Context, print, printJson, say, usageError } from '../context.ts';
import { exit, type ExitCode } from '../exit.ts';
import { numberText, plural } from '../format.ts';
import { detachedEntry, gradientProgram } from '../gradient-program.ts';
import { checkGradients, type GradientCheck } from '../gradients.ts';
import { openProgram } from '../program.ts';
import { guarded, openRun } from '../run-file.ts';
import { table } from '../table.ts';

/** Every `step` block's loss, on the first batch, with the parameters of step 1, in f64 unless asked otherwise. */
export async function run(context: Context): Promise<ExitCode> {
  const { values } = context;
  const asked = new Map<string, Graph>();
  const wanted = values.dtype ?? values.precision;
  const first = await openProgram(context, context.args[0]!, {
    ...(wanted === undefined ? {} : { precision: wanted }),
    gradients: true,
    observe: (entry, stage, graph) => {
      if (entry.startsWith('gradients') && stage === '1-graph') asked.set(entry, graph);
    },
  });
  if (typeof first === 'number') return first;
  if (asked.size === 0) {
    const message = `${first.plan.name} has no \`loss\` to differentiate`;
    return usageError(context, message, 'its updates follow gradients of their own: nothing was checked');
  }
  const { order = first.plan.check?.order ?? 1 } = values;
  const precision = wanted ?? first.plan.check?.dtype ?? 'f64';
  const program = gradientProgram(asked, first.graphs, { ...first.program, precision }, order);
  const compiled = { ...first, program };
  const opened = await openRun(context, compiled);
  if (typeof opened === 'number') return opened;
  const { session } = opened;
  const tolerance = values.tolerance ?? (precision === 'f64' ? 1e-5 : 2e-2);
  const checks = await guarded(context, compiled.sources, async () => {
    await session.begin(session);
    session.progress.step = 1;
    nextBatches(
      session,
      session.datasets.map((_, i) => i),
    );
    const options = { samples: values.samples ?? 20, tolerance, seed: session.seed };
    return [...asked.keys()].flatMap((entry) => {
      callEntry(session, detachedEntry(entry), 0);
      const block = entry.replace(/^gradients_?/, '');
      const named = (name: string) => (block === '' ? name : `${block}: ${name}`);
      return checkGradients(session, entry, options).map((check) => ({ ...check, name: named(check.name) }));
    });
  });
  if (typeof checks === 'number') return checks;
  const ok = checks.every((check) => check.ok);
  if (values.json === true) printJson(context, { ok, precision, order, tolerance, parameters: checks });
  else show(context, checks, { ok, tolerance, precision, order });
  return ok ? exit.ok : exit.program;
}

interface Verdict {
  readonly ok: boolean;
  readonly tolerance: number;
  readonly precision: string;
  readonly order: number;
}

function show(context: Context, checks: readonly GradientCheck[], verdict: Verdict): void {
  const { out, err } = context;
  const rows = checks.map((check) => [
    check.ok ? out.green('✓') : out.red('✗'),
    check.name,
    `${check.tried}/${check.elements}`,
    check.absolute.toExponential(1),
    check.error.toExponential(1),
    numberText(check.worst.symbolic, 6),
    numberText(check.worst.numeric, 6),
  ]);
  const head = ['', 'parameter', 'tried', 'max abs. error', 'max rel. error', 'derived', 'numeric'];
  print(context, table([head, ...rows], ['left', 'left', ...head.slice(2).map(() => 'right' as const)]));
  const failed = checks.filter((check) => !check.ok);
  const how = `${verdict.precision}, order ${verdict.order}, tolerance ${numberText(verdict.tolerance, 2)}`;
  if (verdict.ok) {
    say(
      context,
      err.green(`gradients of ${plural(checks.length, 'parameter tensor')} agree`) + err.dim(` (${how})`),
    );
    return;
  }
  say(
    context,
    `${err.red(`${plural(failed.length, 'parameter tensor')} of ${checks.length} off`)}${err.dim(` (${how})`)}\n` +
      `  ${err.cyan('=')} help: at a kink (relu, max, abs) differences mislead: try --seed 2; else bpnet inspect --backward`,
  );
}
