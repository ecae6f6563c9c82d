import { relative } from 'node:path';
import type { Program } from '../../compiler/ir/program.ts';
import { positionAt, sourceFile } from '../../dsl/source.ts';
import type { Session } from '../../runtime/session.ts';
import { trainStep } from '../../runtime/train.ts';
import { cutEntries } from '../bench/cut.ts';
import { bestOf, type Limits, measureLimits } from '../bench/limits.ts';
import { type KernelProfile, kernelProfiles } from '../bench/profile.ts';
import { timed, type Times } from '../bench/stopwatch.ts';
import { type Context, print, printJson } from '../context.ts';
import { exit, type ExitCode } from '../exit.ts';
import { bytesText, countText, durationText, numberText } from '../format.ts';
import { costJson } from '../inspect/cost.ts';
import { type CompiledProgram, openProgram } from '../program.ts';
import { guarded, keptToItself, openRun } from '../run-file.ts';
import { table } from '../table.ts';

/** Training steps a second, on the batches training would see; with --profile also where the time goes. */
export async function run(context: Context): Promise<ExitCode> {
  const { values } = context;
  const compiled = await openProgram(context, context.args[0]!);
  if (typeof compiled === 'number') return compiled;
  const { program, plan, graphs } = compiled;
  const seconds = values.seconds ?? 2;
  const entries = plan.blocks.flatMap(({ entry, update }) => (update === null ? [entry] : [entry, update]));
  const opened = await openRun(context, compiled);
  if (typeof opened === 'number') return opened;
  if (values.profile === true && opened.session.remote)
    return keptToItself(context, opened.session, '--profile');
  const result = await guarded(context, compiled.sources, async () => {
    const { session } = opened;
    const { target } = session.info;
    await session.begin(session);
    session.steps = 1e9;
    const rounds = await timeRounds(session, seconds);
    const perStep = flopsOf(program, plan);
    const speed = { target, ...rounds, flops: perStep };
    if (values.profile !== true) return { ...speed, limits: null, kernels: null };
    const before = measureLimits(target);
    const cut = cutEntries(program, entries);
    const single = { ...context, values: { ...values, threads: 1 } };
    const again = await openRun(single, { ...compiled, program: cut.program });
    if (typeof again === 'number') return again;
    const times: Times = new Map();
    const pieces = again.session;
    await pieces.begin(pieces);
    pieces.steps = 1e9;
    const watched: Session = { ...pieces, run: timed(again.launched, cut, times).run };
    await timeFor(watched, 500);
    times.clear();
    const { steps } = await timeFor(watched, seconds * 1000);
    const limits = bestOf(before, measureLimits(target));
    const kernels = kernelProfiles({ program, graphs, entries, times, steps, limits });
    return { ...speed, limits, kernels };
  });
  if (typeof result === 'number') return result;
  if (values.json === true) printJson(context, { name: plan.name, ...result });
  else show(context, compiled, result);
  return exit.ok;
}

interface Rounds {
  readonly stepsPerSecond: number;
  readonly least: number;
  readonly most: number;
}
interface Result extends Rounds {
  readonly target: string;
  /** Of one step, those of matrix products and all others together. */
  readonly flops: number;
  readonly limits: Limits | null;
  readonly kernels: readonly KernelProfile[] | null;
}

/** After some warming up: the median of five rounds. */
async function timeRounds(session: Session, seconds: number): Promise<Rounds> {
  await timeFor(session, Math.min(1000, seconds * 500));
  const speeds: number[] = [];
  for (let round = 0; round < 5; round++) {
    const { steps, ms } = await timeFor(session, seconds * 200);
    speeds.push((steps * 1000) / ms);
  }
  speeds.sort((a, b) => a - b);
  return { stepsPerSecond: speeds[2]!, least: speeds[0]!, most: speeds[4]! };
}

