import { dirname, resolve } from 'node:path';
import type { Plan } from '../compiler/plan.ts';
import { diagnose, type Diagnostic } from '../dsl/diagnostic.ts';
import { diverged as divergedMessage } from '../dsl/messages/training.ts';
import { positionAt, sourceFile } from '../dsl/source.ts';
import { checkpointBytes } from '../runtime/checkpoint.ts';
import type { TrainEvent } from '../runtime/events.ts';
import { DataError } from '../runtime/fail.ts';
import { fetchTensors } from '../runtime/session.ts';
import { batchesPerStep, train } from '../runtime/train.ts';
import { type Context, fail, isSaid, print, printJson, say } from './context.ts';
import { firstBadValue } from './diverged.ts';
import { exit, type ExitCode, type Signal, signalExit } from './exit.ts';
import { bytesText, countText, durationText, numberText, plural } from './format.ts';
import { type Progress, startProgress } from './progress.ts';
import { reportDiagnostics, shortPath } from './report.ts';
import { keptToItself, openRun, reportDataError, type Run } from './run-file.ts';
import { type StepStats, statsText, watchLayers } from './stats.ts';
import { table } from './table.ts';
import { unwritable, writeWhole } from './writable.ts';

export interface TrainingJob extends Run {
  /** Where the final state goes, absolute; null: only `save` rules and interruptions write. */
  readonly checkpoint: string | null;
  /** The checkpoint this run continues. */
  readonly resumed: Uint8Array | null;
  readonly now: () => number;
}

/** So often a state is kept in memory, to find the op that first gave NaN without running everything again. */
const snapshotMs = 5000;

/** The version of what `--json` prints; raised when a reader would have to change. */
const eventSchema = 1;

type EndEvent = Extract<TrainEvent, { kind: 'end' }>;
type StartEvent = Extract<TrainEvent, { kind: 'start' }>;

/** Trains to the end, to a stop rule, to a NaN or to Ctrl-C, and says what came of it. */
export async function runTraining(context: Context, job: TrainingJob): Promise<ExitCode> {
  const { session, compiled, now } = job;
  const { plan } = compiled;
  const { io, values } = context;
  const refused = refusedOutput(context, job);
  if (refused !== null) return refused;
  const abort = new AbortController();
  let signal: Signal | null = null;
  const release = io.onSignal((name) => {
    signal ??= name;
    abort.abort();
  });
  const began = now();
  const saved: string[] = [];
  let progress: Progress | null = null;
  let end: EndEvent | null = null;
  let start: StartEvent | null = null;
  let snapshot = job.resumed;
  let snapshotAt = began;
  const tellStats = (stats: StepStats) => {
    progress?.clear();
    if (values.json === true) printJson(context, { event: 'stats', ...stats });
    else for (const text of [statsText(stats), ...stats.warnings.map(warningText)]) say(context, text);
  };
  if (plan.datasets.length === 0 && plan.steps === null) {
    const help = 'write `steps 1000` in its train block, or add --steps 1000';
    return fail(context, exit.program, `${plan.name} has no data and no \`steps\`: it has no end`, help);
  }
  if (values.stats === true && session.remote) return keptToItself(context, session, '--stats');
  if (values.stats === true) await watchLayers(job, tellStats);
  try {
    for await (const plain of train(session, {
      signal: abort.signal,
      stepEvents: stepsAtOnce(context, job),
    })) {
      const event = placed(context, compiled.path, plain);
      if (values.json === true) printEvent(context, event);
      if (event.kind === 'start') {
        start = event;
        if (values.json !== true) say(context, startText(context, event, job.launched.threads));
        if (values.json !== true && isSaid(context, 'info')) {
          progress = startProgress(
            { ...io.stderr, isTTY: io.stderr.isTTY && rewritesLines(io) },
            context.err,
            { epochs: plan.epochs, perEpoch: perEpoch(plan, event), logs: plan.log.length > 0 },
            now,
          );
        }
      }
      if (event.kind === 'checkpoint' && !saved.includes(event.path)) saved.push(event.path);
      progress?.show(event);
      if (event.kind === 'print' && values.json !== true) print(context, event.text);
      if (event.kind === 'end') end = event;
      if (event.kind === 'step' && now() - snapshotAt > snapshotMs && isFinite(event)) {
        await fetchTensors(session);
        snapshot = checkpointBytes(session);
        snapshotAt = now();
      }
    }
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    progress?.clear();
    return rescued(context, job, error, start !== null);
  } finally {
    progress?.clear();
    release();
  }
  if (end === null || start === null) throw new Error('training ended without an end event');
  return conclude(context, job, {
    end,
    from: start.step,
    signal,
    seconds: (now() - began) / 1000,
    saved,
    snapshot,
  });
}

/** A step told of is a step waited for: a machine of its own is asked for several, unless each is to be printed. */
function stepsAtOnce({ values }: Context, { session }: TrainingJob): number {
  return session.remote && values.json !== true ? 8 : 1;
}

