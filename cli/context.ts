import type { Colors } from './colors.ts';
import type { ExitCode } from './exit.ts';
import { exit } from './exit.ts';
import { type LogLevel, logLevels, type Values } from './flags.ts';
import type { Io } from './io.ts';

/** What a command is given. */
export interface Context {
  readonly verb: string;
  readonly args: readonly string[];
  readonly values: Values;
  readonly io: Io;
  /** The working folder, after `--cwd`. */
  readonly cwd: string;
  /** Colours of stdout and stderr; each is plain when its stream is not a terminal. */
  readonly out: Colors;
  readonly err: Colors;
  /** Told every file a program is made from, right before it is read: for `--watch`. */
  readonly onRead?: (path: string) => void;
  /** What is read instead of a path as the program writes it. */
  readonly redirected?: Map<string, string>;
  /** Takes what is to be done when the command is through: machines that were lent are given back. */
  readonly atEnd?: (work: () => void) => void;
  /** A run that is interrupted because something else is to be run in its place keeps nothing. */
  readonly isSuperseded?: () => boolean;
}

/** Results. */
export function print(context: Context, text: string): void {
  context.io.stdout.write(text.endsWith('\n') || text === '' ? text : `${text}\n`);
}

/** Whether things of this level are said. */
export function isSaid({ values }: Context, level: LogLevel): boolean {
  return logLevels.indexOf(level) <= logLevels.indexOf(values.logLevel ?? 'info');
}

/** Progress and remarks: stderr, silent with `--quiet`. */
export function say(context: Context, text: string, level: LogLevel = 'info'): void {
  if (isSaid(context, level)) context.io.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** One JSON value on one line. Doubles are printed so that reading them gives the same bits. */
export function printJson(context: Context, value: unknown): void {
  context.io.stdout.write(`${JSON.stringify(value)}\n`);
}

/** A failure outside the user's program: the message, at most one way out, and the exit code. */
export function fail(context: Context, code: ExitCode, message: string, help?: string): ExitCode {
  const { err } = context;
  context.io.stderr.write(`${err.bold(err.red('error'))}${err.bold(`: ${message}`)}\n`);
  if (help !== undefined) context.io.stderr.write(`  ${err.cyan('=')} help: ${help}\n`);
  return code;
}

export function usageError(context: Context, message: string, help?: string): ExitCode {
  return fail(context, exit.usage, message, help);
}

/** Names of system errors, for people. */
const systemErrors: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  ENOSPC: 'no space left on the disk',
  EROFS: 'the file system is read-only',
  EEXIST: 'it exists already',
};

/** `permission denied`, or the system's own words; null when the error is not the system's. */
export function systemReason(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === undefined || (error as NodeJS.ErrnoException).syscall === undefined) return null;
  return systemErrors[code] ?? error.message;
}
