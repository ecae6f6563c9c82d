import type { Io, Sink } from './io.ts';
import { width } from './table.ts';

/** What `--watch` has printed since it last began anew: all that it may clear. */
export interface Region {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly clear: () => void;
}

/** More lines than a terminal is high are never cleared, so older ones need not be remembered. */
const remembered = 500;

/** Lines above stay, the scrollback too. Not a terminal: nothing is ever cleared. */
export function openRegion({ stdout, stderr }: Pick<Io, 'stdout' | 'stderr'>): Region {
  if (!stderr.isTTY) return { stdout, stderr, clear: () => {} };
  /** Widths of finished lines, in cells: how many rows they take is known when they are cleared. */
  let finished: number[] = [];
  let current = '';
  const note = (text: string) => {
    const [first, ...rest] = text.split('\n');
    current = after(current + first);
    for (const line of rest) {
      finished.push(width(current));
      current = after(line);
    }
    finished = finished.slice(-remembered);
  };
  const noted = (sink: Sink): Sink =>
    sink.isTTY
      ? {
          ...sink,
          write: (text) => {
            note(text);
            sink.write(text);
          },
        }
      : sink;
  return {
    stdout: noted(stdout),
    stderr: noted(stderr),
    clear() {
      const columns = Math.max(1, stderr.columns());
      const rows = (cells: number) => Math.max(1, Math.ceil(cells / columns));
      const above = finished.reduce((sum, cells) => sum + rows(cells), rows(width(current)) - 1);
      const up = Math.min(above, stderr.rows() - 1);
      stderr.write(`\r${up > 0 ? `\x1b[${up}A` : ''}\x1b[J`);
      finished = [];
      current = '';
    },
  };
}

/** A line that is written over and over (progress) is what it was last. */
function after(line: string): string {
  return line.slice(line.lastIndexOf('\r') + 1).replaceAll('\x1b[K', '');
}
