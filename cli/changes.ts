import { statSync } from 'node:fs';

/** The files one run has read, and whether they have changed since. */
export interface Changes {
  /** A run begins: it will name its files anew. */
  readonly begin: () => void;
  /** To be called right before a file is read, so that no change is missed while the run goes on. */
  readonly note: (path: string) => void;
  /** The run is over. One that failed may not have come to all its files: those of the run before count too. */
  readonly end: (complete: boolean) => void;
  /** Files that changed since they were noted and have settled since the last call. */
  readonly poll: () => readonly string[];
  readonly count: () => number;
}

/**
 * Asks for times and sizes instead of subscribing: that works on every file system, for files that are
 * replaced, missing or not yet there, and there are only a few of them.
 */
export function watchChanges(): Changes {
  let known = new Map<string, string>();
  let before = new Map<string, string>();
  const unsettled = new Map<string, string>();
  return {
    begin() {
      before = known;
      known = new Map();
      unsettled.clear();
    },
    note(path) {
      if (!known.has(path)) known.set(path, signature(path));
    },
    end(complete) {
      if (!complete) known = new Map([...before, ...known]);
    },
    poll() {
      const differing = [...known].filter(([path, mark]) => signature(path) !== mark).map(([path]) => path);
      const settled = differing.every((path) => unsettled.get(path) === signature(path));
      unsettled.clear();
      if (!settled) {
        for (const path of differing) unsettled.set(path, signature(path));
        return [];
      }
      for (const path of differing) known.set(path, signature(path));
      return differing;
    },
    count: () => known.size,
  };
}

function signature(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? 'missing' : `${found.mtimeNs} ${found.size} ${found.ino}`;
}