/** A machine of its own is waited for every so many steps, as in training. */
async function timeFor(
  session: Session,
  least: number,
): Promise<{ readonly steps: number; readonly ms: number }> {
  const most = session.remote ? 32 : 1e6;
  const began = performance.now();
  let steps = 0;
  let ms = 0;
  for (
    let chunk = 1;
    ms < least;
    chunk = Math.max(1, Math.min(most, Math.floor((steps * least) / ms / 20)))
  ) {
    for (let i = 0; i < chunk; i++) step(session);
    if (session.remote) await session.remote.pull([]);
    steps += chunk;
    ms = performance.now() - began;
  }
  return { steps, ms };
}

/** One step; the loop of `train` starts the next epoch, here that is done in place. */
function step(session: Session): void {
  const [data] = session.datasets;
  const [cursor] = session.progress.cursors;
  if (data && cursor && cursor.at === data.order.length) {
    cursor.at = 0;
    cursor.epoch++;
  }
  trainStep(session);
}

function flopsOf(program: Program, { blocks }: CompiledProgram['plan']): number {
  return blocks.reduce((sum, { entry, update, times, accumulate }) => {
    const once = update === null ? 0 : costJson(program, update).flops;
    return sum + times * (accumulate * costJson(program, entry).flops + once);
  }, 0);
}

function show(context: Context, compiled: CompiledProgram, result: Result): void {
  const { target, stepsPerSecond, least, most, flops, limits, kernels } = result;
  const speed = `${numberText(Number(stepsPerSecond.toPrecision(4)))} steps/s`;
  const spread = `${numberText(Number(least.toPrecision(3)))}–${numberText(Number(most.toPrecision(3)))}`;
  const gflops = (flops * stepsPerSecond) / 1e9;
  print(
    context,
    `${compiled.plan.name} on ${target}: ${speed} (${spread}), ${stepTime(1000 / stepsPerSecond)} a step, ` +
      `${countText(flops)} operations a step, ${numberText(gflops, 3)} GFLOP/s`,
  );
  if (!kernels || !limits) return;
  const triads = limits.triads.map(({ bytes, gbps }) => `${gbps.toFixed(0)} GB/s in ${bytesText(bytes)}`);
  print(context, `limits here, one thread: ${limits.gflops.toFixed(1)} GFLOP/s, ${triads.join(', ')}\n`);
  const rows = kernels.map((kernel) => [
    kernel.turns === 1 ? kernel.name : `${kernel.name} × ${kernel.turns}`,
    `${(kernel.ms * 1000).toFixed(kernel.ms < 0.01 ? 2 : 0)}`,
    `${(100 * kernel.share).toFixed(1)} %`,
    (kernel.flops / 1e6).toFixed(2),
    bytesText(Math.round(kernel.bytes)),
    (kernel.flops / kernel.ms / 1e6).toFixed(1),
    (kernel.bytes / kernel.ms / 1e6).toFixed(1),
    `${(100 * kernel.ofLimit).toFixed(0)} %`,
    lineOf(compiled, kernel),
  ]);
  const head = ['kernel', 'µs', 'share', 'MFLOP', 'bytes', 'GFLOP/s', 'GB/s', 'of limit', 'line'];
  const right = head.slice(1, -1).map(() => 'right' as const);
  print(context, table([head, ...rows], ['left', ...right, 'left']));
  const sum = kernels.reduce((ms, kernel) => ms + kernel.ms, 0);
  const ideal = kernels.reduce((ms, kernel) => ms + kernel.ofLimit * kernel.ms, 0);
  print(
    context,
    `kernels, each at its fastest: ${durationText(sum)} a step, ${durationText(ideal)} at the limits (${((100 * ideal) / sum).toFixed(0)} %)`,
  );
}

/** Steps of tiny models take less than a microsecond. */
function stepTime(ms: number): string {
  return ms < 0.1 ? `${(ms * 1000).toPrecision(3)} µs` : durationText(ms);
}

function lineOf({ sources, path }: CompiledProgram, { span }: KernelProfile): string {
  if (!span) return '';
  const text = sources(span.file);
  const file = span.file === path ? '' : relative(path, span.file);
  if (text === undefined) return span.file;
  return `${file}:${positionAt(sourceFile(span.file, text), span.start).line}`;
}