/** A file that cannot be read or written ends a run; what was trained until then is kept. */
function rescued(context: Context, job: TrainingJob, error: DataError, trained: boolean): ExitCode {
  const code = reportDataError(context, job.compiled.sources, error);
  if (!trained) return code;
  const path = job.checkpoint ?? resolve(context.cwd, `${job.compiled.plan.name}.safetensors`);
  const refused = writeWhole(path, job.seal(checkpointBytes(job.session), path));
  const shown = shortPath(context, path);
  if (refused === null) say(context, `saved ${shown}\ncontinue:  bpnet resume ${shown}`);
  else say(context, `${shown} cannot be written either: ${refused}`);
  return code;
}

/** A dumb terminal only knows how to print on, and what a CI server shows afterwards is a plain log. */
function rewritesLines({ env }: Context['io']): boolean {
  return env['TERM'] !== 'dumb' && (env['CI'] === undefined || env['CI'] === 'false');
}

function warningText({ code, text }: StepStats['warnings'][number]): string {
  return `warning[${code}]: ${text}`;
}

/** `save` paths are written relative to the program; people see them from where they are. */
function placed(context: Context, program: string, event: TrainEvent): TrainEvent {
  if (event.kind !== 'checkpoint' && event.kind !== 'image') return event;
  return { ...event, path: shortPath(context, resolve(dirname(program), event.path)) };
}

/** All places the run will write to, tried before step 1. */
function refusedOutput(context: Context, { compiled, checkpoint }: TrainingJob): ExitCode | null {
  const folder = dirname(compiled.path);
  const wanted = [
    ...(checkpoint === null ? [] : [{ path: checkpoint, makes: false }]),
    ...compiled.plan.save.map((rule) => ({ path: resolve(folder, rule.path), makes: true })),
    ...imagePaths(compiled.plan).map((path) => ({ path: resolve(folder, path), makes: true })),
  ];
  for (const { path, makes } of wanted) {
    const reason = unwritable(path, makes);
    if (reason !== null) {
      return fail(
        context,
        exit.usage,
        `cannot write ${shortPath(context, path)}: ${reason}`,
        'nothing was trained',
      );
    }
  }
  return null;
}

function imagePaths({ reports }: Plan): readonly string[] {
  return reports.flatMap(({ lines }) => lines.flatMap((line) => (line.kind === 'image' ? [line.path] : [])));
}

function isFinite({ quantities }: Extract<TrainEvent, { kind: 'step' }>): boolean {
  return Object.values(quantities).every(Number.isFinite);
}

interface Outcome {
  readonly end: EndEvent;
  /** The step it began after. */
  readonly from: number;
  readonly signal: Signal | null;
  readonly seconds: number;
  readonly saved: readonly string[];
  readonly snapshot: Uint8Array | null;
}

async function conclude(context: Context, job: TrainingJob, outcome: Outcome): Promise<ExitCode> {
  const { end, signal } = outcome;
  if (end.reason === 'diverged') return diverged(context, job, outcome);
  const interrupted = end.reason === 'cancelled';
  if (interrupted && context.isSuperseded?.() === true) return exit.interrupted;
  const path =
    job.checkpoint ?? (interrupted ? resolve(context.cwd, `${job.compiled.plan.name}.safetensors`) : null);
  if (path !== null) {
    const refused = writeCheckpoint(context, job, path, end);
    if (refused !== null) return refused;
  }
  const shown = path === null ? null : shortPath(context, path);
  if (context.values.json !== true) {
    print(context, resultTable(context, end, outcome));
    say(context, closing(context, job, outcome, shown));
  }
  return interrupted ? signalExit[signal ?? 'SIGINT'] : exit.ok;
}

/** Null, or the exit code of a refusal. */
function writeCheckpoint(context: Context, job: TrainingJob, path: string, end: EndEvent): ExitCode | null {
  const refused = writeWhole(path, job.seal(checkpointBytes(job.session), path));
  if (refused !== null) {
    return fail(context, exit.usage, `cannot write ${shortPath(context, path)}: ${refused}`);
  }
  if (context.values.json === true) {
    printEvent(context, {
      kind: 'checkpoint',
      path: shortPath(context, path),
      step: end.step,
      epoch: end.epoch,
    });
  }
  return null;
}

/** What a machine keeps to itself can be looked at where it is computed again. */
function onJs(context: Context): Context {
  return { ...context, values: { ...context.values, target: 'js' } };
}

/** Names the op and the line where the numbers broke, found by running that one step again. */
async function diverged(
  context: Context,
  job: TrainingJob,
  { end, saved, snapshot }: Outcome,
): Promise<ExitCode> {
  const value = Object.values(end.quantities).find((each) => !Number.isFinite(each)) ?? NaN;
  const beside = job.session.remote ? await openRun(onJs(context), job.compiled) : job;
  const bad =
    typeof beside === 'number' ? null : await firstBadValue(beside, end.step, snapshot ?? undefined);
  const last = saved.at(-1);
  const help =
    last === undefined
      ? 'a smaller learning rate, `clip_norm`, or a guarded log, sqrt or division usually helps'
      : `${last} holds the last saved state; resume it with a smaller learning rate`;
  const source = bad?.span ? job.compiled.sources(bad.span.file) : undefined;
  const line = source === undefined ? null : positionAt(sourceFile('', source), bad!.span!.start).line;
  const from = bad === null ? 'an unknown value' : `\`${bad.op}\``;
  const diagnostic: Diagnostic = diagnose(
    divergedMessage,
    bad?.span ?? null,
    [end.step, String(bad?.value ?? value), from, line],
    {
      ...(bad === null || bad.input === null ? {} : { label: `its input: ${bad.input}` }),
      notes: [
        `the loss is ${value}`,
        ...(bad?.rule ? [`it is part of the backward pass: rule ${bad.rule}`] : []),
      ],
      help,
    },
  );
  reportDiagnostics(context, [diagnostic], job.compiled.sources);
  return exit.numeric;
}

