import { systemReason } from './context.ts';
import { exit, type Signal } from './exit.ts';

/** A place text goes to. `columns` is read at every write: terminals are resized. */
export interface Sink {
  readonly write: (text: string) => void;
  readonly isTTY: boolean;
  readonly columns: () => number;
  readonly rows: () => number;
}

/** Everything the command line touches outside itself, so that tests can hand in their own. */
export interface Io {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly readStdin: () => Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Calls back at each Ctrl-C or SIGTERM until the returned function is called. */
  readonly onSignal: (handler: (signal: Signal) => void) => () => void;
  /** Calls back at each key until the returned function is called; null: stdin is no terminal, nobody presses keys. */
  readonly onKey: ((handler: (key: string) => void) => () => void) | null;
}

/**
 * The real streams of this process. A closed pipe (`bpnet inspect … | head`) ends it without a word, a full
 * disk with one; a training run saves what it has first, as at a signal. So does a terminal that is closed.
 */
export function processIo(): Io {
  const handlers = new Set<(signal: Signal) => void>();
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      const closed = error.code === 'EPIPE' || error.code === 'EIO';
      if (!closed && stream === process.stdout) {
        process.stderr.write(`error: cannot write to stdout: ${systemReason(error) ?? error.message}\n`);
      }
      if (handlers.size === 0) process.exit(closed ? exit.ok : exit.usage);
      for (const handler of handlers) handler('SIGTERM');
    });
  }
  return {
    stdout: sink(process.stdout),
    stderr: sink(process.stderr),
    readStdin,
    env: process.env,
    cwd: process.cwd(),
    onKey: process.stdin.isTTY ? onKey : null,
    onSignal: (handler) => {
      let first: number | null = null;
      const interrupt = () => {
        const now = performance.now();
        first ??= now;
        // Who asks again does not wait for a checkpoint.
        if (now - first > sameInterrupt) process.exit(exit.interrupted);
        handler('SIGINT');
      };
      const terminate = () => handler('SIGTERM');
      process.on('SIGINT', interrupt).on('SIGTERM', terminate).on('SIGHUP', terminate);
      handlers.add(handler);
      return () => {
        process.off('SIGINT', interrupt).off('SIGTERM', terminate).off('SIGHUP', terminate);
        handlers.delete(handler);
      };
    },
  };
}

/** One Ctrl-C may come twice: from the terminal, and passed on by what started this process. Milliseconds. */
const sameInterrupt = 1000;

/** Raw mode gives keys one by one, and Ctrl-C as a key; it is left when nobody listens any more. */
function onKey(handler: (key: string) => void): () => void {
  const { stdin } = process;
  const hear = (typed: Buffer) => {
    const text = typed.toString('utf8');
    if (!text.startsWith('\x1b')) for (const key of text) handler(key); // arrows and the like say nothing
  };
  stdin.setRawMode(true).resume().on('data', hear);
  return () => void stdin.off('data', hear).pause().setRawMode(false);
}

function sink(stream: NodeJS.WriteStream): Sink {
  return {
    write: (text) => void stream.write(text),
    isTTY: stream.isTTY === true,
    columns: () => stream.columns ?? 80,
    rows: () => stream.rows ?? 24,
  };
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}
