/** `0.03125`, `-1.2e-7`, `421834`: five digits are enough to look at. */
export function shortNumber(value: number): string {
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(5)));
}

/** Numbers of one tensor: with four decimals all, unless they are whole, or too large or small for that. */
export function numberCells(values: readonly number[]): string[] {
  const largest = values.reduce(
    (most, v) => (Math.abs(v) < Infinity ? Math.max(most, Math.abs(v)) : most),
    0,
  );
  const fixed = values.length > 1 && largest >= 0.01 && largest < 1e5 && !values.every(Number.isInteger);
  return values.map((v) => (fixed && Math.abs(v) < Infinity ? v.toFixed(4) : shortNumber(v)));
}

/** Most numbers in a row, and rows, that are shown. */
const mostShown = 16;

/** A tensor for people: a number, a row of numbers, a table, or tables one below the other. */
export function tensorText(cells: readonly string[], shape: readonly number[]): string {
  if (shape.length === 0) return cells[0]!;
  const columns = shape.at(-1)!;
  const length = cells.length / (columns || 1);
  const shown = (from: number) => cells.slice(from, from + Math.min(columns, mostShown));
  const more = columns > mostShown ? [`… ${columns - mostShown} more`] : [];
  if (shape.length === 1) return `[${[...shown(0), ...more].join(', ')}]`;
  const height = shape.at(-2)!;
  const rows: (readonly string[])[] = [];
  for (let row = 0; row < Math.min(length, 4 * height); row++) {
    if (row && row % height === 0) rows.push([]); // between two tables
    if (row % height < mostShown) rows.push([...shown(row * columns), ...more]);
  }
  const left = length - rows.filter((row) => row.length).length;
  return alignedText(rows) + (left ? `\n… ${left} more rows; the shape is [${shape.join(', ')}]` : '');
}

/** Cells in columns, to the right; `names` (of the rows) to the left. */
export function alignedText(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  return rows.map((row) => row.map((cell, i) => cell.padStart(widths[i]!)).join('  ')).join('\n');
}

/** How often a class (row) was taken for another (column). */
export function confusionText(counts: readonly string[], names: readonly string[]): string {
  const title = 'true \\ predicted';
  const width = Math.max(title.length, ...names.map((name) => name.length));
  const rows = names.map((name, k) => [
    name.padEnd(width),
    ...counts.slice(k * names.length, (k + 1) * names.length),
  ]);
  return alignedText([[title.padEnd(width), ...names], ...rows]);
}
