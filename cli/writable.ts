import {
  accessSync,
  constants,
  existsSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { systemReason } from './context.ts';

/**
 * Written beside and renamed, so that a crash leaves the old file whole; behind a link the file it leads to is
 * replaced, not the link. A device or a pipe is written to: renaming would put a file in its place. Null, or
 * why it could not be written.
 */
export function writeWhole(path: string, bytes: Uint8Array | string): string | null {
  let draft: string | null = null;
  try {
    const target = existsSync(path) ? realpathSync(path) : path;
    if (existsSync(target) && !statSync(target).isFile()) {
      writeFileSync(target, bytes);
      return null;
    }
    draft = `${target}.${process.pid}.tmp`;
    writeFileSync(draft, bytes);
    renameSync(draft, target);
    return null;
  } catch (error) {
    if (draft !== null) rmSync(draft, { force: true });
    return reasonOf(error);
  }
}

/**
 * Null, or why a file could not be written there: asked before training, so that hours of work are not lost
 * at the first save. With `makesFolders`, missing folders will be made, so the nearest one there is counts.
 */
export function unwritable(path: string, makesFolders: boolean): string | null {
  let folder = dirname(path);
  if (makesFolders) while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  try {
    if (existsSync(path) && statSync(path).isDirectory()) return 'it is a folder';
    if (!statSync(folder).isDirectory()) return 'a part of the path is not a folder';
    accessSync(folder, constants.W_OK);
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}

function reasonOf(error: unknown): string {
  const reason = systemReason(error);
  if (reason === null) throw error;
  return reason;
}
