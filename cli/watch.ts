import { watchChanges } from './changes.ts';
import { type Context, say, usageError } from './context.ts';
import { exit, type ExitCode, type Signal, signalExit } from './exit.ts';
import { plural } from './format.ts';
import { openRegion } from './region.ts';
import { shortPath } from './report.ts';
import { verbs } from './verbs.ts';

/** A change counts once a file has looked the same at two polls: editors and copies write in several steps. */
const pollMs = 100;

/** What to do next: a command, or to end. */
type Order =
  | { readonly kind: 'run'; readonly verb: string; readonly changed: readonly string[] }
  | { readonly kind: 'quit'; readonly code: ExitCode };

const keys: Readonly<Record<string, string>> = { t: 'train', g: 'gradcheck' };

/**
 * Runs the command, and again whenever a file it read changes, until `q` or Ctrl-C. An order that comes while
 * something runs interrupts it; a training that makes way for another keeps nothing, one that is ended by the
 * user is saved as without `--watch`.
 */
export async function watch(context: Context): Promise<ExitCode> {
  if (context.args.includes('-')) return usageError(context, 'stdin cannot be watched', 'name a file');
  const { io, verb } = context;
  const region = openRegion(io);
  const changes = watchChanges();
  const running = new Set<(signal: Signal) => void>();
  const state: { next: Order | null; wake: () => void } = {
    next: { kind: 'run', verb, changed: [] },
    wake: () => {},
  };
  const give = (order: Order, signal: Signal = 'SIGINT') => {
    if (state.next?.kind === 'quit') return;
    state.next = order;
    for (const interrupt of running) interrupt(signal);
    state.wake();
  };
  const onSignal = (signal: Signal) => give({ kind: 'quit', code: signalExit[signal] }, signal);
  const onKey = (key: string) => {
    if (key === '\x03') onSignal('SIGINT');
    else if (key === 'q') give({ kind: 'quit', code: exit.ok });
    else if (key === 'r') give({ kind: 'run', verb, changed: [] });
    else if (keys[key] !== undefined) give({ kind: 'run', verb: keys[key], changed: [] });
  };
  const own: Context = {
    ...context,
    io: {
      ...io,
      stdout: region.stdout,
      stderr: region.stderr,
      onSignal(handler) {
        running.add(handler);
        if (state.next !== null) handler('SIGINT'); // given before the run could listen
        return () => running.delete(handler);
      },
    },
    onRead: changes.note,
    isSuperseded: () => state.next?.kind === 'run',
  };
  const poll = setInterval(() => {
    const changed = changes.poll();
    if (changed.length > 0) give({ kind: 'run', verb, changed });
  }, pollMs);
  const releases = [io.onSignal(onSignal), ...(io.onKey === null ? [] : [io.onKey(onKey)])];
  try {
    for (;;) {
      const order = state.next;
      state.next = null;
      if (order === null) throw new Error('woken without an order');
      if (order.kind === 'quit') return order.code;
      region.clear();
      if (order.changed.length > 0) say(own, own.err.dim(changedText(own, order.changed)));
      changes.begin();
      const code = await runOnce(own, order.verb);
      changes.end(code === exit.ok);
      if (hasOrder(state)) continue;
      say(own, own.err.dim(statusText(changes.count(), io.onKey !== null)));
      await new Promise<void>((wake) => (state.wake = wake));
    }
  } finally {
    clearInterval(poll);
    for (const release of releases) release();
  }
}

/** Asked anew: orders come while the run is awaited. */
function hasOrder(state: { readonly next: Order | null }): boolean {
  return state.next !== null;
}

/** Training and gradient checks are of one file: the first. */
async function runOnce(context: Context, verb: string): Promise<ExitCode> {
  const { run } = await verbs[verb]!.load();
  if (verb === context.verb) return run(context);
  return run({ ...context, verb, args: context.args.slice(0, 1) });
}

function changedText(context: Context, [first, ...more]: readonly string[]): string {
  return `${shortPath(context, first!)}${more.length > 0 ? ` and ${plural(more.length, 'other file')}` : ''} changed`;
}

function statusText(files: number, hasKeys: boolean): string {
  const how = hasKeys ? 'r run again · t train · g gradient check · q quit' : 'Ctrl-C ends';
  return `watching ${plural(files, 'file')} · ${how}`;
}
