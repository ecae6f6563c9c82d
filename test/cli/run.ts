import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../cli/cli.ts';
import type { Signal } from '../../cli/exit.ts';
import type { Io } from '../../cli/io.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly tty?: boolean;
  readonly columns?: number;
  /** Sends the signal as soon as stdout or stderr holds the text. */
  readonly interruptAt?: { readonly text: string; readonly signal: Signal };
}

/** A run in progress, as its user sees and steers it. */
export interface Started {
  readonly ended: Promise<Ran>;
  readonly written: { readonly stdout: string; readonly stderr: string };
  readonly press: (key: string) => void;
  readonly send: (signal: Signal) => void;
}

/** The whole command line in this process, with streams of our own. */
export function bpnet(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return startBpnet(argv, options).ended;
}

export function startBpnet(argv: readonly string[], options: RunOptions = {}): Started {
  const written = { stdout: '', stderr: '' };
  const listeners = new Set<(key: string) => void>();
  const handlers = new Set<(signal: Signal) => void>();
  const sink = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      written[name] += text;
      const at = options.interruptAt;
      if (at !== undefined && written[name].includes(at.text))
        for (const handler of handlers) handler(at.signal);
    },
    isTTY: options.tty === true,
    columns: () => options.columns ?? 100,
    rows: () => 24,
  });
  const io: Io = {
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    readStdin: async () => options.stdin ?? '',
    env: options.env ?? {},
    cwd: options.cwd ?? process.cwd(),
    onSignal: (handler) => {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    onKey:
      options.tty === true
        ? (handler) => {
            listeners.add(handler);
            return () => listeners.delete(handler);
          }
        : null,
  };
  return {
    ended: main(argv, io).then((code) => ({ code, ...written })),
    written,
    press: (key) => listeners.forEach((handler) => handler(key)),
    send: (signal) => handlers.forEach((handler) => handler(signal)),
  };
}

/** A new folder with these files. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'bpnet-cli-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}
