import type { Signal } from './exit.ts';

/** A place text goes to. `columns` is read at every write: terminals are resized. */
export interface Sink {
  readonly write: (text: string) => void;
  readonly isTTY: boolean;
  readonly columns: () => number;
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
}

/** The real streams of this process. A closed pipe (`bpnet inspect … | head`) ends it without a word. */
export function processIo(): Io {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }
  return {
    stdout: sink(process.stdout),
    stderr: sink(process.stderr),
    readStdin,
    env: process.env,
    cwd: process.cwd(),
    onSignal: (handler) => {
      const interrupt = () => handler('SIGINT');
      const terminate = () => handler('SIGTERM');
      process.on('SIGINT', interrupt).on('SIGTERM', terminate);
      return () => void process.off('SIGINT', interrupt).off('SIGTERM', terminate);
    },
  };
}

function sink(stream: NodeJS.WriteStream): Sink {
  return {
    write: (text) => void stream.write(text),
    isTTY: stream.isTTY === true,
    columns: () => stream.columns ?? 80,
  };
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}
