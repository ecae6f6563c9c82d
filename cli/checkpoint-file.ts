import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { checkpointRun, type CheckpointRun } from '../runtime/checkpoint.ts';
import { type Context, say, systemReason, usageError } from './context.ts';
import type { ExitCode } from './exit.ts';
import { openProgram, settingsOf } from './program.ts';
import { absolutePaths } from './redirect.ts';
import { guarded, openRun, type Run, type RunNote, runNoteOf } from './run-file.ts';

export interface CheckpointFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly run: CheckpointRun & { readonly name: string; readonly hash: string };
  readonly note: RunNote | null;
}

/** Reads a checkpoint; a missing file is a usage error, a damaged one a data error. */
export async function readCheckpoint(context: Context, name: string): Promise<CheckpointFile | ExitCode> {
  const path = resolve(context.cwd, name);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const reason = systemReason(error);
    if (reason === null) throw error;
    return usageError(context, `cannot read ${name}: ${reason}`);
  }
  return guarded(
    context,
    () => undefined,
    async () => ({
      path,
      bytes,
      run: checkpointRun(bytes),
      note: runNoteOf(bytes),
    }),
  );
}

export interface OpenOptions {
  readonly dataless?: boolean;
  readonly anyProgram?: boolean;
  /** With the confusion table as a last report: another program than was trained, on purpose. */
  readonly confusion?: boolean;
}

/** The program a checkpoint belongs to, compiled with the settings it was trained with, and its state. */
export async function openCheckpoint(
  context: Context,
  checkpoint: CheckpointFile,
  { confusion = false, ...options }: OpenOptions = {},
): Promise<Run | ExitCode> {
  const model = modelOf(context, checkpoint);
  if (typeof model === 'number') return model;
  const { note, run } = checkpoint;
  const data = {
    ...absolutePaths(note?.data ?? {}, dirname(checkpoint.path)),
    ...absolutePaths(context.values.data ?? {}, context.cwd),
  };
  // A table of confusion takes more.
  const maxMemory = confusion ? undefined : (context.values.maxMemory ?? note?.maxMemory);
  const compiled = await openProgram(context, model, {
    set: { ...run.set, ...settingsOf(context) },
    train: context.values.train ?? run.name,
    precision: context.values.precision ?? note?.precision ?? 'f32',
    ...(maxMemory === undefined ? {} : { maxMemory }),
    data,
    confusion,
  });
  if (typeof compiled === 'number') return compiled;
  const opened = await openRun(context, compiled, {
    checkpoint: checkpoint.bytes,
    data,
    ...(note === null ? {} : { target: note.target }),
    ...(note?.rows ? { rows: note.rows } : {}),
    ...options,
  });
  if (!confusion && typeof opened !== 'number' && opened.session.info.hash !== run.hash) {
    say(
      context,
      `the program, its data or the compiler changed since this checkpoint; its parameters still fit`,
    );
  }
  return opened;
}

function modelOf(context: Context, { path, note }: CheckpointFile): string | ExitCode {
  const { model } = context.values;
  if (model !== undefined) return resolve(context.cwd, model);
  if (note === null) {
    return usageError(
      context,
      'the checkpoint does not say which .bpnet file it belongs to',
      'add --model model.bpnet',
    );
  }
  const recorded = resolve(dirname(path), note.model);
  if (existsSync(recorded)) return recorded;
  const shown = relative(context.cwd, recorded);
  return usageError(
    context,
    `the program of this checkpoint, ${shown}, is not there`,
    'add --model <where it is now>',
  );
}