/** `xor_mlp: 33 parameters, 1.9 KiB memory, seed 1, target js` and the rows of every split. */
function startText(context: Context, event: StartEvent, threads = 1): string {
  const { err } = context;
  const rows = Object.entries(event.rows).flatMap(([use, splits]) => {
    const parts = Object.entries(splits).filter(([, count]) => count > 0);
    const counts = parts.map(([split, count]) => `${countText(count)} ${split}`).join(', ');
    return parts.length === 0 ? [] : [`${use}: ${counts} rows`];
  });
  const resumed = event.step > 0 ? [`from step ${countText(event.step)}`] : [];
  const facts = [
    plural(event.params, 'parameter'),
    `${bytesText(event.peakBytes)} peak memory`,
    ...rows,
    `seed ${event.seed}`,
    `target ${event.target}${threads > 1 ? ` on ${threads} threads` : ''}`,
    ...resumed,
  ];
  return `${err.bold(event.name)}  ${facts.join(' · ')}`;
}

function perEpoch(plan: Plan, event: StartEvent): number {
  const first = plan.datasets[0];
  const rows = first === undefined ? 0 : (event.rows[first.use]?.train ?? 0);
  if (first === undefined || rows === 0) return 1;
  const batches = first.batch === 'all' ? 1 : Math.ceil(rows / first.batch);
  return Math.ceil(batches / batchesPerStep(plan.blocks));
}

/** One row per split; `training` are means over the last epoch while the parameters still moved. */
function resultTable(context: Context, end: EndEvent, { seconds, from }: Outcome): string {
  const names = Object.keys(end.quantities);
  const { out } = context;
  const row = (title: string, of: Readonly<Record<string, number>>) => [
    title,
    ...names.map((name) => (of[name] === undefined ? '' : numberText(of[name], 5))),
  ];
  const rows = [
    ['', ...names],
    ...(end.step > from ? [row('last step', end.quantities)] : []),
    ...Object.entries(end.splits).map(([split, quantities]) => row(split, quantities)),
  ];
  const how =
    end.reason === 'stopped'
      ? `stopped by \`${end.rule}\``
      : end.reason === 'cancelled'
        ? 'interrupted'
        : 'finished';
  const best = end.best && `${bestText(end.best)}, ${end.best.step < end.step ? 'restored' : 'the last'}\n`;
  const epochs = end.epoch > 0 ? `${plural(end.epoch, 'epoch')}, ` : '';
  return (
    (rows.length > 1 ? table(rows, ['left', ...names.map(() => 'right' as const)]) : '') +
    `${how}: ${epochs}${plural(end.step, 'step')} in ${out.bold(durationText(seconds * 1000))}\n` +
    (best ?? '')
  );
}

/** `best at epoch 7: valid.accuracy 0.981` */
function bestText({ quantity, value, epoch }: NonNullable<EndEvent['best']>): string {
  return `best at epoch ${epoch}: ${quantity} ${numberText(value, 5)}`;
}

function closing(
  context: Context,
  { compiled }: TrainingJob,
  { end, saved }: Outcome,
  path: string | null,
): string {
  const { err } = context;
  const files = path === null ? saved : [...saved, path];
  const { generate, predict, evaluate } = compiled.plan;
  const verbs = [
    ...(generate.length > 0 ? ['generate'] : predict ? ['predict'] : []),
    ...(evaluate ? ['eval'] : []),
  ];
  const lines = files.map((file) => `saved ${err.bold(file)}`);
  if (end.reason === 'cancelled') lines.push(`continue:  bpnet resume ${path}`);
  else if (files.length > 0 && verbs.length > 0)
    lines.push(`next:  ${verbs.map((verb) => `bpnet ${verb} ${files.at(-1)}`).join('   ')}`);
  else if (files.length === 0)
    lines.push(err.dim('nothing saved: add -o model.safetensors to keep the parameters'));
  return lines.join('\n');
}

/** One line of NDJSON. JSON has no NaN: non-finite numbers are written as texts. */
function printEvent(context: Context, event: TrainEvent): void {
  const { kind, ...rest } = event;
  const line = { event: kind, ...(kind === 'start' ? { schema: eventSchema } : {}), ...rest };
  const text = JSON.stringify(line, (key, value: unknown) => {
    if (key === 'png') return undefined; // it is in the file
    return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  });
  context.io.stdout.write(`${text}\n`);
}
