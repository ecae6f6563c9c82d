import { checkpointBytes } from '../../runtime/checkpoint.ts';
import { readSafetensors } from '../../runtime/safetensors.ts';
import { fetchTensors, type Session } from '../../runtime/session.ts';
import { train } from '../../runtime/train.ts';
import { type Context, print, printJson, say, usageError } from '../context.ts';
import { exit, type ExitCode } from '../exit.ts';
import { numberText, plural } from '../format.ts';
import { openProgram } from '../program.ts';
import { guarded, openRun } from '../run-file.ts';
import { table } from '../table.ts';

/** What a target has come to after some steps. */
interface Came {
  readonly target: string;
  readonly losses: readonly number[];
  readonly tensors: Readonly<Record<string, ArrayLike<number>>>;
}
interface Difference {
  readonly tensor: string;
  readonly target: string;
  /** The largest, and where that is small beside the largest element of the tensor. */
  readonly error: number;
  readonly relative: number;
}

/** Trains a few steps on each target and says how far parameters and states are from those of the first. */
export async function run(context: Context): Promise<ExitCode> {
  const { values } = context;
  const targets = (values.targets ?? 'js,wasm').split(',');
  if (targets.length < 2) return usageError(context, 'one target is not compared', '--targets js,wasm');
  const steps = values.steps ?? 20;
  const all: Came[] = [];
  for (const target of targets) {
    const own = { ...context, values: { ...values, target, steps } };
    const compiled = await openProgram(own, context.args[0]!);
    if (typeof compiled === 'number') return compiled;
    const opened = await openRun(own, { ...compiled, plan: { ...compiled.plan, reports: [], save: [] } });
    if (typeof opened === 'number') return opened;
    const { session } = opened;
    const came = await guarded(own, compiled.sources, () => trained(target, session, steps));
    if (typeof came === 'number') return came;
    all.push(came);
  }
  const [first, ...others] = all as [Came, ...Came[]];
  const differences = others.flatMap((other) => differencesOf(first, other));
  if (values.json === true) printJson(context, { steps, targets, differences });
  else show(context, first, others, differences);
  return exit.ok;
}

async function trained(target: string, session: Session, steps: number): Promise<Came> {
  const losses: number[] = [];
  for await (const event of train(session, { stepEvents: 1 })) {
    if (event.kind === 'step') losses.push(Object.values(event.quantities)[0] ?? NaN);
    if (event.kind === 'step' && event.step >= steps) break;
  }
  await fetchTensors(session);
  const { tensors } = readSafetensors(checkpointBytes(session));
  return {
    target,
    losses,
    tensors: Object.fromEntries(Object.entries(tensors).map(([name, { values }]) => [name, values])),
  };
}

function differencesOf(first: Came, other: Came): Difference[] {
  const pairs: [string, ArrayLike<number>, ArrayLike<number>][] = [
    ['loss', first.losses, other.losses],
    ...Object.entries(first.tensors).map(
      ([name, values]) => [name, values, other.tensors[name]!] as [string, typeof values, typeof values],
    ),
  ];
  return pairs.map(([tensor, a, b]) => {
    let [error, most] = [0, 0];
    for (let i = 0; i < a.length; i++) {
      most = Math.max(most, Math.abs(a[i]!));
      if (!Object.is(a[i], b[i])) error = Math.max(error, Math.abs(a[i]! - b[i]!));
    }
    return { tensor, target: other.target, error, relative: error === 0 ? 0 : error / most };
  });
}

function show(
  context: Context,
  first: Came,
  others: readonly Came[],
  differences: readonly Difference[],
): void {
  const names = [...new Set(differences.map(({ tensor }) => tensor))];
  const cell = (name: string, { target }: Came) => {
    const { error, relative } = differences.find((d) => d.tensor === name && d.target === target)!;
    return error === 0 ? 'equal' : `${numberText(error, 2)} (${numberText(relative, 2)})`;
  };
  const head = ['', ...others.map(({ target }) => target)];
  const rows = names.map((name) => [name, ...others.map((other) => cell(name, other))]);
  print(context, table([head, ...rows], ['left', ...others.map(() => 'right' as const)]));
  const after = plural(first.losses.length, 'step');
  say(
    context,
    context.err.dim(`largest difference from ${first.target} after ${after}, and by the largest element`),
  );
}
