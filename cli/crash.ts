import { writeFileSync } from 'node:fs';
import { arch, platform, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { colorsOf } from './colors.ts';
import { exit, type ExitCode } from './exit.ts';
import type { Io } from './io.ts';
import { version } from './version.ts';

/**
 * Our own bug: everything needed to reproduce it goes into a file, the terminal gets its path.
 * Users' mistakes never come here: those are diagnostics.
 */
export function reportCrash(error: unknown, argv: readonly string[], io: Io): ExitCode {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const reproduce = `cd ${quote(io.cwd)} && bpnet ${argv.map(quote).join(' ')}`;
  const report = [
    '# bpnet internal error',
    '',
    `bpnet ${version()}, node ${process.version}, ${platform()} ${release()} ${arch()}`,
    '',
    '## Reproduce',
    '',
    reproduce,
    '',
    '## Stack',
    '',
    stack,
    '',
  ].join('\n');
  const path = join(tmpdir(), `bpnet-crash-${Date.now()}-${process.pid}.md`);
  const { red, bold, cyan } = colorsOf(io.stderr, io.env);
  const note = (text: string) => io.stderr.write(`  ${cyan('=')} ${text}\n`);
  const message = error instanceof Error ? error.message.split('\n')[0] : String(error);
  io.stderr.write(`${bold(red('error[internal]'))}${bold(`: a bug in bpnet: ${message}`)}\n`);
  try {
    writeFileSync(path, report);
    note(`report: ${path}`);
  } catch {
    io.stderr.write(report); // nowhere to write: better a long message than none
  }
  note(`reproduce: ${reproduce}`);
  note('help: please open an issue with the report and, if you can, the .bpnet file');
  return exit.internal;
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
