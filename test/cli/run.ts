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

/** The whole command line in this process, with streams of our own. */
export async function bpnet(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const written = { stdout: '', stderr: '' };
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
  };
  const code = await main(argv, io);
  return { code, ...written };
}

/** A new folder with these files. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'bpnet-cli-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}
