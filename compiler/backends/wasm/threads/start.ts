import type { Launched, Threads } from '../../backend.ts';
import type { EntryFunctions } from '../../entry-calls.ts';
import type { TeamModule } from '../emit.ts';
import { pagesOf } from '../code/module.ts';
import { dismissed, everyone, mostThreads, oneCall, words } from './team.ts';

/** A module on its memory. */
export interface Started extends Pick<Launched, 'threads' | 'gather' | 'close'> {
  readonly memory: WebAssembly.Memory;
  readonly entries: EntryFunctions;
}

/**
 * What a worker runs, with what it was sent in `message`: its part of every call, until it is dismissed. A failure is told
 * to those who wait for it.
 */
export const workerSource = `
const { module, memory, failed } = message;
try {
  new WebAssembly.Instance(module, { host: { memory } }).exports.work();
} catch (error) {
  Atomics.store(new Int32Array(memory.buffer), failed, 1);
  throw error;
}`;

/** The module on a memory of its own, and other threads on their way: runs do not wait for them. */
export function assembled({ bytes, teamAt, together, each }: TeamModule, { count, start }: Threads): Started {
  const threads = Math.min(count, mostThreads);
  const pages = pagesOf(together + threads * each);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const module = new WebAssembly.Module(bytes);
  const { work: _, ...exports } = new WebAssembly.Instance(module, { host: { memory } }).exports;
  const entries = exports as EntryFunctions;
  const control: Control = { words: new Int32Array(memory.buffer), at: teamAt / 4 };
  for (let i = 1; i < threads; i++)
    start(workerSource, { module, memory, failed: control.at + words.failed / 4 });
  forgotten.register(entries, control);
  return {
    memory,
    entries,
    threads,
    gather: () => {
      const joined = control.at + words.joined / 4;
      for (let here; (here = Atomics.load(control.words, joined)) < threads - 1;) {
        Atomics.wait(control.words, joined, here, 1);
      }
    },
    close: () => dismiss(control),
  };
}

interface Control {
  readonly words: Int32Array;
  readonly at: number;
}

/** Workers of a program nobody can run any more. */
const forgotten = new FinalizationRegistry<Control>(dismiss);

function dismiss(control: Control): void {
  const call = control.at + words.call / 4;
  Atomics.store(control.words, control.at + words.entry / 4, dismissed);
  Atomics.or(control.words, call, everyone);
  Atomics.add(control.words, call, oneCall);
  Atomics.notify(control.words, call);
}
