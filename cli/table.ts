/** Columns aligned with two spaces between them; `right` columns hold numbers. Colour codes take no width. */
export function table(
  rows: readonly (readonly string[])[],
  align: readonly ('left' | 'right')[] = [],
  indent = '',
): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(...rows.map((row) => width(row[i] ?? ''))),
  );
  return rows
    .map((row) => {
      const cells = row.map((cell, i) => {
        const padding = ' '.repeat(widths[i]! - width(cell));
        return align[i] === 'right' ? padding + cell : cell + padding;
      });
      return (indent + cells.join('  ')).trimEnd() + '\n';
    })
    .join('');
}

// eslint-disable-next-line no-control-regex
const ansi = /\x1b\[[0-9;]*m/g;

/** Cells of a terminal a text takes: code points without colour codes and combining marks. */
export function width(text: string): number {
  return [...text.replace(ansi, '').replace(/\p{M}/gu, '')].length;
}

/** At most `columns` cells of a text, the cut marked with `…`. Colour codes are dropped when it is cut. */
export function fit(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  const plain = [...text.replace(ansi, '')];
  return plain.slice(0, Math.max(0, columns - 1)).join('') + '…';
}
