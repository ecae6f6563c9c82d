import { mkdir, open, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DataError, type DataProblem } from '../fail.ts';
import { listFolder } from './folder.ts';

/** Files of a folder: what relative paths in a `.bpnet` file mean. */
export interface NodeFiles {
  /** A path that ends in `/` is a folder: see `ReadFile`. */
  readonly read: (path: string) => Promise<Uint8Array>;
  /** All or nothing: readers see the old file or the new one, never a half. */
  readonly write: (path: string, bytes: Uint8Array) => Promise<void>;
}

export function nodeFiles(folder: string): NodeFiles {
  return {
    read: (path) => {
      const named = resolve(folder, path);
      const found = path.endsWith('/') ? listFolder(named) : readFile(named);
      return found.catch((error) => refuse(error, path, readProblems));
    },
    write: async (path, bytes) => {
      const named = resolve(folder, path);
      // Behind a link the file it leads to is replaced, not the link.
      const target = await realpath(named).catch(() => named);
      const draft = `${target}.${process.pid}.part`;
      try {
        await mkdir(dirname(target), { recursive: true });
        const known = await stat(target).catch(() => null);
        // A device or a pipe is written to: renaming would put a file in its place.
        if (known && !known.isFile() && !known.isDirectory()) return await writeFile(target, bytes);
        const file = await open(draft, 'w');
        try {
          await file.writeFile(bytes);
          await file.sync(); // the rename must not reach the disk before the content
        } finally {
          await file.close();
        }
        await rename(draft, target);
      } catch (error) {
        await rm(draft, { force: true }).catch(() => {});
        refuse(error, path, writeProblems);
      }
    },
  };
}

/** What `--data` puts in the place of a path, or of a folder on the way to it. */
export function redirectedPath(paths: Readonly<Record<string, string>>, asked: string): string {
  const from = Object.keys(paths).find(
    (path) => asked === path || asked.startsWith(`${path.replace(/\/+$/, '')}/`),
  );
  return from === undefined ? asked : paths[from] + asked.slice(from.replace(/\/+$/, '').length);
}

type Problems = Readonly<Record<string, string>>;
const readProblems: Problems = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'this is a folder, not a file',
  EACCES: 'reading it is not permitted',
  EPERM: 'reading it is not permitted',
};
const writeProblems: Problems = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'writing there is not permitted',
  EPERM: 'writing there is not permitted',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'a part of the path is a file, not a folder',
  EISDIR: 'this is a folder, not a file',
};

function refuse(error: unknown, file: string, problems: Problems): never {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const why = problems[code] ?? message;
  const writing = problems === writeProblems;
  const problem: DataProblem = {
    code: writing ? 'unwritable-output' : 'no-data-file',
    text: writing ? `${file} cannot be written: ${why}.` : `${file} cannot be read: ${why}.`,
    file,
  };
  throw new DataError([problem]);
}
